#include "client/cluster_document.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "election/json.hpp"

namespace pilotlight::client {
namespace {

// Keeps the phases of a failover in the order in which they passed.
using Json = nlohmann::ordered_json;

const Json* member(const Json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::string text(const Json& object, const char* name) {
  const auto* value = member(object, name);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::optional<std::int64_t> optional_number(const Json& object, const char* name) {
  const auto* value = member(object, name);
  if (value == nullptr || !value->is_number_integer()) return std::nullopt;
  // Beyond 63 bits it is no number of ours.
  if (value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX) return std::nullopt;
  return value->get<std::int64_t>();
}

std::int64_t number(const Json& object, const char* name) { return optional_number(object, name).value_or(0); }

bool flag(const Json& object, const char* name, bool fallback = false) {
  const auto* value = member(object, name);
  return value != nullptr && value->is_boolean() ? value->get<bool>() : fallback;
}

template <typename Row>
std::vector<Row> rows(const Json& object, const char* name, Row (*read)(const Json&)) {
  std::vector<Row> result;
  const auto* list = member(object, name);
  if (list == nullptr || !list->is_array()) return result;
  for (const auto& entry : *list)
    if (entry.is_object()) result.push_back(read(entry));
  return result;
}

MemberRow read_member(const Json& json) {
  return {.url = text(json, "url"),
          .webui = text(json, "webui"),
          .version = text(json, "version"),
          .role = text(json, "role"),
          .self = flag(json, "self"),
          .linked = flag(json, "linked"),
          .voter = flag(json, "voter"),
          .commit = number(json, "commit"),
          .behind = number(json, "behind"),
          .mirror = text(json, "mirror")};
}

WorkerRow read_worker(const Json& json) {
  const auto* resources = member(json, "resources");
  const bool any = resources != nullptr && resources->is_structured() && !resources->empty();
  return {.id = text(json, "id"),
          .host = text(json, "host"),
          .port = number(json, "port"),
          .webui = text(json, "webui"),
          .state = text(json, "state"),
          .cores = number(json, "cores"),
          .cores_used = number(json, "cores_used"),
          .memory_mb = number(json, "memory_mb"),
          .memory_used_mb = number(json, "memory_used_mb"),
          .executors = number(json, "executors"),
          .drivers = number(json, "drivers"),
          .last_heartbeat = number(json, "last_heartbeat"),
          .spark = text(json, "spark"),
          .resources = any ? resources->dump(-1, ' ', false, Json::error_handler_t::replace) : std::string()};
}

AppRow read_app(const Json& json) {
  return {.id = text(json, "id"),
          .name = text(json, "name"),
          .user = text(json, "user"),
          .state = text(json, "state"),
          .cores_granted = number(json, "cores_granted"),
          .cores_max = optional_number(json, "cores_max"),
          .executors = number(json, "executors"),
          .executor_limit = optional_number(json, "executor_limit"),
          .memory_per_executor_mb = number(json, "memory_per_executor_mb"),
          .submitted = number(json, "submitted"),
          .duration_ms = number(json, "duration_ms"),
          .ui = text(json, "ui"),
          .waits_for = text(json, "waits_for")};
}

DriverRow read_driver(const Json& json) {
  return {.id = text(json, "id"),
          .state = text(json, "state"),
          .worker = text(json, "worker"),
          .cores = number(json, "cores"),
          .memory_mb = number(json, "memory_mb"),
          .supervise = flag(json, "supervise"),
          .main_class = text(json, "main_class"),
          .submitted = number(json, "submitted")};
}

FailoverRow read_failover(const Json& json) {
  FailoverRow row{.epoch = number(json, "epoch"),
                  .leader = text(json, "leader"),
                  .previous = text(json, "previous"),
                  .cause = text(json, "cause"),
                  .at = number(json, "at"),
                  .phases_ms = {}};
  if (const auto* phases = member(json, "phases_ms"); phases != nullptr && phases->is_object())
    for (const auto& [name, value] : phases->items())
      if (value.is_number()) row.phases_ms.emplace_back(name, value.get<double>());
  return row;
}

FindingRow read_finding(const Json& json) {
  return {.code = text(json, "code"),
          .severity = text(json, "severity"),
          .subject = text(json, "subject"),
          .sentence = text(json, "sentence"),
          .hint = text(json, "hint")};
}

Totals read_totals(const Json& json) {
  return {.workers_alive = number(json, "workers_alive"),
          .workers_dead = number(json, "workers_dead"),
          .cores = number(json, "cores"),
          .cores_used = number(json, "cores_used"),
          .memory_mb = number(json, "memory_mb"),
          .memory_used_mb = number(json, "memory_used_mb"),
          .apps_waiting = number(json, "apps_waiting"),
          .apps_running = number(json, "apps_running"),
          .apps_completed = number(json, "apps_completed"),
          .drivers_waiting = number(json, "drivers_waiting"),
          .drivers_running = number(json, "drivers_running"),
          .drivers_completed = number(json, "drivers_completed"),
          .executors = number(json, "executors")};
}

}  // namespace

bool ClusterDocument::has_critical() const {
  return std::any_of(findings.begin(), findings.end(), [](const auto& one) { return one.severity == "critical"; });
}

Result<ClusterDocument> parse_cluster(std::string bytes) {
  if (election::nests_too_deep(bytes)) return fatal("the answer nests deeper than any of a master");
  const auto json = Json::parse(bytes, nullptr, false);
  if (!json.is_object()) return fatal("the answer is no JSON object");
  ClusterDocument document;
  document.self = text(json, "self");
  document.role = text(json, "role");
  if (document.self.empty() || document.role.empty()) return fatal("the answer does not say who gives it");
  document.status = text(json, "status");
  document.recovery_mode = text(json, "recovery_mode");
  document.version = text(json, "version");
  document.epoch = number(json, "epoch");
  document.since = number(json, "since");
  if (const auto* leader = member(json, "leader")) {
    document.leader = text(*leader, "url");
    document.leader_webui = text(*leader, "webui");
  }
  document.held = text(json, "held");
  document.commit = number(json, "commit");
  document.observed = number(json, "observed");
  document.members = rows(json, "members", read_member);
  if (const auto* zookeeper = member(json, "zookeeper")) {
    document.zookeeper = text(*zookeeper, "state");
    document.session_timeout_ms = number(*zookeeper, "session_timeout_ms");
  }
  if (const auto* totals = member(json, "totals")) document.totals = read_totals(*totals);
  document.workers = rows(json, "workers", read_worker);
  document.apps = rows(json, "apps", read_app);
  document.completed_apps = rows(json, "completed_apps", read_app);
  document.drivers = rows(json, "drivers", read_driver);
  document.completed_drivers = rows(json, "completed_drivers", read_driver);
  document.failovers = rows(json, "failovers", read_failover);
  document.findings = rows(json, "findings", read_finding);
  document.kill_enabled = flag(json, "kill_enabled", true);
  document.secret_required = flag(json, "secret_required");
  document.text = std::move(bytes);
  return document;
}

const ClusterDocument* best_of(std::span<const ClusterDocument* const> documents) {
  const auto rank = [](const ClusterDocument* one) {
    return std::tuple(one->epoch, one->from_leader() && one->held.empty(), one->from_leader(), one->commit);
  };
  const auto best = std::max_element(documents.begin(), documents.end(),
                                     [&](const auto* left, const auto* right) { return rank(left) < rank(right); });
  return best == documents.end() ? nullptr : *best;
}

}  // namespace pilotlight::client
