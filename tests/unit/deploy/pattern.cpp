// Our typed messages in the words of the golden index (tests/golden/README.md, "How values is written").
#include <map>

#include "golden.hpp"

namespace pilotlight::deploy::test {
namespace {

std::string quoted(const std::string& text) { return "'" + text + "'"; }

template <typename Items, typename Text>
std::string listed(const Items& items, Text text) {
  std::string all;
  for (const auto& item : items) all += (all.empty() ? "" : ", ") + text(item);
  return "*[" + all + "]";
}

std::string option(const std::optional<std::string>& text) { return text ? "Some(" + *text + ")" : "scala.None"; }
std::string text_option(const std::optional<std::string>& text) {
  return option(text ? std::optional(quoted(*text)) : std::nullopt);
}
std::string option(std::optional<std::int32_t> number) {
  return option(number ? std::optional(std::to_string(*number)) : std::nullopt);
}

struct Words {
  Dialect dialect;

  static std::string of(const EndpointRef& ref) {
    return "NettyRpcEndpointRef(spark://" + ref.name + "@" + to_string(ref.address) + ")";
  }
  static std::string of(const Address& address) {
    return "RpcAddress(" + quoted(address.host) + "," + std::to_string(address.port) + ")";
  }
  static std::string of(const Resources& resources) {
    std::string all;
    for (const auto& [name, addresses] : resources) {
      std::string list;
      for (const auto& address : addresses) list += (list.empty() ? "" : ",") + address;
      all += (all.empty() ? "" : ", ") + quoted(name) + "->[name: " + name + ", addresses: " + list + "]";
    }
    return "*{" + all + "}";
  }
  static std::string of(const Exception& exception) {
    return exception.class_name + "(" + exception.message + ") frames=" + std::to_string(exception.frames.size()) +
           " cause=*";
  }
  static std::string of(const ResourceProfile& profile) {
    std::map<std::string, std::int32_t> amounts = profile.custom;
    if (profile.cores) amounts["cores"] = *profile.cores;
    if (profile.memory_mb) amounts["memory"] = *profile.memory_mb;
    std::string all;
    for (const auto& [name, amount] : amounts)
      all += (all.empty() ? "" : ", ") + quoted(name) + "->name: " + name + ", amount: " + std::to_string(amount) +
             ", script: *, vendor: *";
    return "*ResourceProfile(" + std::to_string(profile.id.value) + ",*{" + all + "},*{*})";
  }
  [[nodiscard]] std::string of(const ExecutorDescription& executor) const {
    const std::string id = "ExecutorDescription(" + executor.app.text + "," + std::to_string(executor.executor.value);
    const std::string end = std::string(to_string(executor.state)) + ")";
    if (dialect == Dialect::spark_3_3) return id + "," + std::to_string(executor.cores) + "," + end;
    return id + "," + std::to_string(executor.profile.value) + "," + std::to_string(executor.cores) + "," +
           std::to_string(executor.memory_mb.value_or(-1)) + "," + end;
  }
  [[nodiscard]] std::string of(const ApplicationDescription& app) const {
    const std::string head = "ApplicationDescription(" + quoted(app.name) + "," + option(app.max_cores) + ",";
    const std::string command_and_page = "Command(*)," + quoted(app.app_ui_url) + ",";
    const std::string limit_and_user = option(app.initial_executor_limit) + "," + quoted(app.user);
    const auto& profile = app.default_profile;
    if (dialect == Dialect::spark_3_3)
      return head + std::to_string(profile.memory_mb.value_or(-1)) + "," + command_and_page +
             option(app.event_log_dir) + ",*," + option(profile.cores) + "," + limit_and_user + ",*[])";
    return head + command_and_page + of(profile) + "," + option(app.event_log_dir) + ",*," + limit_and_user + ")";
  }
  static std::string of(const DriverDescription& driver) {
    return "DriverDescription(" + quoted(driver.jar_url) + "," + std::to_string(driver.memory_mb) + "," +
           std::to_string(driver.cores) + "," + (driver.supervise ? "true" : "false") + ",Command(*" +
           quoted(driver.main_class) + "*," + listed(driver.java_opts, quoted) + ")," +
           listed(driver.resources,
                  [](const auto& one) {
                    return "ResourceRequirement(" + quoted(one.name) + "," + std::to_string(one.amount) + ",1)";
                  }) +
           ")";
  }
  static std::string of(bool value) { return value ? "true" : "false"; }
  static std::string of(const std::string& text) { return quoted(text); }
  static std::string of(const WorkerId& id) { return quoted(id.text); }
  static std::string of(const AppId& id) { return quoted(id.text); }
  static std::string of(const DriverId& id) { return quoted(id.text); }
  static std::string of(const ExecutorId& id) { return std::to_string(id.value); }
  static std::string of(const ProfileId& id) { return std::to_string(id.value); }
  static std::string of(std::int32_t number) { return std::to_string(number); }
  static std::string of(ExecutorState state) { return std::string(to_string(state)); }
  static std::string of(DriverState state) { return std::string(to_string(state)); }
  static std::string of(const char* pattern) { return pattern; }

