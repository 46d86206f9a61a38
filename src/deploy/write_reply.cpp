#include "deploy/write.hpp"

namespace pilotlight::deploy {

using javaser::Value;

namespace {

struct Writer {
  Build& build;
  const EndpointRef* master;

  [[nodiscard]] Value master_ref() const { return master ? build.ref(*master) : Value(javaser::Null{}); }

  Value operator()(const BooleanReply& message) const { return build.boolean(message.value); }

  Value operator()(const IntegerReply& message) const { return build.integer(message.value); }

  Value operator()(const SubmitDriverResponse& message) const {
    return build.object(Class::submit_driver_response,
                        {{"success", message.success},
                         {"driverId", message.driver ? build.some(build.text(message.driver->text)) : build.none()},
                         {"master", master_ref()},
                         {"message", build.text(message.message)}});
  }

  Value operator()(const KillDriverResponse& message) const {
    return build.object(Class::kill_driver_response, {{"success", message.success},
                                                      {"driverId", build.text(message.driver.text)},
                                                      {"master", master_ref()},
                                                      {"message", build.text(message.message)}});
  }

  Value operator()(const KillAllDriversResponse& message) const {
    return build.object(
        Class::kill_all_drivers_response,
        {{"success", message.success}, {"master", master_ref()}, {"message", build.text(message.message)}});
  }

  Value operator()(const DriverStatusResponse& message) const {
    return build.object(
        Class::driver_status_response,
        {{"found", message.found},
         {"exception", message.exception ? build.some(build.exception(*message.exception)) : build.none()},
         {"state", message.state ? build.some(build.driver_state(*message.state)) : build.none()},
         {"workerHostPort",
          message.worker_address ? build.some(build.text(to_string(*message.worker_address))) : build.none()},
         {"workerId", message.worker ? build.some(build.text(message.worker->text)) : build.none()}});
  }

  Value operator()(const RpcFailure& message) const {
    return build.object(Class::rpc_failure, {{"e", build.exception(message.exception)}});
  }
};

}  // namespace

Value write(Build& build, const Reply& message, const EndpointRef* master) {
  return std::visit(Writer{build, master}, message);
}

}  // namespace pilotlight::deploy
