#include "config/fill_settings.hpp"

#include <algorithm>
#include <chrono>

#include "deploy/types.hpp"

namespace pilotlight::config {
namespace {

struct Field {
  std::string_view key;
  void (*fill)(MasterSettings&, const Value&);
};

Duration time(const Value& value) { return std::chrono::milliseconds(value.number); }
std::int32_t small(const Value& value) { return static_cast<std::int32_t>(value.number); }
std::size_t size(const Value& value) { return static_cast<std::size_t>(value.number); }
bool flag(const Value& value) { return value.number != 0; }
template <typename Enum>
Enum choice(const Value& value) {
  return static_cast<Enum>(value.number);
}

/// IPv6 in [] is how Spark writes it; what is bound and never shown is without.
std::string without_brackets(const std::string& host) {
  return host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
}

/// "/spark/" and "/spark" are one znode; "/" is none at all.
std::string without_slash(std::string path) {
  while (path.ends_with('/')) path.pop_back();
  return path;
}

/// The right to speak ends well before the others may depose (election/timing.hpp).
election::Timing timing_of(Duration silence) {
  election::Timing timing;
  timing.silence = silence;
  timing.right = silence * 4 / 5;
  timing.heartbeat = silence / 5;
  timing.tick = std::min<Duration>(timing.tick, silence / 10);
  return timing;
}

using S = MasterSettings;
using V = Value;
constexpr Field fields[] = {
    {"pilotlight.master.host", [](S& s, const V& v) { s.host = v.text; }},
    {"pilotlight.master.port", [](S& s, const V& v) { s.port = small(v); }},
    {"spark.port.maxRetries", [](S& s, const V& v) { s.port_max_retries = s.web_ui_max_retries = small(v); }},
    {"pilotlight.ui.host", [](S& s, const V& v) { s.web_ui_bind = without_brackets(v.text); }},
    {"spark.master.ui.port", [](S& s, const V& v) { s.web_ui_port = small(v); }},
    {"pilotlight.ui.publicHost", [](S& s, const V& v) { s.public_dns = v.text; }},
    {"spark.ui.killEnabled", [](S& s, const V& v) { s.kill_enabled = flag(v); }},
    {"spark.master.ui.decommission.allow.mode",
     [](S& s, const V& v) { s.allow_decommission = choice<AllowDecommission>(v); }},
    {"spark.ui.allowFramingFrom", [](S& s, const V& v) { s.allow_framing_from = v.text; }},
    {"spark.ui.requestHeaderSize", [](S& s, const V& v) { s.web_header_bytes = size(v); }},
    {"spark.master.rest.enabled", [](S& s, const V& v) { s.rest_enabled = flag(v); }},
    {"spark.master.rest.host", [](S& s, const V& v) { s.rest_host = without_brackets(v.text); }},
    {"spark.master.rest.port", [](S& s, const V& v) { s.rest_port = small(v); }},
    {"spark.deploy.recoveryMode", [](S& s, const V& v) { s.recovery_mode = choice<RecoveryMode>(v); }},
    {"spark.deploy.recoveryDirectory", [](S& s, const V& v) { s.recovery_directory = v.text; }},
    {"spark.deploy.recoveryTimeout", [](S& s, const V& v) { s.core.recovery_timeout = time(v); }},
    {"spark.deploy.zookeeper.url", [](S& s, const V& v) { s.zookeeper_url = v.text; }},
    {"spark.deploy.zookeeper.dir", [](S& s, const V& v) { s.election.dir = without_slash(v.text); }},
    {"pilotlight.zookeeper.sessionTimeout", [](S& s, const V& v) { s.zookeeper_session_timeout = time(v); }},
    {"pilotlight.zookeeper.digestFile", [](S& s, const V& v) { s.zookeeper_digest_file = v.text; }},
    {"pilotlight.cluster.secretFile", [](S& s, const V& v) { s.cluster_secret_file = v.text; }},
    {"pilotlight.election.silence", [](S& s, const V& v) { s.election.timing = timing_of(time(v)); }},
    {"pilotlight.failover.rehearsal", [](S& s, const V& v) { s.core.rehearse = flag(v); }},
    {"spark.worker.timeout", [](S& s, const V& v) { s.core.worker_timeout = time(v); }},
    {"spark.dead.worker.persistence", [](S& s, const V& v) { s.core.dead_worker_persistence = small(v); }},
    {"spark.decommission.enabled", [](S& s, const V& v) { s.core.decommission_enabled = flag(v); }},
    {"pilotlight.master.repairTimeout", [](S& s, const V& v) { s.core.repair_timeout = time(v); }},
    {"pilotlight.master.launchAnswerTimeout", [](S& s, const V& v) { s.core.launch_answer_timeout = time(v); }},
    {"spark.deploy.spreadOutApps", [](S& s, const V& v) { s.core.spread_out_apps = flag(v); }},
    {"spark.deploy.spreadOutDrivers", [](S& s, const V& v) { s.core.spread_out_drivers = flag(v); }},
    {"spark.deploy.workerSelectionPolicy",
     [](S& s, const V& v) { s.core.worker_selection = choice<core::WorkerSelectionPolicy>(v); }},
    {"spark.deploy.defaultCores", [](S& s, const V& v) { s.core.default_cores = v.number; }},
    {"spark.deploy.maxDrivers", [](S& s, const V& v) { s.core.max_drivers = small(v); }},
    {"spark.deploy.maxExecutorRetries", [](S& s, const V& v) { s.core.max_executor_retries = small(v); }},
    {"spark.deploy.retainedApplications", [](S& s, const V& v) { s.core.retained_applications = size(v); }},
    {"spark.deploy.retainedDrivers", [](S& s, const V& v) { s.core.retained_drivers = size(v); }},
    {"spark.deploy.appIdPattern", [](S& s, const V& v) { s.core.app_id_pattern = v.text; }},
    {"spark.deploy.driverIdPattern", [](S& s, const V& v) { s.core.driver_id_pattern = v.text; }},
    {"spark.deploy.appNumberModulo", [](S& s, const V& v) { s.core.app_number_modulo = small(v); }},
    {"spark.master.useAppNameAsAppId.enabled", [](S& s, const V& v) { s.core.use_app_name_as_app_id = flag(v); }},
    {"pilotlight.rpc.maxInboundFrame", [](S& s, const V& v) { s.rpc_limits.inbound_frame_bytes = size(v); }},
    {"pilotlight.rpc.maxBuffered", [](S& s, const V& v) { s.rpc_limits.inbound_buffered_bytes = size(v); }},
    {"pilotlight.rpc.maxUnsent", [](S& s, const V& v) { s.rpc_limits.unsent_bytes = size(v); }},
    {"pilotlight.rpc.maxUnsentTotal", [](S& s, const V& v) { s.rpc_limits.unsent_bytes_of_all = size(v); }},
    {"pilotlight.rpc.frameTimeout", [](S& s, const V& v) { s.rpc_limits.frame = time(v); }},
    {"pilotlight.rpc.firstByteTimeout", [](S& s, const V& v) { s.rpc_limits.first_byte = time(v); }},
    {"pilotlight.rpc.maxHalfOpen", [](S& s, const V& v) { s.rpc_limits.half_open = size(v); }},
    {"pilotlight.rpc.idleTimeout", [](S& s, const V& v) { s.rpc_limits.idle = time(v); }},
    {"pilotlight.rpc.connectTimeout", [](S& s, const V& v) { s.rpc_limits.connect = time(v); }},
    {"pilotlight.log.format", [](S& s, const V& v) { s.log_format = choice<LogFormat>(v); }},
    {"pilotlight.log.level", [](S& s, const V& v) { s.log_level = choice<core::LogLevel>(v); }},
};

bool is_wildcard(const std::string& host) { return host == "0.0.0.0" || host == "[::]"; }

}  // namespace

std::string_view name_of(RecoveryMode mode) {
  constexpr std::string_view names[] = {"NONE", "FILESYSTEM", "ZOOKEEPER"};
  return names[static_cast<std::size_t>(mode)];
}

std::vector<std::string_view> filled_keys() {
  std::vector<std::string_view> result;
  for (const auto& field : fields) result.push_back(field.key);
  return result;
}

MasterSettings fill_settings(const Validated& validated, const std::string& local_host) {
  MasterSettings settings;
  settings.host = local_host;
  for (const auto& field : fields) {
    const auto value = validated.values.find(field.key);
    if (value != validated.values.end()) field.fill(settings, value->second);
  }
  if (!validated.values.contains("spark.deploy.recoveryTimeout"))
    settings.core.recovery_timeout = settings.core.worker_timeout;
  // A master that is alone comes back slower than any JVM warms up.
  settings.core.rehearse = settings.core.rehearse && settings.recovery_mode == RecoveryMode::zookeeper;
  if (settings.public_dns.empty()) settings.public_dns = is_wildcard(settings.host) ? local_host : settings.host;
  settings.core.address = {settings.host, settings.port};
  return settings;
}

}  // namespace pilotlight::config
