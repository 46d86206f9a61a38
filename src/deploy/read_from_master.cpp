#include "deploy/read.hpp"
#include "deploy/scala_read.hpp"

namespace pilotlight::deploy {
namespace {

ToWorker read_registered_worker(const Fields& from) {
  return RegisteredWorker{read_ref(from, "master"), from.text("masterWebUiUrl"), read_address(from, "masterAddress"),
                          from.flag("duplicate")};
}

ToWorker read_register_worker_failed(const Fields& from) { return RegisterWorkerFailed{from.text("message")}; }

ToWorker read_master_in_standby(const Fields&) { return MasterInStandby{}; }

ToWorker read_reconnect_worker(const Fields& from) { return ReconnectWorker{from.text("masterUrl")}; }

ToWorker read_launch_executor(const Fields& from) {
  LaunchExecutor message;
  message.master_url = from.text("masterUrl");
  message.app = AppId(from.text("appId"));
  message.executor = ExecutorId(from.int32("execId"));
  message.cores = from.int32("cores");
  message.memory_mb = from.int32("memory");
  message.resources = read_resources(from, "resources");
  if (from.has("rpId")) message.profile = ProfileId(from.int32("rpId"));
  const Fields description = from.object("appDesc", Class::application_description);
  if (description.object()) message.description = read_application_description(from, "appDesc", description.object());
  return message;
}

ToWorker read_kill_executor(const Fields& from) {
  return KillExecutor{from.text("masterUrl"), AppId(from.text("appId")), ExecutorId(from.int32("execId"))};
}

ToWorker read_launch_driver(const Fields& from) {
  LaunchDriver message;
  message.driver = DriverId(from.text("driverId"));
  message.resources = read_resources(from, "resources");
  const Fields description = from.object("driverDesc", Class::driver_description);
  if (description.object()) message.description = read_driver_description(from, "driverDesc", description.object());
  return message;
}

ToWorker read_kill_driver(const Fields& from) { return KillDriver{DriverId(from.text("driverId"))}; }

ToWorker read_application_finished(const Fields& from) { return ApplicationFinished{AppId(from.text("id"))}; }

ToWorker read_decommission_worker(const Fields&) { return DecommissionWorker{}; }

template <typename Message>
Message read_master_changed(const Fields& from) {
  return MasterChanged{read_ref(from, "master"), from.text("masterWebUiUrl")};
}

ToDriver read_registered_application(const Fields& from) {
  return RegisteredApplication{AppId(from.text("appId")), read_ref(from, "master")};
}

ToDriver read_executor_added(const Fields& from) {
  const auto address = read_host_port(from, "hostPort", from.text("hostPort"));
  return ExecutorAdded{ExecutorId(from.int32("id")), WorkerId(from.text("workerId")), address.value_or(Address{}),
                       from.int32("cores"), from.int32("memory")};
}

ToDriver read_executor_updated(const Fields& from) {
  return ExecutorUpdated{ExecutorId(from.int32("id")), read_executor_state(from, "state"),
                         from.optional_text("message"), from.optional_int32("exitStatus"),
                         from.optional_text("workerHost")};
}

ToDriver read_worker_removed(const Fields& from) {
  return WorkerRemoved{WorkerId(from.text("id")), from.text("host"), from.text("message")};
}

ToDriver read_application_removed(const Fields& from) { return ApplicationRemoved{from.text("message")}; }

Reply read_boolean(const Fields& from) { return BooleanReply{from.flag("value")}; }

Reply read_integer(const Fields& from) { return IntegerReply{from.int32("value")}; }

Reply read_submit_driver_response(const Fields& from) {
  SubmitDriverResponse message;
  message.success = from.flag("success");
  message.message = from.text("message");
  if (auto id = from.optional_text("driverId")) message.driver = DriverId(std::move(*id));
  return message;
}

Reply read_kill_driver_response(const Fields& from) {
  return KillDriverResponse{DriverId(from.text("driverId")), from.flag("success"), from.text("message")};
}

Reply read_kill_all_drivers_response(const Fields& from) {
  return KillAllDriversResponse{from.flag("success"), from.text("message")};
}

Reply read_driver_status_response(const Fields& from) {
  DriverStatusResponse message;
  message.found = from.flag("found");
  if (const auto held = from.option("state"))
    message.state = static_cast<DriverState>(from.enumeration_in("state", *held, Class::driver_state, 8));
  if (auto id = from.optional_text("workerId")) message.worker = WorkerId(std::move(*id));
  if (const auto text = from.optional_text("workerHostPort"))
    message.worker_address = read_host_port(from, "workerHostPort", *text);
  if (const auto held = from.option("exception")) message.exception = read_exception(from, "exception", *held);
  return message;
}

Reply read_rpc_failure(const Fields& from) {
  const Fields exception = from.object("e", Class::java_throwable);
  return RpcFailure{exception.object() ? read_exception(from, "e", exception.object()) : Exception{}};
}

constexpr MessageReader<ToWorker> worker_readers[] = {
    {Class::registered_worker, read_registered_worker},
    {Class::register_worker_failed, read_register_worker_failed},
    {Class::master_in_standby, read_master_in_standby},
    {Class::reconnect_worker, read_reconnect_worker},
    {Class::launch_executor, read_launch_executor},
    {Class::kill_executor, read_kill_executor},
    {Class::launch_driver, read_launch_driver},
    {Class::kill_driver, read_kill_driver},
    {Class::application_finished, read_application_finished},
    {Class::decommission_worker, read_decommission_worker},
    {Class::master_changed, read_master_changed<ToWorker>},
};
constexpr MessageReader<ToDriver> driver_readers[] = {
    {Class::registered_application, read_registered_application},
    {Class::executor_added, read_executor_added},
    {Class::executor_updated, read_executor_updated},
    {Class::worker_removed, read_worker_removed},
    {Class::application_removed, read_application_removed},
    {Class::master_changed, read_master_changed<ToDriver>},
};
constexpr MessageReader<Reply> readers_of_replies[] = {
    {Class::java_boolean, read_boolean},
    {Class::java_integer, read_integer},
    {Class::submit_driver_response, read_submit_driver_response},
    {Class::kill_driver_response, read_kill_driver_response},
    {Class::kill_all_drivers_response, read_kill_all_drivers_response},
    {Class::driver_status_response, read_driver_status_response},
    {Class::rpc_failure, read_rpc_failure},
};

}  // namespace

std::span<const MessageReader<ToWorker>> to_worker_readers() { return worker_readers; }
std::span<const MessageReader<ToDriver>> to_driver_readers() { return driver_readers; }
std::span<const MessageReader<Reply>> reply_readers() { return readers_of_replies; }

}  // namespace pilotlight::deploy