  template <typename... Parts>
  [[nodiscard]] std::string call(const std::string& name, const Parts&... parts) const {
    std::string all;
    ((all += (all.empty() ? "" : ",") + of(parts)), ...);
    return name + "(" + all + ")";
  }
  template <typename Part>
  [[nodiscard]] std::string maybe(const std::optional<Part>& part) const {
    return part ? "Some(" + of(*part) + ")" : "scala.None";
  }

  // Each message: its fields in the order of Spark's constructor.
  std::string operator()(const RegisterWorker& m) const {
    return call("RegisterWorker", m.id, m.host, m.port, m.worker, m.cores, m.memory_mb, m.web_ui_url, m.master_address,
                m.resources);
  }
  std::string operator()(const Heartbeat& m) const { return call("Heartbeat", m.worker_id, m.worker); }
  std::string operator()(const WorkerLatestState& m) const {
    return "WorkerLatestState(" + of(m.id) + "," + listed(m.executors, [this](const auto& e) { return of(e); }) + "," +
           listed(m.drivers, [](const auto& d) { return of(d); }) + ")";
  }
  std::string operator()(const WorkerSchedulerStateResponse& m) const {
    return "WorkerSchedulerStateResponse(" + of(m.id) + "," +
           listed(m.executors,
                  [this](const auto& r) { return call("WorkerExecutorStateResponse", r.executor, r.resources); }) +
           "," +
           listed(m.drivers,
                  [this](const auto& r) { return call("WorkerDriverStateResponse", r.driver, r.resources); }) +
           ")";
  }
  std::string operator()(const ExecutorStateChanged& m) const {
    return "ExecutorStateChanged(" + of(m.app) + "," + of(m.executor) + "," + of(m.state) + "," +
           text_option(m.message) + "," + option(m.exit_status) + ")";
  }
  std::string operator()(const DriverStateChanged& m) const {
    return "DriverStateChanged(" + of(m.driver) + "," + of(m.state) + "," + maybe(m.exception) + ")";
  }
  std::string operator()(const WorkerDecommissioning& m) const { return call("WorkerDecommissioning", m.id, m.worker); }
  std::string operator()(const RegisterApplication& m) const {
    return call("RegisterApplication", m.description, m.driver);
  }
  std::string operator()(const UnregisterApplication& m) const { return call("UnregisterApplication", m.app); }
  std::string operator()(const MasterChangeAcknowledged& m) const { return call("MasterChangeAcknowledged", m.app); }
  std::string operator()(const RequestExecutors& m) const {
    if (dialect == Dialect::spark_3_3) return call("RequestExecutors", m.app, m.requests.front().second);
    std::string all;
    for (const auto& [profile, total] : m.requests)
      all += (all.empty() ? "" : ", ") + of(profile) + "->" + std::to_string(total);
    return "RequestExecutors(" + of(m.app) + ",*{" + all + "})";
  }
  std::string operator()(const KillExecutors& m) const {
    return "KillExecutors(" + of(m.app) + "," + listed(m.executors, quoted) + ")";
  }
  std::string operator()(const RequestSubmitDriver& m) const { return call("RequestSubmitDriver", m.description); }
  std::string operator()(const RequestKillDriver& m) const { return call("RequestKillDriver", m.driver); }
  std::string operator()(const RequestDriverStatus& m) const { return call("RequestDriverStatus", m.driver); }
  std::string operator()(const RequestKillAllDrivers&) const { return "RequestKillAllDrivers"; }
  std::string operator()(const RequestClearCompletedDriversAndApps&) const {
    return "RequestClearCompletedDriversAndApps";
  }
  std::string operator()(const RequestReadyz&) const { return "RequestReadyz"; }
  std::string operator()(const DecommissionWorkersOnHosts& m) const {
    return "DecommissionWorkersOnHosts(" + listed(m.hosts, quoted) + ")";
  }
  std::string operator()(const CheckExistence& m) const { return call("CheckExistence", m.name); }
  std::string operator()(const InternalMessage& m) const { return std::string(message_name(ToMaster(m))) + "*"; }
  std::string operator()(const UnsupportedMessage&) const { return "unsupported"; }

