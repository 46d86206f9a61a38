#include "base/assert.hpp"
#include "deploy/scala_read.hpp"
#include "deploy/write.hpp"

namespace pilotlight::deploy {

using javaser::Value;

namespace {

/// The description with `options` before its own javaOpts; everything else is the peer's untouched.
Value with_java_opts(Build& build, const Value& description, const std::vector<std::string>& options) {
  const javaser::ObjectNode* object = javaser::object_of(description);
  const Value* command_value = object ? object->field("command") : nullptr;
  const javaser::ObjectNode* command = command_value ? javaser::object_of(*command_value) : nullptr;
  const Value* own = command ? command->field("javaOpts") : nullptr;
  PILOTLIGHT_ASSERT(own != nullptr);
  std::vector<Value> all;
  for (const std::string& option : options) all.push_back(build.text(option));
  Decoding unlimited(std::size_t{1} << 40U);
  const auto elements = read_sequence(*own, unlimited);
  PILOTLIGHT_ASSERT(elements.ok());
  all.insert(all.end(), elements->begin(), elements->end());
  return build.with_field(*object, "command", build.with_field(*command, "javaOpts", build.sequence(all)));
}

struct WorkerWriter {
  Build& build;

  Value operator()(const RegisteredWorker& message) const {
    return build.object(Class::registered_worker, {{"duplicate", message.duplicate},
                                                   {"master", build.ref(message.master)},
                                                   {"masterAddress", build.address(message.master_address)},
                                                   {"masterWebUiUrl", build.text(message.master_web_ui_url)}});
  }

  Value operator()(const RegisterWorkerFailed& message) const {
    return build.object(Class::register_worker_failed, {{"message", build.text(message.message)}});
  }

  Value operator()(const MasterInStandby&) const { return build.module(Class::master_in_standby); }

  Value operator()(const ReconnectWorker& message) const {
    return build.object(Class::reconnect_worker, {{"masterUrl", build.text(message.master_url)}});
  }

  Value operator()(const LaunchExecutor& message) const {
    PILOTLIGHT_ASSERT(message.description.dialect == build.dialect());
    const Value description = build.embed(message.description.raw);
    const Value app = build.text(message.app.text);
    const Value url = build.text(message.master_url);
    const Value resources = build.resources(message.resources);
    if (!build.has_profiles())
      return build.object(Class::launch_executor, {{"cores", message.cores},
                                                   {"execId", message.executor.value},
                                                   {"memory", message.memory_mb},
                                                   {"appDesc", description},
                                                   {"appId", app},
                                                   {"masterUrl", url},
                                                   {"resources", resources}});
    return build.object(Class::launch_executor, {{"cores", message.cores},
                                                 {"execId", message.executor.value},
                                                 {"memory", message.memory_mb},
                                                 {"rpId", message.profile.value},
                                                 {"appDesc", description},
                                                 {"appId", app},
                                                 {"masterUrl", url},
                                                 {"resources", resources}});
  }

  Value operator()(const KillExecutor& message) const {
    return build.object(Class::kill_executor, {{"execId", message.executor.value},
                                               {"appId", build.text(message.app.text)},
                                               {"masterUrl", build.text(message.master_url)}});
  }

  Value operator()(const LaunchDriver& message) const {
    PILOTLIGHT_ASSERT(message.description.scala == scala_of(build.dialect()));
    Value description = build.embed(message.description.raw);
    if (!message.prepend_java_opts.empty()) description = with_java_opts(build, description, message.prepend_java_opts);
    return build.object(Class::launch_driver, {{"driverDesc", description},
                                               {"driverId", build.text(message.driver.text)},
                                               {"resources", build.resources(message.resources)}});
  }

  Value operator()(const KillDriver& message) const {
    return build.object(Class::kill_driver, {{"driverId", build.text(message.driver.text)}});
  }

  Value operator()(const ApplicationFinished& message) const {
    return build.object(Class::application_finished, {{"id", build.text(message.app.text)}});
  }

  Value operator()(const DecommissionWorker&) const { return build.module(Class::decommission_worker); }

  Value operator()(const MasterChanged& message) const { return write_master_changed(build, message); }
};

struct DriverWriter {
  Build& build;

  Value operator()(const RegisteredApplication& message) const {
    return build.object(Class::registered_application,
                        {{"appId", build.text(message.app.text)}, {"master", build.ref(message.master)}});
  }

  Value operator()(const ExecutorAdded& message) const {
    return build.object(Class::executor_added, {{"cores", message.cores},
                                                {"id", message.executor.value},
                                                {"memory", message.memory_mb},
                                                {"hostPort", build.text(to_string(message.worker_address))},
                                                {"workerId", build.text(message.worker.text)}});
  }

  Value operator()(const ExecutorUpdated& message) const {
    return build.object(Class::executor_updated, {{"id", message.executor.value},
                                                  {"exitStatus", build.option(message.exit_status)},
                                                  {"message", build.option(message.message)},
                                                  {"state", build.executor_state(message.state)},
                                                  {"workerHost", build.option(message.worker_host)}});
  }

  Value operator()(const WorkerRemoved& message) const {
    return build.object(Class::worker_removed, {{"host", build.text(message.host)},
                                                {"id", build.text(message.worker.text)},
                                                {"message", build.text(message.message)}});
  }

  Value operator()(const ApplicationRemoved& message) const {
    return build.object(Class::application_removed, {{"message", build.text(message.message)}});
  }

  Value operator()(const MasterChanged& message) const { return write_master_changed(build, message); }
};

}  // namespace

Value write_master_changed(Build& build, const MasterChanged& message) {
  return build.object(Class::master_changed, {{"master", build.ref(message.master)},
                                              {"masterWebUiUrl", build.text(message.master_web_ui_url)}});
}

Value write(Build& build, const ToWorker& message) { return std::visit(WorkerWriter{build}, message); }
Value write(Build& build, const ToDriver& message) { return std::visit(DriverWriter{build}, message); }

}  // namespace pilotlight::deploy
