#include "deploy/messages.hpp"

namespace pilotlight::deploy {
namespace {

/// "org.apache.spark.deploy.DeployMessages$RequestMasterState$" → "RequestMasterState".
std::string_view short_name(std::string_view class_name) {
  while (class_name.ends_with('$')) class_name.remove_suffix(1);
  return class_name.substr(class_name.find_last_of(".$") + 1);
}

struct NameOf {
  std::string_view operator()(const RegisterWorker&) const { return "RegisterWorker"; }
  std::string_view operator()(const Heartbeat&) const { return "Heartbeat"; }
  std::string_view operator()(const WorkerLatestState&) const { return "WorkerLatestState"; }
  std::string_view operator()(const WorkerSchedulerStateResponse&) const { return "WorkerSchedulerStateResponse"; }
  std::string_view operator()(const ExecutorStateChanged&) const { return "ExecutorStateChanged"; }
  std::string_view operator()(const DriverStateChanged&) const { return "DriverStateChanged"; }
  std::string_view operator()(const WorkerDecommissioning&) const { return "WorkerDecommissioning"; }
  std::string_view operator()(const RegisterApplication&) const { return "RegisterApplication"; }
  std::string_view operator()(const UnregisterApplication&) const { return "UnregisterApplication"; }
  std::string_view operator()(const MasterChangeAcknowledged&) const { return "MasterChangeAcknowledged"; }
  std::string_view operator()(const RequestExecutors&) const { return "RequestExecutors"; }
  std::string_view operator()(const KillExecutors&) const { return "KillExecutors"; }
  std::string_view operator()(const RequestSubmitDriver&) const { return "RequestSubmitDriver"; }
  std::string_view operator()(const RequestKillDriver&) const { return "RequestKillDriver"; }
  std::string_view operator()(const RequestDriverStatus&) const { return "RequestDriverStatus"; }
  std::string_view operator()(const RequestKillAllDrivers&) const { return "RequestKillAllDrivers"; }
  std::string_view operator()(const RequestClearCompletedDriversAndApps&) const {
    return "RequestClearCompletedDriversAndApps";
  }
  std::string_view operator()(const RequestReadyz&) const { return "RequestReadyz"; }
  std::string_view operator()(const DecommissionWorkersOnHosts&) const { return "DecommissionWorkersOnHosts"; }
  std::string_view operator()(const CheckExistence&) const { return "CheckExistence"; }
  std::string_view operator()(const InternalMessage& message) const { return short_name(message.class_name); }
  std::string_view operator()(const UnsupportedMessage& message) const { return short_name(message.class_name); }

  std::string_view operator()(const RegisteredWorker&) const { return "RegisteredWorker"; }
  std::string_view operator()(const RegisterWorkerFailed&) const { return "RegisterWorkerFailed"; }
  std::string_view operator()(const MasterInStandby&) const { return "MasterInStandby"; }
  std::string_view operator()(const ReconnectWorker&) const { return "ReconnectWorker"; }
  std::string_view operator()(const LaunchExecutor&) const { return "LaunchExecutor"; }
  std::string_view operator()(const KillExecutor&) const { return "KillExecutor"; }
  std::string_view operator()(const LaunchDriver&) const { return "LaunchDriver"; }
  std::string_view operator()(const KillDriver&) const { return "KillDriver"; }
  std::string_view operator()(const ApplicationFinished&) const { return "ApplicationFinished"; }
  std::string_view operator()(const DecommissionWorker&) const { return "DecommissionWorker"; }
  std::string_view operator()(const MasterChanged&) const { return "MasterChanged"; }

  std::string_view operator()(const RegisteredApplication&) const { return "RegisteredApplication"; }
  std::string_view operator()(const ExecutorAdded&) const { return "ExecutorAdded"; }
  std::string_view operator()(const ExecutorUpdated&) const { return "ExecutorUpdated"; }
  std::string_view operator()(const WorkerRemoved&) const { return "WorkerRemoved"; }
  std::string_view operator()(const ApplicationRemoved&) const { return "ApplicationRemoved"; }

  std::string_view operator()(const BooleanReply&) const { return "Boolean"; }
  std::string_view operator()(const IntegerReply&) const { return "Integer"; }
  std::string_view operator()(const SubmitDriverResponse&) const { return "SubmitDriverResponse"; }
  std::string_view operator()(const KillDriverResponse&) const { return "KillDriverResponse"; }
  std::string_view operator()(const KillAllDriversResponse&) const { return "KillAllDriversResponse"; }
  std::string_view operator()(const DriverStatusResponse&) const { return "DriverStatusResponse"; }
  std::string_view operator()(const RpcFailure&) const { return "RpcFailure"; }
};

}  // namespace

template <typename Variant>
std::string_view message_name(const Variant& message) {
  return std::visit(NameOf{}, message);
}

template std::string_view message_name(const ToMaster&);
template std::string_view message_name(const ToWorker&);
template std::string_view message_name(const ToDriver&);
template std::string_view message_name(const Reply&);

}  // namespace pilotlight::deploy