  std::string operator()(const RegisteredWorker& m) const {
    return call("RegisteredWorker", m.master, m.master_web_ui_url, m.master_address, m.duplicate);
  }
  std::string operator()(const RegisterWorkerFailed& m) const { return call("RegisterWorkerFailed", m.message); }
  std::string operator()(const MasterInStandby&) const { return "MasterInStandby"; }
  std::string operator()(const ReconnectWorker& m) const { return call("ReconnectWorker", m.master_url); }
  std::string operator()(const LaunchExecutor& m) const {
    if (dialect == Dialect::spark_3_3)
      return call("LaunchExecutor", m.master_url, m.app, m.executor, m.description, m.cores, m.memory_mb, m.resources);
    return call("LaunchExecutor", m.master_url, m.app, m.executor, m.profile, m.description, m.cores, m.memory_mb,
                m.resources);
  }
  std::string operator()(const KillExecutor& m) const { return call("KillExecutor", m.master_url, m.app, m.executor); }
  std::string operator()(const LaunchDriver& m) const {
    return call("LaunchDriver", m.driver, m.description, m.resources);
  }
  std::string operator()(const KillDriver& m) const { return call("KillDriver", m.driver); }
  std::string operator()(const ApplicationFinished& m) const { return call("ApplicationFinished", m.app); }
  std::string operator()(const DecommissionWorker&) const { return "DecommissionWorker"; }
  std::string operator()(const MasterChanged& m) const { return call("MasterChanged", m.master, m.master_web_ui_url); }

  std::string operator()(const RegisteredApplication& m) const {
    return call("RegisteredApplication", m.app, m.master);
  }
  std::string operator()(const ExecutorAdded& m) const {
    return call("ExecutorAdded", m.executor, m.worker, to_string(m.worker_address), m.cores, m.memory_mb);
  }
  std::string operator()(const ExecutorUpdated& m) const {
    return "ExecutorUpdated(" + of(m.executor) + "," + of(m.state) + "," + text_option(m.message) + "," +
           option(m.exit_status) + "," + text_option(m.worker_host) + ")";
  }
  std::string operator()(const WorkerRemoved& m) const { return call("WorkerRemoved", m.worker, m.host, m.message); }
  std::string operator()(const ApplicationRemoved& m) const { return call("ApplicationRemoved", m.message); }

  std::string operator()(const BooleanReply& m) const { return of(m.value); }
  std::string operator()(const IntegerReply& m) const { return of(m.value); }
  std::string operator()(const SubmitDriverResponse& m) const {
    return "SubmitDriverResponse(*," + of(m.success) + "," + maybe(m.driver) + "," + of(m.message) + ")";
  }
  std::string operator()(const KillDriverResponse& m) const {
    return call("KillDriverResponse", "*", m.driver, m.success, m.message);
  }
  std::string operator()(const KillAllDriversResponse& m) const {
    return call("KillAllDriversResponse", "*", m.success, m.message);
  }
  std::string operator()(const DriverStatusResponse& m) const {
    const auto address = m.worker_address ? std::optional(to_string(*m.worker_address)) : std::nullopt;
    return "DriverStatusResponse(" + of(m.found) + "," + maybe(m.state) + "," + maybe(m.worker) + "," +
           text_option(address) + "," + maybe(m.exception) + ")";
  }
  std::string operator()(const RpcFailure& m) const { return call("RpcFailure", m.exception); }
};

}  // namespace

std::string pattern_of(const AnyMessage& message, Dialect dialect) {
  return std::visit([&](const auto& direction) { return std::visit(Words{dialect}, direction); }, message.message);
}

}  // namespace pilotlight::deploy::test
