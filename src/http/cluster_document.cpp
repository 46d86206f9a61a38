#include "http/cluster_document.hpp"

#include <algorithm>

#include "core/explain.hpp"
#include "http/cluster_json.hpp"
#include "http/findings.hpp"
#include "http/json_writer.hpp"
#include "http/totals.hpp"

namespace pilotlight::http {
namespace {

/// Saying why an application waits looks at every worker.
constexpr std::size_t looks = 200'000;

std::int64_t milliseconds(WallTime time) { return time.time_since_epoch().count(); }
template <typename Count>
std::int64_t number(Count count) {
  return static_cast<std::int64_t>(count);
}

const replica::ClusterMember* find_member(const replica::Cluster& cluster, const std::string& url) {
  const auto found = std::ranges::find(cluster.members, url, &replica::ClusterMember::url);
  return found == cluster.members.end() ? nullptr : &*found;
}

void write_leader(JsonWriter& json, const replica::Cluster& cluster) {
  json.key("leader");
  if (cluster.leader.empty()) return json.null();
  const auto* member = find_member(cluster, cluster.leader);
  json.begin_object();
  json.field("url", cluster.leader);
  json.field("webui", member == nullptr ? std::string_view() : member->web_ui_url);
  json.end_object();
}

void write_members(JsonWriter& json, const replica::Cluster& cluster, const About& about) {
  std::uint64_t top = cluster.commit;
  for (const auto& member : cluster.members) top = std::max(top, member.mirrored);
  json.key("members");
  json.begin_array();
  for (const auto& member : cluster.members) {
    json.begin_object();
    json.field("url", member.url);
    json.field("webui", member.web_ui_url);
    json.field("version", member.self ? about.version : member.version);
    json.field("role", member.leads ? "leader" : "standby");
    json.flag("self", member.self);
    json.flag("linked", member.linked);
    json.flag("voter", member.voter);
    json.field("commit", number(member.mirrored));
    json.field("behind", member.reported ? number(top - member.mirrored) : 0);
    json.field("mirror", mirror_of(member));
    json.end_object();
  }
  json.end_array();
}

void write_zookeeper(JsonWriter& json, const replica::Cluster& cluster) {
  json.key("zookeeper");
  if (!cluster.elected) return json.null();
  json.begin_object();
  json.field("state", cluster.zookeeper);
  json.field("session_timeout_ms", cluster.session_timeout_ms);
  json.end_object();
}

template <typename List, typename Predicate>
std::int64_t count(const List& list, Predicate predicate) {
  return number(std::ranges::count_if(list, predicate));
}

void write_totals(JsonWriter& json, const core::State& state) {
  const auto totals = totals_of(state);
  std::size_t executors = 0;
  for (const auto& [id, app] : state.apps) executors += app.executors.size();
  const auto waiting =
      count(state.apps, [](const auto& entry) { return entry.second.state == core::AppState::waiting; });
  json.key("totals");
  json.begin_object();
  json.field("workers_alive", totals.workers);
  json.field("workers_dead", number(state.dead_workers.size()));
  json.field("cores", totals.cores);
  json.field("cores_used", totals.cores_used);
  json.field("memory_mb", totals.memory_mb);
  json.field("memory_used_mb", totals.memory_used_mb);
  json.field("apps_waiting", waiting);
  json.field("apps_running", number(state.apps.size()) - waiting);
  json.field("apps_completed", number(state.completed_apps.size()));
  json.field("drivers_waiting", number(state.waiting_drivers.size()));
  json.field("drivers_running", number(state.drivers.size() - state.waiting_drivers.size()));
  json.field("drivers_completed", number(state.completed_drivers.size()));
  json.field("executors", number(executors));
  json.end_object();
}

void write_addresses(JsonWriter& json, const std::vector<std::string>& addresses) {
  json.begin_array();
  for (const auto& address : addresses) json.text(address);
  json.end_array();
}

void write_worker(JsonWriter& json, const core::WorkerInfo& worker) {
  const auto& record = worker.record;
  json.begin_object();
  json.field("id", record.id.text);
  json.field("host", record.host);
  json.field("port", record.port);
  json.field("webui", record.web_ui_url);
  json.field("state", core::to_string(worker.state));
  json.field("cores", record.cores);
  json.field("cores_used", worker.cores_used);
  json.field("memory_mb", record.memory_mb);
  json.field("memory_used_mb", worker.memory_used_mb);
  json.field("executors", number(worker.executors.size()));
  json.field("drivers", number(worker.drivers.size()));
  json.field("last_heartbeat", milliseconds(worker.last_heartbeat_wall));
  json.field("spark", record.dialects.empty() ? std::string_view() : deploy::name_of(record.dialects.back()));
  json.key("resources");
  json.begin_object();
  for (const auto& [name, addresses] : record.resources) {
    const auto used = worker.resources_used.find(name);
    json.key(name);
    json.begin_object();
    json.key("addresses");
    write_addresses(json, addresses);
    json.key("used");
    write_addresses(json, used == worker.resources_used.end() ? std::vector<std::string>{} : used->second);
    json.end_object();
  }
  json.end_object();
  json.end_object();
}

void write_app(JsonWriter& json, const core::AppInfo& app, const Now& now, const std::string& waits_for) {
  const auto& description = app.record.description;
  json.begin_object();
  json.field("id", app.record.id.text);
  json.field("name", description.name);
  json.field("user", description.user);
  json.field("state", core::to_string(app.state));
  json.field("cores_granted", app.cores_granted);
  json.key("cores_max");
  if (description.max_cores)
    json.number(*description.max_cores);
  else
    json.null();
  json.field("executors", number(app.executors.size()));
  json.key("executor_limit");
  if (const auto target = app.progress.targets.find(description.default_profile.id);
      target != app.progress.targets.end())
    json.number(target->second);
  else
    json.null();
  json.field("memory_per_executor_mb", memory_per_executor_mb(app));
  json.field("submitted", milliseconds(app.record.submitted));
  json.field("duration_ms", duration_of(app, now).count());
  json.field("ui", description.app_ui_url);
  json.field("waits_for", waits_for);
  json.end_object();
}

void write_apps(JsonWriter& json, const core::State& state, const Now& now) {
  std::size_t budget = looks;
  json.key("apps");
  json.begin_array();
  for (const auto& [id, app] : state.apps) {
    std::string reason;
    const auto cost = state.workers.size() + 1;
    if (app.executors.empty() && state.recovery != core::RecoveryState::standby && cost <= budget) {
      budget -= cost;
      reason = core::why_waiting(state, app).value_or("");
    }
    write_app(json, app, now, reason);
  }
  json.end_array();
  json.key("completed_apps");
  json.begin_array();
  for (const auto& app : state.completed_apps) write_app(json, app, now, "");
  json.end_array();
}

void write_driver(JsonWriter& json, const core::DriverInfo& driver) {
  const auto& record = driver.record;
  json.begin_object();
  json.field("id", record.id.text);
  json.field("state", deploy::to_string(record.state));
  json.key("worker");
  if (record.worker)
    json.text(record.worker->text);
  else
    json.null();
  json.field("cores", record.description.cores);
  json.field("memory_mb", record.description.memory_mb);
  json.flag("supervise", record.description.supervise);
  json.field("main_class", record.description.main_class);
  json.field("submitted", milliseconds(record.submitted));
  json.end_object();
}

void write_drivers(JsonWriter& json, const core::State& state) {
  json.key("drivers");
  json.begin_array();
  for (const auto& [id, driver] : state.drivers) write_driver(json, driver);
  json.end_array();
  json.key("completed_drivers");
  json.begin_array();
  for (const auto& driver : state.completed_drivers) write_driver(json, driver);
  json.end_array();
}

void write_findings(JsonWriter& json, const std::vector<Finding>& all) {
  json.key("findings");
  json.begin_array();
  for (const auto& finding : all) {
    json.begin_object();
    json.field("code", finding.code);
    json.field("severity", to_string(finding.severity));
    json.field("subject", finding.subject);
    json.field("sentence", finding.sentence);
    json.field("hint", finding.hint);
    json.end_object();
  }
  json.end_array();
}

WallTime since(const replica::Cluster& cluster, const About& about) {
  return cluster.flights.empty() ? about.started : cluster.flights.back().at;
}

}  // namespace

std::string cluster_document(const core::State& state, const Now& now, const replica::Cluster& cluster,
                             const About& about) {
  JsonWriter json;
  json.begin_object();
  json.field("self", state.master_url());
  json.field("role", role_of(state, cluster));
  json.field("status", status_of(state, cluster));
  json.field("recovery_mode", about.recovery_mode);
  json.field("version", about.version);
  json.field("epoch", number(cluster.epoch.value));
  json.field("since", milliseconds(since(cluster, about)));
  write_leader(json, cluster);
  json.field("held", cluster.held);
  json.field("commit", number(cluster.commit));
  json.field("observed", milliseconds(now.wall));
  write_members(json, cluster, about);
  write_zookeeper(json, cluster);
  write_totals(json, state);
  json.key("workers");
  json.begin_array();
  for (const auto* worker : all_workers(state)) write_worker(json, *worker);
  json.end_array();
  write_apps(json, state, now);
  write_drivers(json, state);
  write_flights(json, cluster);
  write_findings(json, findings(state, cluster, now));
  json.flag("kill_enabled", about.kill_enabled);
  json.flag("secret_required", about.secret_required);
  json.end_object();
  return json.take();
}

}  // namespace pilotlight::http
