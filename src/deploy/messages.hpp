// Every message that a Spark worker, driver (AppClient) or submit client exchanges with a master: spec §4.
//
// One typed struct each, one variant per direction. Fields have Spark's meaning and units; the order is the
// constructor's. Values only; the codec (deploy/codec.hpp) knows the bytes. Pure.
#pragma once

#include <utility>
#include <variant>

#include "deploy/types.hpp"

namespace pilotlight::deploy {

// ---- worker → master (§4.1) ----

struct RegisterWorker {
  WorkerId id;
  std::string host;
  std::int32_t port = 0;
  EndpointRef worker;
  std::int32_t cores = 0;
  std::int32_t memory_mb = 0;
  std::string web_ui_url;
  Address master_address;  ///< how the worker reached us: returned unchanged in RegisteredWorker
  Resources resources;
};
struct Heartbeat {
  WorkerId worker_id;
  EndpointRef worker;
};
struct WorkerLatestState {
  WorkerId id;
  std::vector<ExecutorDescription> executors;
  std::vector<DriverId> drivers;
};
struct WorkerExecutorStateResponse {
  ExecutorDescription executor;
  Resources resources;
};
struct WorkerDriverStateResponse {
  DriverId driver;
  Resources resources;
};
struct WorkerSchedulerStateResponse {
  WorkerId id;
  std::vector<WorkerExecutorStateResponse> executors;
  std::vector<WorkerDriverStateResponse> drivers;
};
struct ExecutorStateChanged {  // ask → Boolean
  AppId app;
  ExecutorId executor;
  ExecutorState state = ExecutorState::launching;
  std::optional<std::string> message;
  std::optional<std::int32_t> exit_status;
};
struct DriverStateChanged {
  DriverId driver;
  DriverState state = DriverState::submitted;
  std::optional<Exception> exception;
};
struct WorkerDecommissioning {
  WorkerId id;
  EndpointRef worker;
};

// ---- driver (AppClient) → master (§4.3) ----

struct RegisterApplication {
  ApplicationDescription description;
  EndpointRef driver;
};
struct UnregisterApplication {
  AppId app;
};
struct MasterChangeAcknowledged {
  AppId app;  ///< "": its registration has not been answered yet
};
/// 3.3 has no profiles: one total, for profile 0 (`requests` has one entry with id 0 and no amounts).
/// `raw` is the peer's own map, kept because a profile holds more than a master reads; null when the message is ours.
struct RequestExecutors {  // ask → Boolean
  AppId app;
  std::vector<std::pair<ResourceProfile, std::int32_t>> requests;
  RawBytes raw;
};
struct KillExecutors {
  AppId app;
  std::vector<std::string> executors;
};  // ask → Boolean

// ---- submit client and others → master (§4.5, §2.3) ----

struct RequestSubmitDriver {
  DriverDescription description;
};  // ask → SubmitDriverResponse
struct RequestKillDriver {
  DriverId driver;
};  // ask → KillDriverResponse
struct RequestDriverStatus {
  DriverId driver;
};                                              // ask → DriverStatusResponse
struct RequestKillAllDrivers {};                // ask → KillAllDriversResponse (4.x)
struct RequestClearCompletedDriversAndApps {};  // ask → Boolean (4.x)
struct RequestReadyz {};                        // ask → Boolean (4.x)
struct DecommissionWorkersOnHosts {
  std::vector<std::string> hosts;
};  // ask → Integer
struct CheckExistence {
  std::string name;
};  // ask at endpoint-verifier → Boolean
/// A message that Spark's master sends to itself or answers only inside its process (ElectedLeader$,
/// DecommissionWorkers, RequestMasterState$, …): never obeyed when it comes from the network (spec §13.18).
struct InternalMessage {
  std::string class_name;
};
/// A class that no dialect knows as a message to a master.
struct UnsupportedMessage {
  std::string class_name;
};

using ToMaster =
    std::variant<RegisterWorker, Heartbeat, WorkerLatestState, WorkerSchedulerStateResponse, ExecutorStateChanged,
                 DriverStateChanged, WorkerDecommissioning, RegisterApplication, UnregisterApplication,
                 MasterChangeAcknowledged, RequestExecutors, KillExecutors, RequestSubmitDriver, RequestKillDriver,
                 RequestDriverStatus, RequestKillAllDrivers, RequestClearCompletedDriversAndApps, RequestReadyz,
                 DecommissionWorkersOnHosts, CheckExistence, InternalMessage, UnsupportedMessage>;

// ---- master → worker (§4.2) ----

struct RegisteredWorker {
  EndpointRef master;
  std::string master_web_ui_url;
  Address master_address;
  bool duplicate = false;
};
struct RegisterWorkerFailed {
  std::string message;
};
struct MasterInStandby {};
struct ReconnectWorker {
  std::string master_url;
};
struct LaunchExecutor {
  std::string master_url;
  AppId app;
  ExecutorId executor;
  ProfileId profile;
  ApplicationDescription description;  ///< echoed: must be of the worker's dialect
  std::int32_t cores = 0;
  std::int32_t memory_mb = 0;
  Resources resources;
};
struct KillExecutor {
  std::string master_url;
  AppId app;
  ExecutorId executor;
};
struct LaunchDriver {
  DriverId driver;
  DriverDescription description;  ///< echoed: must be of the worker's Scala version
  Resources resources;
  std::vector<std::string> prepend_java_opts;  ///< put before the description's own javaOpts (findings §3, Java 17)
};
struct KillDriver {
  DriverId driver;
};
struct ApplicationFinished {
  AppId app;
};
struct DecommissionWorker {};
/// Also sent to drivers.
struct MasterChanged {
  EndpointRef master;
  std::string master_web_ui_url;
};

using ToWorker =
    std::variant<RegisteredWorker, RegisterWorkerFailed, MasterInStandby, ReconnectWorker, LaunchExecutor, KillExecutor,
                 LaunchDriver, KillDriver, ApplicationFinished, DecommissionWorker, MasterChanged>;

// ---- master → driver (§4.4) ----

struct RegisteredApplication {
  AppId app;
  EndpointRef master;
};
struct ExecutorAdded {
  ExecutorId executor;
  WorkerId worker;
  Address worker_address;
  std::int32_t cores = 0;
  std::int32_t memory_mb = 0;
};
struct ExecutorUpdated {
  ExecutorId executor;
  ExecutorState state = ExecutorState::launching;
  std::optional<std::string> message;
  std::optional<std::int32_t> exit_status;
  std::optional<std::string> worker_host;  ///< present: the host's shuffle files are lost
};
struct WorkerRemoved {
  WorkerId worker;
  std::string host;
  std::string message;
};
struct ApplicationRemoved {
  std::string message;
};

using ToDriver = std::variant<RegisteredApplication, ExecutorAdded, ExecutorUpdated, WorkerRemoved, ApplicationRemoved,
                              MasterChanged>;

// ---- replies to asks (§4.5, §2.2) ----

struct BooleanReply {
  bool value = false;
};
struct IntegerReply {
  std::int32_t value = 0;
};
/// The `master` ref inside the three answers to a submit client is written as null (spec §3.5).
struct SubmitDriverResponse {
  bool success = false;
  std::optional<DriverId> driver;
  std::string message;
};
struct KillDriverResponse {
  DriverId driver;
  bool success = false;
  std::string message;
};
struct KillAllDriversResponse {
  bool success = false;
  std::string message;
};
struct DriverStatusResponse {
  bool found = false;
  std::optional<DriverState> state;
  std::optional<WorkerId> worker;
  std::optional<Address> worker_address;
  std::optional<Exception> exception;
};
/// netty.RpcFailure: the asker's future fails with this exception.
struct RpcFailure {
  Exception exception;
};

using Reply = std::variant<BooleanReply, IntegerReply, SubmitDriverResponse, KillDriverResponse, KillAllDriversResponse,
                           DriverStatusResponse, RpcFailure>;

/// Spark's own name of a message, without package: "RegisterWorker".
template <typename Variant>
std::string_view message_name(const Variant& message);

}  // namespace pilotlight::deploy
