#include "http/cluster_json.hpp"

namespace pilotlight::http {

std::string_view mirror_of(const replica::ClusterMember& member) {
  if (!member.reported) return "unknown";
  return member.complete ? "complete" : "incomplete";
}

namespace {

void write_member(JsonWriter& json, const replica::ClusterMember& member) {
  json.begin_object();
  json.field("url", member.url);
  json.field("webuiurl", member.web_ui_url);
  json.field("version", member.version);
  json.field("role", member.leads ? "leader" : "standby");
  json.field("linked", member.linked ? "yes" : "no");
  json.field("voter", member.voter ? "yes" : "no");
  json.field("commit", static_cast<std::int64_t>(member.mirrored));
  json.field("mirror", mirror_of(member));
  json.end_object();
}

void write_phase(JsonWriter& json, const char* name, const std::optional<Duration>& phase) {
  if (!phase) return;
  json.key(name);
  // No finer than what the other masters are told, so that all show the same.
  const auto told = std::chrono::duration_cast<std::chrono::microseconds>(*phase);
  json.fraction(std::chrono::duration<double, std::milli>(told).count());
}

void write_flight(JsonWriter& json, const replica::Flight& flight) {
  json.begin_object();
  json.field("epoch", static_cast<std::int64_t>(flight.epoch.value));
  json.field("leader", flight.leader);
  json.field("previous", flight.previous);
  json.field("cause", flight.cause);
  json.field("at", flight.at.time_since_epoch().count());
  json.key("phases_ms");
  json.begin_object();
  write_phase(json, "claimed", flight.phases.claimed);
  write_phase(json, "state_ready", flight.phases.state_ready);
  write_phase(json, "first_worker", flight.phases.first_worker);
  write_phase(json, "all_workers", flight.phases.all_workers);
  write_phase(json, "all_applications", flight.phases.all_applications);
  write_phase(json, "first_launch", flight.phases.first_launch);
  json.end_object();
  json.end_object();
}

}  // namespace

std::string_view status_of(const core::State& state, const replica::Cluster& cluster) {
  const bool alive = state.recovery == core::RecoveryState::alive;
  return core::to_string(alive && !cluster.held.empty() ? core::RecoveryState::recovering : state.recovery);
}

std::string_view role_of(const core::State& state, const replica::Cluster& cluster) {
  if (state.recovery == core::RecoveryState::standby) return "standby";
  return status_of(state, cluster) == core::to_string(core::RecoveryState::alive) ? "leader" : "recovering";
}

void write_flights(JsonWriter& json, const replica::Cluster& cluster) {
  json.key("failovers");
  json.begin_array();
  for (const auto& flight : cluster.flights) write_flight(json, flight);
  json.end_array();
}

void write_cluster_fields(JsonWriter& json, const replica::Cluster& cluster) {
  if (!cluster.elected) return;
  json.field("epoch", static_cast<std::int64_t>(cluster.epoch.value));
  json.field("leader", cluster.leader);
  json.field("held", cluster.held);
  json.field("commit", static_cast<std::int64_t>(cluster.commit));
  json.key("masters");
  json.begin_array();
  for (const auto& member : cluster.members) write_member(json, member);
  json.end_array();
  json.key("zookeeper");
  json.begin_object();
  json.field("state", cluster.zookeeper);
  json.field("sessiontimeoutms", cluster.session_timeout_ms);
  json.end_object();
  write_flights(json, cluster);
}

}  // namespace pilotlight::http
