#include "render.hpp"

#include <array>

#include "base/overloaded.hpp"

namespace pilotlight::scenarios {
namespace {

constexpr std::array<std::string_view, 4> level_names = {"DEBUG", "INFO", "WARN", "ERROR"};

std::string text(std::int64_t number) { return std::to_string(number); }
std::string size(std::int64_t cores, std::int64_t memory_mb) {
  return text(cores) + " cores, " + text(memory_mb) + " MiB";
}
std::string name(const AppId& app, ExecutorId executor) { return app.text + "/" + text(executor.value); }

std::string text(const deploy::Resources& resources) {
  std::string all;
  for (const auto& [resource, addresses] : resources) {
    all += " " + resource + "=";
    for (std::size_t i = 0; i < addresses.size(); ++i) all += (i == 0 ? "" : ",") + addresses[i];
  }
  return all;
}

std::string text(const std::vector<deploy::Dialect>& dialects) {
  std::string all;
  for (const auto dialect : dialects) all += (all.empty() ? "" : "|") + std::string(deploy::name_of(dialect));
  return all.empty() ? "no dialect" : all;
}

std::string quoted(const std::optional<std::string>& value) { return value ? " \"" + *value + "\"" : ""; }

std::string message(const deploy::ToWorker& message) {
  return std::visit(
      overloaded{[](const deploy::RegisteredWorker& m) {
                   return "RegisteredWorker to " + deploy::to_string(m.master_address) +
                          (m.duplicate ? " duplicate" : "");
                 },
                 [](const deploy::RegisterWorkerFailed& m) { return "RegisterWorkerFailed \"" + m.message + "\""; },
                 [](const deploy::MasterInStandby&) { return std::string("MasterInStandby"); },
                 [](const deploy::ReconnectWorker& m) { return "ReconnectWorker " + m.master_url; },
                 [](const deploy::LaunchExecutor& m) {
                   return "LaunchExecutor " + name(m.app, m.executor) + " profile " + text(m.profile.value) + " " +
                          size(m.cores, m.memory_mb) + text(m.resources);
                 },
                 [](const deploy::KillExecutor& m) { return "KillExecutor " + name(m.app, m.executor); },
                 [](const deploy::LaunchDriver& m) {
                   return "LaunchDriver " + m.driver.text + " " + size(m.description.cores, m.description.memory_mb) +
                          text(m.resources) + (m.prepend_java_opts.empty() ? "" : " +java module options");
                 },
                 [](const deploy::KillDriver& m) { return "KillDriver " + m.driver.text; },
                 [](const deploy::ApplicationFinished& m) { return "ApplicationFinished " + m.app.text; },
                 [](const deploy::DecommissionWorker&) { return std::string("DecommissionWorker"); },
                 [](const deploy::MasterChanged&) { return std::string("MasterChanged"); }},
      message);
}

std::string message(const deploy::ToDriver& message) {
  return std::visit(
      overloaded{
          [](const deploy::RegisteredApplication& m) { return "RegisteredApplication " + m.app.text; },
          [](const deploy::ExecutorAdded& m) {
            return "ExecutorAdded " + text(m.executor.value) + " on " + m.worker.text + " at " +
                   deploy::to_string(m.worker_address) + " " + size(m.cores, m.memory_mb);
          },
          [](const deploy::ExecutorUpdated& m) {
            return "ExecutorUpdated " + text(m.executor.value) + " " + std::string(to_string(m.state)) +
                   quoted(m.message) + (m.exit_status ? " exit " + text(*m.exit_status) : "") +
                   (m.worker_host ? " host " + *m.worker_host : "");
          },
          [](const deploy::WorkerRemoved& m) { return "WorkerRemoved " + m.worker.text + " \"" + m.message + "\""; },
          [](const deploy::ApplicationRemoved& m) { return "ApplicationRemoved \"" + m.message + "\""; },
          [](const deploy::MasterChanged&) { return std::string("MasterChanged"); }},
      message);
}

std::string reply(const deploy::Reply& reply) {
  return std::visit(
      overloaded{
          [](const deploy::BooleanReply& r) { return std::string(r.value ? "true" : "false"); },
          [](const deploy::IntegerReply& r) { return text(r.value); },
          [](const deploy::SubmitDriverResponse& r) {
            return "SubmitDriverResponse " + std::string(r.success ? "success " : "failure ") +
                   (r.driver ? r.driver->text + " " : "") + "\"" + r.message + "\"";
          },
          [](const deploy::KillDriverResponse& r) {
            return "KillDriverResponse " + std::string(r.success ? "success" : "failure") + " \"" + r.message + "\"";
          },
          [](const deploy::KillAllDriversResponse& r) {
            return "KillAllDriversResponse " + std::string(r.success ? "success" : "failure") + " \"" + r.message +
                   "\"";
          },
          [](const deploy::DriverStatusResponse& r) {
            return "DriverStatusResponse " +
                   (r.found ? "found " + std::string(to_string(*r.state)) : std::string("not found")) +
                   (r.worker ? " on " + r.worker->text : "") + (r.exception ? " \"" + r.exception->message + "\"" : "");
          },
          [](const deploy::RpcFailure& r) { return "RpcFailure \"" + r.exception.message + "\""; }},
      reply);
}

std::string output(const core::Output& output, const std::string& mark) {
  return std::visit(
      overloaded{
          [&](const core::Send& send) {
            const std::string to = send.to.ref.name + "@" + send.to.ref.address.host;
            return mark + "> " + to + (send.to.connection == ConnectionId{} ? " (connect)" : "") + " [" +
                   std::string(deploy::name_of(send.to.dialect)) + "] " +
                   std::visit([](const auto& direction) { return message(direction); }, send.message);
          },
          [&](const core::Answer& answer) { return (mark == "!" ? "!answer " : "answer ") + reply(answer.reply); },
          [](const core::ReadWorkerVersion& read) {
            return "read version of " + read.worker.text + " from " + read.web_ui_url;
          },
          [](const core::ReadWorkerDrivers& read) {
            return "read drivers of " + read.worker.text + " from " + read.web_ui_url;
          }},
      output);
}

std::string record(const core::RecordOp& operation) {
  return std::visit(
      overloaded{
          [](const core::WorkerRecord& r) {
            return "put worker " + r.id.text + " " + size(r.cores, r.memory_mb) + text(r.resources) + " [" +
                   text(r.dialects) + "]";
          },
          [](const core::AppRecord& r) {
            return "put app " + r.id.text + " driver " + deploy::to_string(r.driver.address) + " [" +
                   std::string(deploy::name_of(r.dialect)) + "]";
          },
          [](const core::AppProgress& r) {
            std::string line = "put progress " + r.id.text + " " + std::string(to_string(r.state)) + " next executor " +
                               text(r.next_executor_id);
            for (const auto& [profile, target] : r.targets)
              line += ", profile " + text(profile.value) + " wants " + text(target);
            return line;
          },
          [](const core::ExecutorRecord& r) {
            return "put executor " + name(r.app, r.id) + " on " + r.worker.text + " profile " + text(r.profile.value) +
                   " " + size(r.cores, r.memory_mb) + text(r.resources);
          },
          [](const core::DriverRecord& r) {
            return "put driver " + r.id.text + " " + std::string(to_string(r.state)) +
                   (r.worker ? " on " + r.worker->text : "");
          },
          [](const core::Counters& r) {
            return "put counters next app " + text(r.next_app_number) + ", next driver " + text(r.next_driver_number);
          },
          [](const core::RemoveWorker& r) { return "remove worker " + r.id.text; },
          [](const core::RemoveApp& r) { return "remove app " + r.id.text; },
          [](const core::RemoveExecutor& r) { return "remove executor " + name(r.executor.app, r.executor.executor); },
          [](const core::RemoveDriver& r) { return "remove driver " + r.id.text; }},
      operation);
}

}  // namespace

std::string render(const core::Effects& effects) {
  std::string lines;
  for (const auto& line : effects.log)
    lines += std::string(level_names[static_cast<std::size_t>(line.level)]) + " " + line.text + "\n";
  for (const auto& operation : effects.persist) lines += record(operation) + "\n";
  for (const auto& one : effects.immediate) lines += output(one, "!") + "\n";
  for (const auto& one : effects.outputs) lines += output(one, "-") + "\n";
  return lines;
}

std::string render(const core::State& state) {
  std::string lines = "master " + std::string(to_string(state.recovery)) + "\n";
  for (const auto& [id, worker] : state.workers) {
    lines += "worker " + id.text + " " + std::string(to_string(worker.state)) + " used " + text(worker.cores_used) +
             "/" + text(worker.record.cores) + " cores, " + text(worker.memory_used_mb) + "/" +
             text(worker.record.memory_mb) + " MiB" + text(worker.resources_used) + " [" +
             text(worker.record.dialects) + "]" + (worker.version_pending ? " version pending" : "") +
             (worker.repair_deadline ? " called back" : "") + "\n";
  }
  for (const auto& worker : state.dead_workers) lines += "worker " + worker.record.id.text + " DEAD\n";
  for (const auto& id : state.app_order) {
    const auto& app = state.apps.at(id);
    lines += "app " + id.text + " " + std::string(to_string(app.state)) + " " + text(app.cores_granted) + " cores";
    for (const auto& [executor_id, executor] : app.executors)
      lines += ", " + text(executor_id.value) + " " + std::string(to_string(executor.state)) + " on " +
               executor.worker.text + " with " + text(executor.cores);
    lines += std::string(app.repair_deadline ? " called back" : "") + "\n";
  }
  for (const auto& app : state.completed_apps)
    lines += "app " + app.record.id.text + " " + std::string(to_string(app.state)) + "\n";
  for (const auto& [id, driver] : state.drivers)
    lines += "driver " + id.text + " " + std::string(to_string(driver.record.state)) +
             (driver.record.worker ? " on " + driver.record.worker->text : " waiting") + "\n";
  for (const auto& driver : state.completed_drivers)
    lines += "driver " + driver.record.id.text + " " + std::string(to_string(driver.record.state)) + "\n";
  return lines;
}

}  // namespace pilotlight::scenarios
