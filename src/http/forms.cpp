#include "http/forms.hpp"

#include "http/form.hpp"
#include "http/views.hpp"

namespace pilotlight::http {
namespace {

std::string without_slash(std::string path) {
  if (path.ends_with('/')) path.pop_back();
  return path;
}

/// As a servlet's parameters: the query's first, then the body's.
std::vector<std::string> values(const Request& request, std::string_view name) {
  auto all = parameters(request.query, name);
  for (auto& value : parameters(request.body, name)) all.push_back(std::move(value));
  return all;
}

std::string value(const Request& request, std::string_view name) {
  auto all = values(request, name);
  return all.empty() ? std::string() : std::move(all.front());
}

Response problem(const Outcome& outcome) {
  const auto title = outcome.status == 403 ? "403 Forbidden" : "503 Service Unavailable";
  return {outcome.status, "text/html;charset=utf-8",
          error_page(title, outcome.message + (outcome.leader.empty() ? "" : " The leader is " + outcome.leader + ".")),
          ""};
}

/// Spark goes back to the page whatever came of it; who may not, or asked the wrong master, is told here.
Done back_to_the_page(const Reply& reply) {
  return [reply](const Outcome& outcome) {
    if (outcome.status == 403 || outcome.status == 503) return reply(problem(outcome));
    reply({302, "text/html;charset=utf-8", "", "/"});
  };
}

Response line(int status, const std::string& text) { return {status, "text/plain;charset=utf-8", text + "\n", "", ""}; }

}  // namespace

bool is_form(const Request& request) {
  const auto path = without_slash(request.path);
  return path == "/app/kill" || path == "/driver/kill" || path == "/workers/kill";
}

std::string form_token(const Request& request) { return value(request, "csrf"); }

void form(const Request& request, AllowDecommission mode, bool decommission_enabled, Actions& actions,
          const Reply& reply) {
  const auto path = without_slash(request.path);
  if (path == "/workers/kill") {
    const bool allowed = decommission_enabled && (mode == AllowDecommission::allow ||
                                                  (mode == AllowDecommission::local && request.from_this_machine));
    if (!allowed)
      return reply(
          line(405, decommission_enabled
                        ? "spark.master.ui.decommission.allow.mode does not let this client decommission workers."
                        : "Workers cannot be decommissioned: spark.decommission.enabled is false."));
    return actions.decommission(values(request, "host"),
                                [reply](const Outcome& outcome) { reply(line(outcome.status, outcome.message)); });
  }
  if (value(request, "terminate") != "true") return reply({302, "text/html;charset=utf-8", "", "/"});
  if (path == "/app/kill") return actions.kill_app(value(request, "id"), back_to_the_page(reply));
  actions.kill_driver(value(request, "id"), back_to_the_page(reply));
}

}  // namespace pilotlight::http
