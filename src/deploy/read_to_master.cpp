#include "deploy/raw.hpp"
#include "deploy/read.hpp"
#include "deploy/scala_read.hpp"

namespace pilotlight::deploy {
namespace {

ToMaster read_register_worker(const Fields& from) {
  RegisterWorker message{.id = WorkerId(from.text("id")),
                         .host = from.text("host"),
                         .port = from.int32("port"),
                         .worker = read_ref(from, "worker"),
                         .cores = from.int32("cores"),
                         .memory_mb = from.int32("memory"),
                         .web_ui_url = from.text("workerWebUiUrl"),
                         .master_address = read_address(from, "masterAddress"),
                         .resources = read_resources(from, "resources")};
  check_host(from, "host", message.host);
  if (message.port <= 0 || message.port > 65'535)
    from.fail("port", "is " + std::to_string(message.port) + ", not 1 to 65535");
  return message;
}

ToMaster read_heartbeat(const Fields& from) {
  return Heartbeat{WorkerId(from.text("workerId")), read_ref(from, "worker")};
}

ToMaster read_worker_latest_state(const Fields& from) {
  WorkerLatestState message;
  message.id = WorkerId(from.text("id"));
  for (const auto& value : from.sequence("executors")) {
    if (from.decoding().failed()) break;
    message.executors.push_back(
        read_executor_description(from.object_in("executors", value, Class::executor_description)));
  }
  for (auto& driver : from.texts("driverIds")) message.drivers.emplace_back(std::move(driver));
  return message;
}

ToMaster read_worker_scheduler_state_response(const Fields& from) {
  WorkerSchedulerStateResponse message;
  message.id = WorkerId(from.text("id"));
  for (const auto& value : from.sequence("execResponses")) {
    if (from.decoding().failed()) break;
    const Fields response = from.object_in("execResponses", value, Class::worker_executor_state_response);
    message.executors.push_back({read_executor_description(response.object("desc", Class::executor_description)),
                                 read_resources(response, "resources")});
  }
  for (const auto& value : from.sequence("driverResponses")) {
    if (from.decoding().failed()) break;
    const Fields response = from.object_in("driverResponses", value, Class::worker_driver_state_response);
    message.drivers.push_back({DriverId(response.text("driverId")), read_resources(response, "resources")});
  }
  return message;
}

ToMaster read_executor_state_changed(const Fields& from) {
  return ExecutorStateChanged{AppId(from.text("appId")), ExecutorId(from.int32("execId")),
                              read_executor_state(from, "state"), from.optional_text("message"),
                              from.optional_int32("exitStatus")};
}

ToMaster read_driver_state_changed(const Fields& from) {
  DriverStateChanged message;
  message.driver = DriverId(from.text("driverId"));
  message.state = read_driver_state(from, "state");
  if (const auto held = from.option("exception")) message.exception = read_exception(from, "exception", *held);
  return message;
}

ToMaster read_worker_decommissioning(const Fields& from) {
  return WorkerDecommissioning{WorkerId(from.text("id")), read_ref(from, "workerRef")};
}

ToMaster read_register_application(const Fields& from) {
  RegisterApplication message;
  message.driver = read_ref(from, "driver");
  const Fields description = from.object("appDescription", Class::application_description);
  if (description.object())
    message.description = read_application_description(from, "appDescription", description.object());
  return message;
}

ToMaster read_unregister_application(const Fields& from) { return UnregisterApplication{AppId(from.text("appId"))}; }

ToMaster read_master_change_acknowledged(const Fields& from) {
  // Null from a driver that was never told its id.
  return MasterChangeAcknowledged{AppId(from.text_or_empty("appId"))};
}

ToMaster read_request_executors(const Fields& from) {
  RequestExecutors message;
  message.app = AppId(from.text("appId"));
  if (from.has("requestedTotal")) {  // Spark 3.3
    message.requests.emplace_back(ResourceProfile{}, from.int32("requestedTotal"));
    return message;
  }
  for (const auto& [key, value] : from.entries("resourceProfileToTotalExecs")) {
    if (from.decoding().failed()) break;
    const Fields profile = from.object_in("resourceProfileToTotalExecs", key, Class::resource_profile);
    message.requests.emplace_back(read_resource_profile(profile), from.int32_in("resourceProfileToTotalExecs", value));
  }
  if (from.has("resourceProfileToTotalExecs"))
    message.raw = raw_of(*from.object()->field("resourceProfileToTotalExecs"), from, "resourceProfileToTotalExecs");
  return message;
}

ToMaster read_kill_executors(const Fields& from) {
  return KillExecutors{AppId(from.text("appId")), from.texts("executorIds")};
}

ToMaster read_request_submit_driver(const Fields& from) {
  RequestSubmitDriver message;
  const Fields description = from.object("driverDescription", Class::driver_description);
  if (description.object())
    message.description = read_driver_description(from, "driverDescription", description.object());
  return message;
}

ToMaster read_request_kill_driver(const Fields& from) { return RequestKillDriver{DriverId(from.text("driverId"))}; }

ToMaster read_request_driver_status(const Fields& from) { return RequestDriverStatus{DriverId(from.text("driverId"))}; }

ToMaster read_request_kill_all_drivers(const Fields&) { return RequestKillAllDrivers{}; }

ToMaster read_request_clear_completed(const Fields&) { return RequestClearCompletedDriversAndApps{}; }

ToMaster read_request_readyz(const Fields&) { return RequestReadyz{}; }

ToMaster read_decommission_workers_on_hosts(const Fields& from) {
  return DecommissionWorkersOnHosts{from.texts("hostnames")};
}

ToMaster read_check_existence(const Fields& from) { return CheckExistence{from.text("name")}; }

ToMaster read_internal(const Fields& from) { return InternalMessage{std::string(class_of(from.object()))}; }

constexpr MessageReader<ToMaster> readers[] = {
    {Class::register_worker, read_register_worker},
    {Class::heartbeat, read_heartbeat},
    {Class::worker_latest_state, read_worker_latest_state},
    {Class::worker_scheduler_state_response, read_worker_scheduler_state_response},
    {Class::executor_state_changed, read_executor_state_changed},
    {Class::driver_state_changed, read_driver_state_changed},
    {Class::worker_decommissioning, read_worker_decommissioning},
    {Class::register_application, read_register_application},
    {Class::unregister_application, read_unregister_application},
    {Class::master_change_acknowledged, read_master_change_acknowledged},
    {Class::request_executors, read_request_executors},
    {Class::kill_executors, read_kill_executors},
    {Class::request_submit_driver, read_request_submit_driver},
    {Class::request_kill_driver, read_request_kill_driver},
    {Class::request_driver_status, read_request_driver_status},
    {Class::request_kill_all_drivers, read_request_kill_all_drivers},
    {Class::request_clear_completed, read_request_clear_completed},
    {Class::request_readyz, read_request_readyz},
    {Class::decommission_workers_on_hosts, read_decommission_workers_on_hosts},
    {Class::check_existence, read_check_existence},
    {Class::decommission_workers, read_internal},
    {Class::request_master_state, read_internal},
    {Class::request_worker_state, read_internal},
    {Class::send_heartbeat, read_internal},
    {Class::reregister_with_master, read_internal},
    {Class::work_dir_cleanup, read_internal},
    {Class::worker_decommission_sig_received, read_internal},
    {Class::stop_app_client, read_internal},
    {Class::elected_leader, read_internal},
    {Class::revoked_leadership, read_internal},
    {Class::check_for_worker_time_out, read_internal},
    {Class::begin_recovery, read_internal},
    {Class::complete_recovery, read_internal},
    {Class::bound_ports_request, read_internal},
};

}  // namespace

std::span<const MessageReader<ToMaster>> to_master_readers() { return readers; }

}  // namespace pilotlight::deploy
