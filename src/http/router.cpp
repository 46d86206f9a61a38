#include "http/router.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "http/cluster_document.hpp"
#include "http/json.hpp"
#include "http/views.hpp"

namespace pilotlight::http {
namespace {

constexpr std::string_view json_type = "text/json;charset=utf-8";
constexpr std::string_view json_path = "/json";

Response page(std::string body) { return {200, "text/html;charset=utf-8", std::move(body), ""}; }
Response json(std::string body) { return {200, std::string(json_type), std::move(body), ""}; }
Response error(int status, std::string_view title, std::string_view sentence) {
  return {status, "text/html;charset=utf-8", error_page(title, sentence), ""};
}

bool is_visible_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

Response redirect_to_json(const std::string& query) {
  std::string location = std::string(json_path) + "/";
  if (!query.empty() && is_visible_ascii(query)) location += "?" + query;
  return {302, "text/html;charset=utf-8", "", location};
}

/// The letters that follow "/json/": Spark takes no more than these as a field's name.
std::string_view field_name(std::string_view rest) {
  const auto end =
      std::ranges::find_if_not(rest, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
  return rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
}

}  // namespace

Response respond(const Request& request, const core::State& state, const Now& now, const replica::Cluster& cluster,
                 const About& about) {
  if (request.method != "GET" && request.method != "HEAD")
    return error(405, "405 Method Not Allowed", "This address answers GET and HEAD only.");
  if (request.path == "/") return page(main_page(state, now, cluster));
  if (request.path == "/cluster")
    return {200, "application/json", cluster_document(state, now, cluster, about) + "\n", ""};
  if (request.path == json_path) return redirect_to_json(request.query);
  if (request.path.starts_with("/json/")) {
    const auto field = field_name(std::string_view(request.path).substr(json_path.size() + 1));
    if (field.empty()) return json(master_json(state, now, cluster));
    if (field == "clusterutilization") return json(cluster_utilization_json(state));
    return json(master_json_field(state, now, field, cluster));
  }
  return error(404, "404 Not Found", "There is no page at this address.");
}

}  // namespace pilotlight::http
