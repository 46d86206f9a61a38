#include "commands.hpp"

#include <functional>
#include <sstream>
#include <stdexcept>

#include "core/explain.hpp"
#include "render.hpp"

namespace pilotlight::scenarios {
namespace {

using deploy::Dialect;

const std::string& word(const Command& command, std::size_t index) {
  if (index >= command.words.size()) throw std::runtime_error("too few words: " + command.line);
  return command.words[index];
}

std::optional<std::int32_t> number(const Command& command, const std::string& key) {
  const auto found = command.options.find(key);
  return found == command.options.end() ? std::nullopt : std::optional(std::stoi(found->second));
}

std::string option(const Command& command, const std::string& key, const std::string& fallback = {}) {
  const auto found = command.options.find(key);
  return found == command.options.end() ? fallback : found->second;
}

bool has(const Command& command, const std::string& flag) {
  return std::find(command.words.begin(), command.words.end(), flag) != command.words.end();
}

std::vector<std::string> split(const std::string& text, char separator = ',') {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

/// "3.5", "4.1,4.3": a Spark version each.
std::vector<Dialect> dialects(const Command& command) {
  std::vector<Dialect> all;
  for (const auto& version : split(option(command, "dialect", "3.5"))) {
    const auto dialect = deploy::dialect_of_version(version);
    if (!dialect) throw std::runtime_error("no such version: " + version);
    all.push_back(*dialect);
  }
  return all;
}

Duration duration(const std::string& text) {
  std::size_t used = 0;
  const long long count = std::stoll(text, &used);
  const std::string unit = text.substr(used);
  if (unit == "ms") return std::chrono::milliseconds(count);
  if (unit == "s") return std::chrono::seconds(count);
  if (unit == "m") return std::chrono::minutes(count);
  throw std::runtime_error("no such duration: " + text);
}

/// "a1/3" → application and executor.
std::pair<std::string, std::int32_t> executor(const std::string& text) {
  const auto slash = text.find('/');
  if (slash == std::string::npos) throw std::runtime_error("not an executor: " + text);
  return {text.substr(0, slash), std::stoi(text.substr(slash + 1))};
}

deploy::ExecutorState executor_state(const std::string& name) {
  const auto state = deploy::executor_state_by_name(name);
  if (!state) throw std::runtime_error("no such state: " + name);
  return *state;
}

}  // namespace

testing::CoreWorld& Stage::world() {
  if (!world_) world_.emplace(settings_);
  return *world_;
}

std::string Stage::run(const Command& command) {
  std::string lines;
  if (command.verb == "settings") {
    change_settings(command);
  } else if (auto effects = act(command)) {
    for (const auto& answer : testing::sent<deploy::RegisteredApplication>(*effects)) {
      const bool named = names_.contains(answer.app.text);
      if (!named && command.verb == "app") names_[answer.app.text] = word(command, 0);
    }
    for (const auto& answer : testing::answered<deploy::SubmitDriverResponse>(*effects))
      if (answer.driver && command.verb == "driver-submit") {
        names_[answer.driver->text] = word(command, 0);
        world().name_driver(word(command, 0), *answer.driver);
      }
    lines = render(*effects);
  } else {
    lines = look(command);
  }
  return command.given ? std::string() : with_names(std::move(lines));
}

std::string Stage::with_names(std::string text) const {
  for (const auto& [id, name] : names_)
    for (auto at = text.find(id); at != std::string::npos; at = text.find(id, at + name.size()))
      text.replace(at, id.size(), name);
  return text;
}

void Stage::change_settings(const Command& command) {
  if (world_) throw std::runtime_error("settings come first");
  for (const auto& [key, value] : command.options) {
    if (key == "worker_timeout")
      settings_.worker_timeout = duration(value);
    else if (key == "recovery_timeout")
      settings_.recovery_timeout = duration(value);
    else if (key == "spread_out_apps")
      settings_.spread_out_apps = value == "true";
    else if (key == "spread_out_drivers")
      settings_.spread_out_drivers = value == "true";
    else if (key == "default_cores")
      settings_.default_cores = std::stoi(value);
    else if (key == "max_drivers")
      settings_.max_drivers = std::stoi(value);
    else if (key == "max_executor_retries")
      settings_.max_executor_retries = std::stoi(value);
    else if (key == "retained_applications")
      settings_.retained_applications = std::stoul(value);
    else if (key == "retained_drivers")
      settings_.retained_drivers = std::stoul(value);
    else if (key == "rehearse")
      settings_.rehearse = value == "true";
    else
      throw std::runtime_error("no such setting: " + key);
  }
}

std::optional<core::Effects> Stage::act(const Command& command) {
  auto& world = this->world();
  const auto& verb = command.verb;
  const auto app_named = [&](const std::string& name) {
    for (const auto& [id, known] : names_)
      if (known == name) return AppId(id);
    return AppId(name);
  };
  const auto driver_named = [&](const std::string& name) { return DriverId(app_named(name).text); };

  // leadership and time
  if (verb == "lead") return world.lead();
  if (verb == "restart" || verb == "take-over") return restart(verb == "take-over");
  if (verb == "lose-leadership") return world.step(core::LeadershipLost{"test"});
  if (verb == "lead-again") return world.lead(world.store.load());
  if (verb == "tick") return world.tick(duration(word(command, 0)));
  if (verb == "stand-still") return world.tick_late(duration(word(command, 0)));

  if (verb == "hold") {
    // hold worker w1 cores=4: the message waits at a standby, which is to take over
    Command message = command;
    message.words.erase(message.words.begin());
    message.verb = word(command, 0);
    world.holding = true;
    auto effects = act(message);
    world.holding = false;
    return effects;
  }

  // workers
  if (verb == "worker") {
    testing::WorkerShape shape;
    shape.cores = number(command, "cores").value_or(10);
    shape.memory_mb = number(command, "memory").value_or(4096);
    shape.dialects = dialects(command);
    shape.host = option(command, "host");
    if (command.options.contains("gpu")) shape.resources["gpu"] = split(option(command, "gpu"));
    return world.worker(word(command, 0), shape);
  }
  if (verb == "heartbeat") return world.heartbeat(word(command, 0));
  if (verb == "latest-state")
    return world.latest_state(word(command, 0), split(option(command, "executors")), split(option(command, "drivers")));
  if (verb == "worker-answers") return worker_answers(command);
  if (verb == "report") {
    const auto [app, id] = executor(word(command, 1));
    return world.message(word(command, 0),
                         deploy::ExecutorStateChanged{app_named(app), ExecutorId(id), executor_state(word(command, 2)),
                                                      std::nullopt, number(command, "exit")},
                         true);
  }
  if (verb == "decommissioning")
    return world.message(
        word(command, 0),
        deploy::WorkerDecommissioning{WorkerId(word(command, 0)), {"Worker", world.address_of(word(command, 0))}});
  if (verb == "decommission-hosts")
    return world.message("tool", deploy::DecommissionWorkersOnHosts{command.words}, true);
  if (verb == "version")
    return world.step(core::WorkerVersionRead{
        WorkerId(word(command, 0)), word(command, 1) == "unreadable" ? std::nullopt : std::optional(word(command, 1))});

  if (verb == "page") {
    // page w1 d1=FINISHED: all drivers that the worker's page lists; page w1 unreadable
    core::WorkerDriversRead page{WorkerId(word(command, 0)), std::nullopt};
    if (!has(command, "unreadable")) {
      page.drivers.emplace();
      for (const auto& [driver, state] : command.options)
        page.drivers->emplace(driver_named(driver), *deploy::driver_state_by_name(state));
    }
    return world.step(std::move(page));
  }

  // applications
  if (verb == "app") {
    testing::AppShape shape;
    shape.max_cores = number(command, "cores.max");
    shape.cores_per_executor = number(command, "executor.cores");
    shape.memory_mb = number(command, "memory").value_or(256);
    shape.limit = number(command, "limit");
    shape.dialect = dialects(command).front();
    shape.raw = option(command, "raw");
    shape.host = option(command, "host");
    if (const auto amount = number(command, "gpu")) shape.custom["gpu"] = *amount;
    return world.app(word(command, 0), shape);
  }
  if (verb == "request") return request_executors(command);
  if (verb == "kill-executors")
    return world.message(word(command, 0), deploy::KillExecutors{app_named(word(command, 0)), split(word(command, 1))},
                         true);
  if (verb == "unregister")
    return world.message(word(command, 0), deploy::UnregisterApplication{app_named(word(command, 0))});
  if (verb == "acknowledge")
    return world.message(word(command, 0), deploy::MasterChangeAcknowledged{app_named(word(command, 0))});
  if (verb == "acknowledge-without-id")
    return world.message(word(command, 0), deploy::MasterChangeAcknowledged{AppId()});
  if (verb == "kill-app") return world.step(core::KillApplicationRequested{app_named(word(command, 0))});

  // drivers
  if (verb == "driver-submit") return submit_driver(command);
  if (verb == "driver-kill")
    return world.message("client", deploy::RequestKillDriver{driver_named(word(command, 0))}, true);
  if (verb == "driver-kill-all") return world.message("client", deploy::RequestKillAllDrivers{}, true);
  if (verb == "driver-status")
    return world.message("client", deploy::RequestDriverStatus{driver_named(word(command, 0))}, true);
  if (verb == "driver-state") {
    const auto state = deploy::driver_state_by_name(word(command, 2));
    if (!state) throw std::runtime_error("no such state: " + command.line);
    return world.message(word(command, 0),
                         deploy::DriverStateChanged{driver_named(word(command, 1)), *state, std::nullopt});
  }
  if (verb == "clear-completed") return world.message("client", deploy::RequestClearCompletedDriversAndApps{}, true);
  if (verb == "readyz") return world.message("client", deploy::RequestReadyz{}, true);

  // connections and strangers
  if (verb == "reconnect") {  // what it says from now on comes over another connection; the old one stays open
    world.reconnect(word(command, 0));
    return core::Effects{};
  }
  if (verb == "close") return world.close(word(command, 0));
  if (verb == "refused") return world.unreachable(word(command, 0), true);
  if (verb == "unreachable") return world.unreachable(word(command, 0), false);
  if (verb == "close-old") {
    const ConnectionId old = world.connection_of(word(command, 0));
    world.reconnect(word(command, 0));
    core::Effects effects = world.heartbeat(word(command, 0));
    testing::append(effects, world.step(core::ConnectionClosed{old}));
    return effects;
  }
  if (verb == "internal-message")
    return world.message(word(command, 0), deploy::InternalMessage{word(command, 1)}, has(command, "ask"));
  return std::nullopt;
}

std::string Stage::look(const Command& command) {
  if (command.verb == "state") return render(world().state());
  if (command.verb == "timer") {
    const auto effects = world().step(core::KillDriverRequested{DriverId("nobody")});
    if (!effects.wake_at) return "no timer\n";
    return "timer in " +
           std::to_string(
               std::chrono::duration_cast<std::chrono::milliseconds>(*effects.wake_at - world().now.instant).count()) +
           " ms\n";
  }
  if (command.verb == "why") {
    for (const auto& [id, app] : world().state().apps)
      if (with_names(id.text) == word(command, 0))
        return core::why_waiting(world().state(), app).value_or("it does not wait") + "\n";
    for (const auto& [id, driver] : world().state().drivers)
      if (with_names(id.text) == word(command, 0))
        return core::why_waiting(world().state(), driver).value_or("it does not wait") + "\n";
  }
  throw std::runtime_error("no such command: " + command.line);
}

core::Effects Stage::restart(bool take_over) {
  executors_.clear();
  drivers_.clear();
  for (const auto& [id, worker] : world().state().workers) {
    executors_[id.text] = world().running_on(id.text);
    for (const auto& driver : worker.drivers)
      drivers_[id.text].push_back({driver, world().state().drivers.at(driver).record.resources});
  }
  return take_over ? world().take_over() : world().restart();
}

core::Effects Stage::worker_answers(const Command& command) {
  // worker-answers w1 [without=a1/0,d1] [with=a1/7:4:256]: what it ran at the restart, or what the master thinks it
  // runs.
  const std::string& name = word(command, 0);
  deploy::WorkerSchedulerStateResponse report;
  report.id = WorkerId(name);
  const auto* info = world().find_worker(name);
  if (info != nullptr && info->state == core::WorkerState::unknown) {
    report.executors = executors_[name];
    report.drivers = drivers_[name];
  } else if (info != nullptr) {
    report.executors = world().running_on(name);
    for (const auto& id : info->drivers)
      report.drivers.push_back({id, world().state().drivers.at(id).record.resources});
  }
  const auto gone = split(option(command, "without"));
  const auto is_gone = [&](const std::string& text) {
    return std::find(gone.begin(), gone.end(), with_names(text)) != gone.end();
  };
  std::erase_if(report.executors, [&](const auto& response) {
    return is_gone(response.executor.app.text + "/" + std::to_string(response.executor.executor.value));
  });
  std::erase_if(report.drivers, [&](const auto& response) { return is_gone(response.driver.text); });
  for (const auto& extra : split(option(command, "with"))) {
    const auto parts = split(extra, ':');
    if (parts.size() == 1) {
      DriverId id(parts[0]);
      for (const auto& [known, called] : names_)
        if (called == parts[0]) id = DriverId(known);
      report.drivers.push_back({id, {}});
      continue;
    }
    const auto [app, id] = executor(parts.at(0));
    AppId app_id(app);
    for (const auto& [known, called] : names_)
      if (called == app) app_id = AppId(known);
    report.executors.push_back({{app_id, ExecutorId(id), ProfileId(0), std::stoi(parts.at(1)), std::stoi(parts.at(2)),
                                 deploy::ExecutorState::running},
                                {}});
  }
  return world().message(name, report);
}

core::Effects Stage::request_executors(const Command& command) {
  // request a1 0=5 1=2 1.cores=4 1.memory=512
  std::map<std::int32_t, std::pair<deploy::ResourceProfile, std::int32_t>> wanted;
  for (const auto& [key, value] : command.options) {
    const auto dot = key.find('.');
    auto& [profile, total] = wanted[std::stoi(key.substr(0, dot))];
    profile.id = ProfileId(std::stoi(key.substr(0, dot)));
    if (dot == std::string::npos)
      total = std::stoi(value);
    else if (key.substr(dot) == ".cores")
      profile.cores = std::stoi(value);
    else if (key.substr(dot) == ".memory")
      profile.memory_mb = std::stoi(value);
    else if (key.substr(dot) == ".gpu")
      profile.custom["gpu"] = std::stoi(value);
    else
      throw std::runtime_error("no such amount: " + key);
  }
  deploy::RequestExecutors message;
  message.app = AppId(word(command, 0));
  for (const auto& [id, name] : names_)
    if (name == word(command, 0)) message.app = AppId(id);
  for (auto& [id, request] : wanted) message.requests.push_back(std::move(request));
  return world().message(word(command, 0), message, true);
}

core::Effects Stage::submit_driver(const Command& command) {
  deploy::DriverDescription description;
  description.cores = number(command, "cores").value_or(1);
  description.memory_mb = number(command, "memory").value_or(512);
  description.supervise = has(command, "supervise");
  description.scala = option(command, "scala", "2.12") == "2.12" ? deploy::Scala::v2_12 : deploy::Scala::v2_13;
  if (has(command, "opens-modules")) description.java_opts = {"--add-opens=java.base/java.lang=ALL-UNNAMED"};
  if (const auto amount = number(command, "gpu")) description.resources = {{"gpu", *amount}};
  description.raw = std::make_shared<const std::string>("raw");
  return world().message("client", deploy::RequestSubmitDriver{description}, true);
}

}  // namespace pilotlight::scenarios
