// What a master knows: workers, applications, executors, drivers. Owned and changed by core::Master alone; pages,
// JSON, metrics and invariants read it (const, on the strand). Plain structs; Spark's words (spec §5.1). Pure.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/peer.hpp"
#include "core/record.hpp"
#include "core/settings.hpp"

namespace pilotlight::core {

enum class RecoveryState : std::uint8_t { standby, recovering, completing_recovery, alive };
enum class WorkerState : std::uint8_t { alive, dead, decommissioned, unknown };
std::string_view to_string(RecoveryState state);  ///< "STANDBY", "ALIVE", "RECOVERING", "COMPLETING_RECOVERY"
std::string_view to_string(WorkerState state);    ///< "ALIVE", "DEAD", "DECOMMISSIONED", "UNKNOWN"

/// That something runs was last said over this connection, at this time. A report over another one may be older.
struct LastWord {
  ConnectionId over;
  Instant at;
};

struct ExecutorInfo {
  ExecutorId id;
  WorkerId worker;
  ProfileId profile;
  std::int32_t cores = 0;
  std::int32_t memory_mb = 0;
  deploy::Resources resources;  ///< addresses taken on the worker
  deploy::ExecutorState state = deploy::ExecutorState::launching;
  std::optional<Instant> launched;    ///< when LaunchExecutor was sent; empty once the worker answered
  bool overdue = false;               ///< the time for that is over: a report without it proves something
  bool confirmed = true;              ///< false: only a record says that it exists, its worker has not spoken yet
  std::optional<LastWord> seen = {};  ///< its worker spoke of it
  bool doubted = false;               ///< a report without it came, which may be older: asked again later
};

struct WorkerInfo {
  WorkerRecord record;
  Peer peer;
  WorkerState state = WorkerState::alive;
  std::int32_t cores_used = 0;
  std::int32_t memory_used_mb = 0;
  deploy::Resources resources_used;
  std::set<ExecutorKey> executors;
  std::set<DriverId> drivers;
  Instant last_heartbeat;  ///< or later, when the process stood still and it may lie unread
  WallTime last_heartbeat_wall;
  bool version_pending = false;       ///< its page is being read: no executor until then
  bool report_pending = false;        ///< it may still run executors of recovered applications: nothing until it says
  bool dialect_proven = true;         ///< false: its messages fit several dialects and none was confirmed yet
  Instant connected_since;            ///< what was sent to it before may be lost
  std::int32_t ignored_launches = 0;  ///< in a row: it answers, but started nothing of what it was sent
  Instant ignored_last;               ///< when it was last found to have ignored one
  std::optional<Instant> repair_deadline;  ///< its connection broke and it was called back

  [[nodiscard]] std::int32_t cores_free() const { return record.cores - cores_used; }
  [[nodiscard]] std::int32_t memory_free_mb() const { return record.memory_mb - memory_used_mb; }
};

struct AppInfo {
  AppRecord record;
  AppProgress progress;
  Peer driver;
  AppState state = AppState::waiting;            ///< `unknown` while recovering
  std::map<ExecutorId, ExecutorInfo> executors;  ///< those that hold cores on a worker, DECOMMISSIONED ones too
  std::vector<ExecutorInfo> removed_executors;   ///< history for the application page, oldest first, bounded
  std::int64_t cores_granted = 0;                ///< of its executors that are not DECOMMISSIONED
  std::map<ProfileId, std::int32_t> live;        ///< executors that count towards the target: those not DECOMMISSIONED
  std::set<WorkerId> served_by;                  ///< workers that had an executor of it under this leadership
  std::uint64_t sequence = 0;                    ///< its place in app_order
  std::int32_t retry_count = 0;
  std::int32_t probes_left = 0;  ///< MasterChanged that its driver still gets without being missed
  bool recovered = false;        ///< its record is older than this leadership: executors may turn up
  bool wait_explained = false;   ///< the log has said why it waits
  std::optional<Instant> repair_deadline;

  [[nodiscard]] std::int64_t cores_left() const { return record.requested_cores - cores_granted; }
};

struct DriverInfo {
  DriverRecord record;
  bool launching = false;             ///< its LaunchDriver may be under way: a report without it proves nothing yet
  bool missed = false;                ///< such a report came
  bool confirmed = true;              ///< false: only a record says that it runs, its worker has not yet
  std::optional<LastWord> seen = {};  ///< its worker listed it
  bool page_asked = false;  ///< its worker does not list it: the worker's page is being read for what became of it
};

struct State {
  Settings settings;
  RecoveryState recovery = RecoveryState::standby;
  Epoch epoch;
  std::map<WorkerId, WorkerInfo> workers;  ///< live ones (not DEAD)
  std::vector<WorkerInfo> dead_workers;    ///< shown until spark.dead.worker.persistence has passed
  std::map<AppId, AppInfo> apps;           ///< active ones
  std::vector<AppId> app_order;            ///< active ones in order of registration (FIFO)
  std::deque<AppInfo> completed_apps;      ///< oldest first, bounded
  std::map<DriverId, DriverInfo> drivers;  ///< active ones
  std::vector<DriverId> waiting_drivers;   ///< in order of submission
  std::deque<DriverInfo> completed_drivers;
  std::unordered_map<std::string, WorkerId> worker_by_address;  ///< host:port of the worker's ref → id
  std::unordered_map<std::string, AppId> app_by_address;        ///< host:port of the driver's ref → id
  Counters counters;

  [[nodiscard]] std::string master_url() const { return "spark://" + deploy::to_string(settings.address); }
};

}  // namespace pilotlight::core
