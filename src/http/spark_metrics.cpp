#include "http/spark_metrics.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <variant>

#include "http/text.hpp"
#include "http/totals.hpp"

namespace pilotlight::http {
namespace {

/// By name, as Dropwizard sorts them.
using Gauges = std::map<std::string, std::variant<std::int64_t, std::string>>;

bool shows_nothing(const core::State& state) { return state.recovery == core::RecoveryState::standby; }

Gauges master_gauges(const core::State& state) {
  Gauges gauges{{"master.workers", 0}, {"master.aliveWorkers", 0}, {"master.apps", 0}, {"master.waitingApps", 0}};
  if (shows_nothing(state)) return gauges;
  const auto waiting = std::ranges::count_if(
      state.apps, [](const auto& entry) { return entry.second.state == core::AppState::waiting; });
  gauges["master.workers"] = static_cast<std::int64_t>(state.workers.size() + state.dead_workers.size());
  gauges["master.aliveWorkers"] = totals_of(state).workers;
  gauges["master.apps"] = static_cast<std::int64_t>(state.apps.size());
  gauges["master.waitingApps"] = static_cast<std::int64_t>(waiting);
  return gauges;
}

Gauges application_gauges(const core::State& state, const Now& now) {
  Gauges gauges;
  if (shows_nothing(state)) return gauges;
  const auto add = [&](const core::AppInfo& app) {
    const auto name = "application." + app.record.description.name + "." +
                      std::to_string(app.record.submitted.time_since_epoch().count());
    gauges[name + ".status"] = std::string(core::to_string(app.state));
    gauges[name + ".runtime_ms"] = duration_of(app, now).count();
    gauges[name + ".cores"] = app.cores_granted;
  };
  for (const auto& app : state.completed_apps) add(app);  // as long as they are retained
  for (const auto& [id, app] : state.apps) add(app);
  return gauges;
}

std::string prometheus(const Gauges& gauges) {
  std::string text;
  for (const auto& [name, value] : gauges) {
    const auto* number = std::get_if<std::int64_t>(&value);
    if (number == nullptr) continue;
    std::string key = "metrics_" + name + "_";
    std::ranges::replace_if(
        key, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    for (const auto* kind : {"Number", "Value"})
      text.append(key).append(kind).append("{type=\"gauges\"} ").append(std::to_string(*number)).append("\n");
  }
  return text;
}

std::string json(const Gauges& gauges) {
  std::string text = R"({"version":"4.0.0","gauges":{)";
  bool first = true;
  for (const auto& [name, value] : gauges) {
    if (!std::exchange(first, false)) text += ',';
    append_json_quoted(text, name);
    text += R"(:{"value":)";
    if (const auto* number = std::get_if<std::int64_t>(&value))
      text += std::to_string(*number);
    else
      append_json_quoted(text, std::get<std::string>(value));
    text += '}';
  }
  return text + R"(},"counters":{},"histograms":{},"meters":{},"timers":{}})";
}

}  // namespace

std::string master_prometheus(const core::State& state) { return prometheus(master_gauges(state)); }
std::string applications_prometheus(const core::State& state, const Now& now) {
  return prometheus(application_gauges(state, now));
}
std::string master_metrics_json(const core::State& state) { return json(master_gauges(state)); }
std::string applications_metrics_json(const core::State& state, const Now& now) {
  return json(application_gauges(state, now));
}

}  // namespace pilotlight::http
