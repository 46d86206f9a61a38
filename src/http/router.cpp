#include "http/router.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "http/cluster_document.hpp"
#include "http/form.hpp"
#include "http/json.hpp"
#include "http/metrics.hpp"
#include "http/spark_metrics.hpp"
#include "http/views.hpp"

namespace pilotlight::http {
namespace {

constexpr std::string_view json_type = "text/json;charset=utf-8";
constexpr std::string_view prometheus_type = "text/plain; version=0.0.4; charset=utf-8";
constexpr std::string_view json_path = "/json/";

Response text(std::string_view type, std::string body) { return {200, std::string(type), std::move(body), ""}; }
Response page(std::string body) { return text("text/html;charset=utf-8", std::move(body)); }
Response error(int status, std::string_view title, std::string_view sentence) {
  return {status, "text/html;charset=utf-8", error_page(title, sentence), ""};
}

/// The letters that follow "/json/": Spark takes no more than these as a field's name.
std::string_view field_name(std::string_view rest) {
  const auto end =
      std::ranges::find_if_not(rest, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
  return rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
}

std::string json_document(std::string_view field, const core::State& state, const Now& now,
                          const replica::Cluster& cluster) {
  if (field.empty()) return master_json(state, now, cluster);
  if (field == "clusterutilization") return cluster_utilization_json(state);
  return master_json_field(state, now, field, cluster);
}

PageContext context_of(const About& about) {
  PageContext context;
  context.version = about.version;
  context.rest_url = about.rest_url;
  // What needs a proof, no form of a browser can do.
  context.kill_enabled = about.kill_enabled && !about.secret_required;
  context.csrf = about.form_token;
  return context;
}

std::string_view without_slash(std::string_view path) {
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

}  // namespace

Response respond(const Request& request, const core::State& state, const Now& now, const replica::Cluster& cluster,
                 const About& about, const Stats& stats) {
  if (request.method != "GET" && request.method != "HEAD")
    return error(405, "405 Method Not Allowed", "This address answers GET and HEAD only.");
  if (request.path == "/") return page(main_page(state, now, cluster, context_of(about)));
  if (request.path == "/app" || request.path == "/app/")
    return page(app_page(state, now, parameter(request.query, "appId").value_or(""), cluster, context_of(about)));
  if (request.path == "/json" || request.path.starts_with(json_path)) {
    const auto rest = request.path == "/json" ? "" : std::string_view(request.path).substr(json_path.size());
    return text(json_type, json_document(field_name(rest), state, now, cluster));
  }
  const auto path = without_slash(request.path);
  if (path == "/cluster") return text("application/json", cluster_document(state, now, cluster, about) + "\n");
  if (path == "/metrics") return text(prometheus_type, metrics_text(state, now, cluster, about, stats));
  if (path == "/metrics/prometheus" || path == "/metrics/master/prometheus")
    return text(prometheus_type, master_prometheus(state));
  if (path == "/metrics/applications/prometheus") return text(prometheus_type, applications_prometheus(state, now));
  if (path == "/metrics/json" || path == "/metrics/master/json") return text(json_type, master_metrics_json(state));
  if (path == "/metrics/applications/json") return text(json_type, applications_metrics_json(state, now));
  return error(404, "404 Not Found", "There is no page at this address.");
}

}  // namespace pilotlight::http
