#include "support/core_world.hpp"

namespace pilotlight::testing {

core::Settings CoreWorld::default_settings() {
  core::Settings settings;
  settings.address = {"m1", 7077};
  settings.web_ui_url = "http://m1:8080";
  return settings;
}

CoreWorld::CoreWorld(core::Settings settings) : settings_(std::move(settings)) {
  master.emplace(settings_);
  now.instant = Instant{} + std::chrono::hours(1);
  now.wall = WallTime{} + std::chrono::hours(24 * 365 * 56);
}

core::Effects CoreWorld::step(decltype(core::Event::what) what) {
  const core::Snapshot before = core::snapshot(master->state());
  core::Effects effects = master->step(core::Event{now, std::move(what)});
  for (const auto& operation : effects.persist) store.apply(operation);
  wake_at_ = effects.wake_at;
  if (auto violated = master->check()) violations.push_back(*violated);
  if (state().recovery != core::RecoveryState::standby)
    if (auto differ = store.executors_differ(state())) violations.push_back(*differ);
  if (auto violated = core::check_delta(before, master->state())) violations.push_back(*violated);
  return effects;
}

core::Effects CoreWorld::lead(core::Recovered recovered) {
  return step(core::LeadershipGained{Epoch(++epoch_), std::move(recovered)});
}

core::Effects CoreWorld::restart() {
  master.emplace(settings_);
  connections_.clear();
  return lead(store.load());
}

core::Effects CoreWorld::take_over() {
  master.emplace(settings_);
  core::LeadershipGained event{Epoch(++epoch_), store.load()};
  for (const auto& [peer, connection] : connections_) event.connections.push_back({address_of(peer), connection});
  event.held = std::exchange(held_, {});
  holding = false;
  core::Effects effects = step(std::move(event));
  for (const auto& output : effects.outputs) {
    const auto* send = std::get_if<core::Send>(&output);
    const auto* direction = send != nullptr ? std::get_if<deploy::ToDriver>(&send->message) : nullptr;
    const auto* answer = direction != nullptr ? std::get_if<deploy::RegisteredApplication>(direction) : nullptr;
    if (answer == nullptr) continue;
    for (const auto& [name, known] : peers_)
      if (known.address == send->to.ref.address) apps_[name] = answer->app;
  }
  return effects;
}

core::Effects CoreWorld::tick(Duration duration) {
  core::Effects all;
  const Instant end = now.instant + duration;
  while (wake_at_ && *wake_at_ <= end) {
    pass(std::max(Duration{}, *wake_at_ - now.instant));
    append(all, step(core::TimerFired{}));
  }
  pass(end - now.instant);
  all.wake_at = wake_at_;
  return all;
}

core::Effects CoreWorld::tick_late(Duration duration) {
  pass(duration);
  return step(core::TimerFired{});
}

deploy::Address CoreWorld::address_of(const std::string& peer) const {
  const auto found = peers_.find(peer);
  return found == peers_.end() ? deploy::Address{peer, 9001} : found->second.address;
}

ConnectionId CoreWorld::connection_of(const std::string& peer) {
  if (!connections_.contains(peer)) reconnect(peer);
  return connections_[peer];
}

core::Effects CoreWorld::message(const std::string& peer, deploy::ToMaster message, bool ask) {
  core::MessageReceived event;
  event.connection = connection_of(peer);
  event.sender = address_of(peer);
  const auto known = peers_.find(peer);
  event.candidates = known == peers_.end()
                         ? std::vector<deploy::Dialect>{deploy::Dialect::spark_3_3, deploy::Dialect::spark_3_4}
                         : known->second.dialects;
  if (ask) event.ask = core::AskId{event.connection, ++last_request_};
  event.message = std::move(message);
  if (!holding) return step(std::move(event));
  event.arrived = now.wall;
  if (core::worth_holding(event.message)) held_.push_back(std::move(event));
  return {};
}

core::Effects CoreWorld::worker(const std::string& name, const WorkerShape& shape) {
  const std::string host = shape.host.empty() ? name : shape.host;
  peers_[name] = {{host, 7001}, shape.dialects};
  deploy::RegisterWorker registration;
  registration.id = WorkerId(name);
  registration.host = host;
  registration.port = 7001;
  registration.worker = {"Worker", {host, 7001}};
  registration.cores = shape.cores;
  registration.memory_mb = shape.memory_mb;
  registration.web_ui_url = "http://" + host + ":8081";
  registration.master_address = {"m1", 7077};
  registration.resources = shape.resources;
  return message(name, registration);
}

core::Effects CoreWorld::heartbeat(const std::string& worker) {
  return message(worker, deploy::Heartbeat{WorkerId(worker), {"Worker", address_of(worker)}});
}

core::Effects CoreWorld::latest_state(const std::string& worker, const std::vector<std::string>& executors,
                                      const std::vector<std::string>& drivers) {
  deploy::WorkerLatestState report;
  report.id = WorkerId(worker);
  for (const auto& name : executors) {
    const auto slash = name.find('/');
    const std::string app = name.substr(0, slash);
    deploy::ExecutorDescription executor;
    executor.app = apps_.contains(app) ? apps_.at(app) : AppId(app);
    executor.executor = ExecutorId(std::stoi(name.substr(slash + 1)));
    executor.cores = 1;
    executor.memory_mb = 256;
    executor.state = deploy::ExecutorState::running;
    report.executors.push_back(executor);
  }
  for (const auto& driver : drivers)
    report.drivers.push_back(drivers_.contains(driver) ? drivers_.at(driver) : DriverId(driver));
  return message(worker, report);
}

core::Effects CoreWorld::scheduler_state(const std::string& worker,
                                         const std::vector<deploy::WorkerExecutorStateResponse>& executors,
                                         const std::vector<std::string>& drivers) {
  deploy::WorkerSchedulerStateResponse report;
  report.id = WorkerId(worker);
  report.executors = executors;
  for (const auto& driver : drivers)
    report.drivers.push_back({drivers_.contains(driver) ? drivers_.at(driver) : DriverId(driver), {}});
  return message(worker, report);
}

core::Effects CoreWorld::app(const std::string& name, const AppShape& shape) {
  peers_[name] = {{shape.host.empty() ? name : shape.host, 8001}, {shape.dialect}};
  deploy::RegisterApplication registration;
  registration.driver = {"AppClient", address_of(name)};
  auto& description = registration.description;
  description.name = name;
  description.user = "user";
  description.max_cores = shape.max_cores;
  description.initial_executor_limit = shape.limit;
  description.default_profile.cores = shape.cores_per_executor;
  description.default_profile.memory_mb = shape.memory_mb;
  description.default_profile.custom = shape.custom;
  description.dialect = shape.dialect;
  description.raw = std::make_shared<const std::string>(shape.raw.empty() ? "raw of " + name : shape.raw);
  core::Effects effects = message(name, registration);
  for (const auto& answer : sent<deploy::RegisteredApplication>(effects)) apps_[name] = answer.app;
  return effects;
}

core::Effects CoreWorld::request(const std::string& app,
                                 const std::vector<std::pair<deploy::ResourceProfile, std::int32_t>>& wanted) {
  deploy::RequestExecutors message_{app_id(app), wanted, nullptr};
  return message(app, message_, true);
}

core::Effects CoreWorld::request(const std::string& app, std::int32_t total) {
  return request(app, {{deploy::ResourceProfile{}, total}});
}

core::Effects CoreWorld::kill_executors(const std::string& app, const std::vector<std::string>& ids) {
  return message(app, deploy::KillExecutors{app_id(app), ids}, true);
}

core::Effects CoreWorld::report(const std::string& worker, const std::string& app, std::int32_t executor,
                                deploy::ExecutorState state, std::optional<std::int32_t> exit_status) {
  return message(
      worker, deploy::ExecutorStateChanged{app_id(app), ExecutorId(executor), state, std::nullopt, exit_status}, true);
}

core::Effects CoreWorld::acknowledge(const std::string& app) {
  return message(app, deploy::MasterChangeAcknowledged{app_id(app)});
}

core::Effects CoreWorld::submit(const std::string& name, deploy::DriverDescription description) {
  if (description.memory_mb == 0) description.memory_mb = 512;
  if (description.cores == 0) description.cores = 1;
  if (!description.raw) description.raw = std::make_shared<const std::string>("raw of " + name);
  core::Effects effects = message("client", deploy::RequestSubmitDriver{description}, true);
  for (const auto& answer : answered<deploy::SubmitDriverResponse>(effects))
    if (answer.driver) drivers_[name] = *answer.driver;
  return effects;
}

core::Effects CoreWorld::driver_state(const std::string& worker, const std::string& driver, deploy::DriverState state) {
  const DriverId id = drivers_.contains(driver) ? drivers_.at(driver) : DriverId(driver);
  return message(worker, deploy::DriverStateChanged{id, state, std::nullopt});
}

core::Effects CoreWorld::close(const std::string& peer) {
  const ConnectionId connection = connection_of(peer);
  connections_.erase(peer);
  return step(core::ConnectionClosed{connection});
}

core::Effects CoreWorld::unreachable(const std::string& peer, bool refused) {
  return step(
      core::PeerUnreachable{address_of(peer), refused, refused ? "Connection refused" : "Connection timed out"});
}

const core::AppInfo* CoreWorld::find_app(const std::string& name) const {
  const auto id = apps_.find(name);
  if (id == apps_.end()) return nullptr;
  const auto found = state().apps.find(id->second);
  return found == state().apps.end() ? nullptr : &found->second;
}

const core::WorkerInfo* CoreWorld::find_worker(const std::string& name) const {
  const auto found = state().workers.find(WorkerId(name));
  return found == state().workers.end() ? nullptr : &found->second;
}

std::vector<deploy::WorkerExecutorStateResponse> CoreWorld::running_on(const std::string& worker) const {
  std::vector<deploy::WorkerExecutorStateResponse> all;
  const auto* info = find_worker(worker);
  if (info == nullptr) return all;
  for (const auto& key : info->executors) {
    const auto& executor = state().apps.at(key.app).executors.at(key.executor);
    all.push_back(
        {{key.app, key.executor, executor.profile, executor.cores, executor.memory_mb, deploy::ExecutorState::running},
         executor.resources});
  }
  return all;
}

void append(core::Effects& all, core::Effects more) {
  const auto move = [](auto& to, auto& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  move(all.log, more.log);
  move(all.persist, more.persist);
  move(all.outputs, more.outputs);
  move(all.immediate, more.immediate);
  all.wake_at = more.wake_at;
}

bool logged(const core::Effects& effects, const std::string& part) {
  for (const auto& line : effects.log)
    if (line.text.find(part) != std::string::npos) return true;
  return false;
}

}  // namespace pilotlight::testing
