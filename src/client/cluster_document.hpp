// What a master says of its cluster at /cluster (docs/HTTP.md), as plain values. Pure.
//
// Read with tolerance: keys that are missing or of another type have their defaults, unknown ones stay in `text` alone,
// so that a command may be older or newer than the master. Texts are as the master sent them: cli/terminal_text.hpp
// makes them fit for a terminal.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace pilotlight::client {

struct MemberRow {
  std::string url;  ///< spark://host:port
  std::string webui;
  std::string version;
  std::string role;  ///< leader, standby
  bool self = false;
  bool linked = false;
  bool voter = false;
  std::int64_t commit = 0;
  std::int64_t behind = 0;  ///< commits
  std::string mirror;       ///< complete, incomplete
};

struct WorkerRow {
  std::string id;
  std::string host;
  std::int64_t port = 0;
  std::string webui;
  std::string state;
  std::int64_t cores = 0;
  std::int64_t cores_used = 0;
  std::int64_t memory_mb = 0;
  std::int64_t memory_used_mb = 0;
  std::int64_t executors = 0;
  std::int64_t drivers = 0;
  std::int64_t last_heartbeat = 0;  ///< ms since 1970; 0 = none yet
  std::string spark;
  std::string resources;  ///< JSON; "" = none
};

struct AppRow {
  std::string id;
  std::string name;
  std::string user;
  std::string state;
  std::int64_t cores_granted = 0;
  std::optional<std::int64_t> cores_max;
  std::int64_t executors = 0;
  std::optional<std::int64_t> executor_limit;
  std::int64_t memory_per_executor_mb = 0;
  std::int64_t submitted = 0;  ///< ms since 1970
  std::int64_t duration_ms = 0;
  std::string ui;
  std::string waits_for;  ///< why it has not what it wants; "" = it has
};

struct DriverRow {
  std::string id;
  std::string state;
  std::string worker;  ///< id; "" = none yet
  std::int64_t cores = 0;
  std::int64_t memory_mb = 0;
  bool supervise = false;
  std::string main_class;
  std::int64_t submitted = 0;
};

struct FailoverRow {
  std::int64_t epoch = 0;
  std::string leader;
  std::string previous;
  std::string cause;
  std::int64_t at = 0;                                    ///< ms since 1970
  std::vector<std::pair<std::string, double>> phases_ms;  ///< in the master's order
};

struct FindingRow {
  std::string code;      ///< PL101
  std::string severity;  ///< critical, warning, info
  std::string subject;
  std::string sentence;
  std::string hint;
};

struct Totals {
  std::int64_t workers_alive = 0;
  std::int64_t workers_dead = 0;
  std::int64_t cores = 0;
  std::int64_t cores_used = 0;
  std::int64_t memory_mb = 0;
  std::int64_t memory_used_mb = 0;
  std::int64_t apps_waiting = 0;
  std::int64_t apps_running = 0;
  std::int64_t apps_completed = 0;
  std::int64_t drivers_waiting = 0;
  std::int64_t drivers_running = 0;
  std::int64_t drivers_completed = 0;
  std::int64_t executors = 0;
};

struct ClusterDocument {
  std::string text;  ///< as it came: valid JSON, an object
  std::string self;
  std::string role;    ///< leader, standby, recovering
  std::string status;  ///< ALIVE, RECOVERING, COMPLETING_RECOVERY, STANDBY
  std::string recovery_mode;
  std::string version;
  std::int64_t epoch = 0;
  std::int64_t since = 0;  ///< ms since 1970
  std::string leader;      ///< spark://host:port; "" = nobody leads
  std::string leader_webui;
  std::string held;  ///< it leads and may not speak: why
  std::int64_t commit = 0;
  std::int64_t observed = 0;  ///< ms since 1970: the master's clock when it wrote this
  std::vector<MemberRow> members;
  std::string zookeeper;  ///< state of the session; "" = recovery mode without ZooKeeper
  std::int64_t session_timeout_ms = 0;
  Totals totals;
  std::vector<WorkerRow> workers;
  std::vector<AppRow> apps;
  std::vector<AppRow> completed_apps;
  std::vector<DriverRow> drivers;
  std::vector<DriverRow> completed_drivers;
  std::vector<FailoverRow> failovers;  ///< oldest first
  std::vector<FindingRow> findings;
  bool kill_enabled = true;
  bool secret_required = false;

  /// It leads, or is about to: what it says is the truth and not a copy.
  [[nodiscard]] bool from_leader() const { return !role.empty() && role != "standby"; }
  /// It leads, and clients are served.
  [[nodiscard]] bool serves() const { return from_leader() && held.empty() && status == "ALIVE"; }
  [[nodiscard]] bool has_critical() const;
};

/// The error says what it is instead of a document.
Result<ClusterDocument> parse_cluster(std::string text);

/// Which of several answers tells the truth: the highest epoch, in it the leader's, then the one that has seen more;
/// the first of equals. nullptr when there is none.
const ClusterDocument* best_of(std::span<const ClusterDocument* const> documents);

}  // namespace pilotlight::client
