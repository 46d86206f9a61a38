#include "base/assert.hpp"
#include "deploy/write.hpp"

namespace pilotlight::deploy {

using javaser::Value;

namespace {

struct Writer {
  Build& build;

  Value operator()(const RegisterWorker& message) const {
    return build.object(Class::register_worker, {{"cores", message.cores},
                                                 {"memory", message.memory_mb},
                                                 {"port", message.port},
                                                 {"host", build.text(message.host)},
                                                 {"id", build.text(message.id.text)},
                                                 {"masterAddress", build.address(message.master_address)},
                                                 {"resources", build.resources(message.resources)},
                                                 {"worker", build.ref(message.worker)},
                                                 {"workerWebUiUrl", build.text(message.web_ui_url)}});
  }

  Value operator()(const Heartbeat& message) const {
    return build.object(Class::heartbeat,
                        {{"worker", build.ref(message.worker)}, {"workerId", build.text(message.worker_id.text)}});
  }

  Value operator()(const WorkerLatestState& message) const {
    std::vector<Value> drivers;
    for (const auto& driver : message.drivers) drivers.push_back(build.text(driver.text));
    std::vector<Value> executors;
    for (const auto& executor : message.executors) executors.push_back(build.executor_description(executor));
    return build.object(Class::worker_latest_state, {{"driverIds", build.sequence(drivers)},
                                                     {"executors", build.sequence(executors)},
                                                     {"id", build.text(message.id.text)}});
  }

  Value operator()(const WorkerSchedulerStateResponse& message) const {
    std::vector<Value> drivers;
    for (const auto& response : message.drivers)
      drivers.push_back(build.object(
          Class::worker_driver_state_response,
          {{"driverId", build.text(response.driver.text)}, {"resources", build.resources(response.resources)}}));
    std::vector<Value> executors;
    for (const auto& response : message.executors)
      executors.push_back(
          build.object(Class::worker_executor_state_response, {{"desc", build.executor_description(response.executor)},
                                                               {"resources", build.resources(response.resources)}}));
    return build.object(Class::worker_scheduler_state_response, {{"driverResponses", build.sequence(drivers)},
                                                                 {"execResponses", build.sequence(executors)},
                                                                 {"id", build.text(message.id.text)}});
  }

  Value operator()(const ExecutorStateChanged& message) const {
    return build.object(Class::executor_state_changed, {{"execId", message.executor.value},
                                                        {"appId", build.text(message.app.text)},
                                                        {"exitStatus", build.option(message.exit_status)},
                                                        {"message", build.option(message.message)},
                                                        {"state", build.executor_state(message.state)}});
  }

  Value operator()(const DriverStateChanged& message) const {
    const Value exception = message.exception ? build.some(build.exception(*message.exception)) : build.none();
    return build.object(Class::driver_state_changed, {{"driverId", build.text(message.driver.text)},
                                                      {"exception", exception},
                                                      {"state", build.driver_state(message.state)}});
  }

  Value operator()(const WorkerDecommissioning& message) const {
    return build.object(Class::worker_decommissioning,
                        {{"id", build.text(message.id.text)}, {"workerRef", build.ref(message.worker)}});
  }

  Value operator()(const RegisterApplication& message) const {
    PILOTLIGHT_ASSERT(message.description.dialect == build.dialect());
    return build.object(Class::register_application, {{"appDescription", build.embed(message.description.raw)},
                                                      {"driver", build.ref(message.driver)}});
  }

  Value operator()(const UnregisterApplication& message) const {
    return build.object(Class::unregister_application, {{"appId", build.text(message.app.text)}});
  }

  Value operator()(const MasterChangeAcknowledged& message) const {
    return build.object(Class::master_change_acknowledged, {{"appId", build.text(message.app.text)}});
  }

  Value operator()(const RequestExecutors& message) const {
    const Value app = build.text(message.app.text);
    if (!build.has_profiles()) {
      const std::int32_t total = message.requests.empty() ? 0 : message.requests.front().second;
      return build.object(Class::request_executors, {{"requestedTotal", total}, {"appId", app}});
    }
    std::vector<std::pair<Value, Value>> entries;
    if (!message.raw)
      for (const auto& [profile, total] : message.requests)
        entries.emplace_back(build.resource_profile(profile), build.integer(total));
    return build.object(
        Class::request_executors,
        {{"appId", app}, {"resourceProfileToTotalExecs", message.raw ? build.embed(message.raw) : build.map(entries)}});
  }

  Value operator()(const KillExecutors& message) const {
    return build.object(Class::kill_executors,
                        {{"appId", build.text(message.app.text)}, {"executorIds", build.texts(message.executors)}});
  }

  Value operator()(const RequestSubmitDriver& message) const {
    PILOTLIGHT_ASSERT(message.description.scala == scala_of(build.dialect()));
    return build.object(Class::request_submit_driver, {{"driverDescription", build.embed(message.description.raw)}});
  }

  Value operator()(const RequestKillDriver& message) const {
    return build.object(Class::request_kill_driver, {{"driverId", build.text(message.driver.text)}});
  }

  Value operator()(const RequestDriverStatus& message) const {
    return build.object(Class::request_driver_status, {{"driverId", build.text(message.driver.text)}});
  }

  Value operator()(const RequestKillAllDrivers&) const { return build.module(Class::request_kill_all_drivers); }

  Value operator()(const RequestClearCompletedDriversAndApps&) const {
    return build.module(Class::request_clear_completed);
  }

  Value operator()(const RequestReadyz&) const { return build.module(Class::request_readyz); }

  Value operator()(const DecommissionWorkersOnHosts& message) const {
    return build.object(Class::decommission_workers_on_hosts, {{"hostnames", build.texts(message.hosts)}});
  }

  Value operator()(const CheckExistence& message) const {
    return build.object(Class::check_existence, {{"name", build.text(message.name)}});
  }

  Value operator()(const InternalMessage& message) const { return build.bare(message.class_name); }
  Value operator()(const UnsupportedMessage& message) const { return build.bare(message.class_name); }
};

}  // namespace

Value write(Build& build, const ToMaster& message) { return std::visit(Writer{build}, message); }

}  // namespace pilotlight::deploy
