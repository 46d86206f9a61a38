// What the master makes durable: one record for each worker, application, executor and driver, and the counters (D8).
//
// Typed here, written as versioned JSON by recovery/record_codec. A record holds all that a restarted master needs
// before any peer says a word: reference, dialect, raw bytes to echo, targets, counters. Finished applications and
// drivers stay as records for as long as they are retained; an executor's goes when the executor does. Pure values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "core/peer.hpp"
#include "deploy/types.hpp"

namespace pilotlight::core {

enum class AppState : std::uint8_t { waiting, running, finished, failed, killed, unknown };
std::string_view to_string(AppState state);  ///< "WAITING", as Spark prints it
std::optional<AppState> app_state_by_name(std::string_view name);

struct WorkerRecord {
  WorkerId id;
  std::string host;
  std::int32_t port = 0;
  std::int32_t cores = 0;
  std::int32_t memory_mb = 0;
  deploy::Resources resources;
  std::string web_ui_url;
  deploy::EndpointRef ref;
  /// The dialects that fit (two for a 4.1+ worker whose page could not be read), and those found unfit since.
  std::vector<deploy::Dialect> dialects;
  WallTime registered;
};

/// The part of an application that never changes.
struct AppRecord {
  AppId id;
  deploy::ApplicationDescription description;  ///< its `raw` is what workers are sent
  deploy::EndpointRef driver;
  deploy::Dialect dialect = deploy::Dialect::spark_3_4;
  std::int64_t requested_cores = 0;  ///< maxCores, else spark.deploy.defaultCores, as decided at registration
  WallTime submitted;
};

/// The part that changes: small, so that launching executors costs little.
struct AppProgress {
  AppId id;
  AppState state = AppState::waiting;  ///< waiting, running or a finished state
  std::int32_t next_executor_id = 0;
  std::map<ProfileId, std::int32_t> targets;  ///< executors wanted; absent for the default profile = no limit
  std::map<ProfileId, deploy::ResourceProfile> profiles;
  std::optional<WallTime> ended;
};

/// An executor's name in the cluster.
struct ExecutorKey {
  AppId app;
  ExecutorId executor;
  auto operator<=>(const ExecutorKey&) const = default;
};

/// An executor that holds cores on a worker: written before its LaunchExecutor goes out, removed when it is released.
/// So whoever leads next knows what may run on a worker that has not answered yet, and which ids are used up.
struct ExecutorRecord {
  AppId app;
  ExecutorId id;
  WorkerId worker;
  ProfileId profile;
  std::int32_t cores = 0;
  std::int32_t memory_mb = 0;
  deploy::Resources resources;
};

struct DriverRecord {
  DriverId id;
  deploy::DriverDescription description;
  deploy::DriverState state = deploy::DriverState::submitted;
  std::optional<WorkerId> worker;  ///< where it was launched; none = still waiting
  std::optional<deploy::Address> worker_address;
  deploy::Resources resources;
  std::string exception;  ///< of a finished driver; "" = none
  WallTime submitted;
  bool kill_requested = false;  ///< somebody asked for its end: never relaunched
};

struct Counters {
  std::int32_t next_app_number = 0;
  std::int32_t next_driver_number = 0;
};

struct RemoveWorker {
  WorkerId id;
};
struct RemoveApp {
  AppId id;
};  ///< record and progress. It has no executors then: each was removed by itself, in the step that ended it
struct RemoveExecutor {
  ExecutorKey executor;
};
struct RemoveDriver {
  DriverId id;
};

/// One durable change. Put replaces; Remove of what is not there is fine.
using RecordOp = std::variant<WorkerRecord, AppRecord, AppProgress, ExecutorRecord, DriverRecord, Counters,
                              RemoveWorker, RemoveApp, RemoveExecutor, RemoveDriver>;

/// Everything a store held when it was opened.
struct Recovered {
  std::vector<WorkerRecord> workers;
  std::vector<AppRecord> apps;  ///< in order of registration
  std::vector<AppProgress> progress;
  std::vector<ExecutorRecord> executors;
  std::vector<DriverRecord> drivers;
  Counters counters;
  /// Records that could not be read, each "name: why": set aside in the store, reported, never deleted.
  std::vector<std::string> set_aside;
};

}  // namespace pilotlight::core
