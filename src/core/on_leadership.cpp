#include <algorithm>
#include <map>
#include <utility>

#include "core/step.hpp"

namespace pilotlight::core {
namespace {

constexpr auto first_repeat = std::chrono::milliseconds(200);

bool is_over(AppState state) {
  return state == AppState::finished || state == AppState::failed || state == AppState::killed;
}

bool is_over(deploy::DriverState state) {
  return state == deploy::DriverState::finished || state == deploy::DriverState::relaunching ||
         state == deploy::DriverState::killed || state == deploy::DriverState::failed ||
         state == deploy::DriverState::error;
}

}  // namespace

void Step::handle(const LeadershipGained& event) {
  Settings settings = state_.settings;
  state_ = State{};
  state_.settings = std::move(settings);
  indexes_.clear();
  state_.epoch = event.epoch;
  state_.counters = event.recovered.counters;
  // Restoring must not start anything: what is ready is known when everything is there.
  state_.recovery = RecoveryState::recovering;

  const auto& recovered = event.recovered;
  std::map<AppId, const AppProgress*> progress;
  for (const auto& entry : recovered.progress) progress[entry.id] = &entry;
  const bool empty = recovered.workers.empty() && recovered.apps.empty() && recovered.drivers.empty();
  info("I have been elected leader! New state: " + std::string(empty ? "ALIVE" : "RECOVERING"));
  for (const auto& worker : recovered.workers) restore_worker(worker);
  for (const auto& app : recovered.apps) {
    const auto found = progress.find(app.id);
    AppProgress known;
    known.id = app.id;
    if (found != progress.end())
      known = *found->second;
    else if (app.description.initial_executor_limit)
      known.targets[app.description.default_profile.id] = std::max(0, *app.description.initial_executor_limit);
    restore_app(app, std::move(known));
  }
  for (const auto& driver : recovered.drivers) restore_driver(driver);
  for (const auto& executor : recovered.executors) restore_executor(executor);
  for (const auto& known : event.connections) restore_connection(known);

  if (empty) {
    state_.recovery = RecoveryState::alive;
    return;
  }
  indexes_.recovery_open = true;
  indexes_.call_anew = false;
  indexes_.repeat_pause = first_repeat;
  const auto& timeouts = state_.settings;
  indexes_.deadlines.set(Wait::recovery_repeat, {}, now_.instant + first_repeat);
  indexes_.deadlines.set(Wait::recovery_grace, {},
                         now_.instant + std::min(timeouts.repair_timeout, timeouts.recovery_timeout));
  indexes_.deadlines.set(Wait::recovery_end, {}, now_.instant + timeouts.recovery_timeout);
  call_unknown_peers();
  schedule_soon();
  check_recovery();
}

void Step::handle(const LeadershipLost& event) {
  if (standby()) return;
  warn("Leadership has been revoked (" + event.reason + "). New state: STANDBY");
  Settings settings = state_.settings;
  const Epoch epoch = state_.epoch;
  state_ = State{};
  state_.settings = std::move(settings);
  state_.epoch = epoch;
  indexes_.clear();
}

void Step::restore_app(AppRecord record, AppProgress progress) {
  AppInfo app;
  app.record = std::move(record);
  app.progress = std::move(progress);
  app.recovered = true;
  if (is_over(app.progress.state)) {
    app.state = app.progress.state;
    return retain_app(std::move(app));
  }
  const AppId id = app.record.id;
  const std::string address = deploy::to_string(app.record.driver.address);
  if (const auto found = state_.app_by_address.find(address); found != state_.app_by_address.end())
    finish_app(*find_app(found->second), AppState::finished);  // only one driver can listen there: the later one
  info("Trying to recover app: " + id.text);
  app.driver = Peer{app.record.driver, app.record.dialect, {}};
  app.state = AppState::unknown;
  app.sequence = indexes_.next_sequence++;
  state_.app_order.push_back(id);
  state_.app_by_address[address] = id;
  indexes_.unknown_apps.insert(id);
  ++indexes_.recovered_apps[app.record.dialect];
  state_.apps.insert_or_assign(id, std::move(app));
}

void Step::restore_worker(WorkerRecord record) {
  const WorkerId id = record.id;
  const std::string address = deploy::to_string(record.ref.address);
  if (record.cores <= 0 || record.memory_mb <= 0 || record.dialects.empty() ||
      state_.worker_by_address.contains(address)) {
    warn("The record of worker " + id.text + " cannot be used; the worker will register again.");
    persist(RemoveWorker{id});
    return;
  }
  info("Trying to recover worker: " + id.text);
  WorkerInfo worker;
  worker.peer = Peer{record.ref, record.dialects.back(), {}};
  worker.dialect_proven = record.dialects.size() == 1;
  worker.record = std::move(record);
  worker.state = WorkerState::unknown;
  worker.last_heartbeat = now_.instant;
  worker.last_heartbeat_wall = now_.wall;
  state_.worker_by_address[address] = id;
  indexes_.unknown_workers.insert(id);
  indexes_.capacity.refresh(state_.workers.insert_or_assign(id, std::move(worker)).first->second);
}

void Step::restore_driver(DriverRecord record) {
  DriverInfo driver;
  driver.record = std::move(record);
  if (is_over(driver.record.state)) return retain_driver(std::move(driver));
  const DriverId id = driver.record.id;
  if (!driver.record.worker) {
    state_.waiting_drivers.push_back(id);
    indexes_.drivers_changed = true;
    state_.drivers.insert_or_assign(id, std::move(driver));
    return;
  }
  driver.confirmed = false;
  // What the record says counts until the worker has spoken, so that nobody else gets its cores.
  auto* worker = find_worker(*driver.record.worker);
  const auto& wanted = driver.record.description;
  if (worker != nullptr && wanted.cores >= 0 && wanted.memory_mb >= 0 &&
      has_room(*worker, wanted.cores, wanted.memory_mb) &&
      claimable(worker->record.resources, worker->resources_used, driver.record.resources))
    place_driver(driver, *worker);
  else
    indexes_.unclaimed_drivers.insert(id);
  state_.drivers.insert_or_assign(id, std::move(driver));
}

void Step::restore_executor(const ExecutorRecord& record) {
  auto* app = find_app(record.app);
  auto* worker = find_worker(record.worker);
  if (app != nullptr && app->executors.contains(record.id)) return;
  if (app != nullptr && is_sane(record.id)) use_up_id(*app, record.id);
  // Without its worker's record (a decommissioned one has none) it cannot be counted; should the worker turn up, its
  // report brings it back.
  const bool usable = app != nullptr && worker != nullptr && is_sane(record.id) && record.cores > 0 &&
                      record.memory_mb >= 0 && has_room(*worker, record.cores, record.memory_mb) &&
                      claimable(worker->record.resources, worker->resources_used, record.resources);
  if (!usable) {
    info("Executor " + record.app.text + "/" + std::to_string(record.id.value) + " on worker " + record.worker.text +
         " is recorded and cannot be counted: its application, its worker or its place there is gone.");
    persist(RemoveExecutor{{record.app, record.id}});
    return;
  }
  count_executor(*app, *worker,
                 {record.id, record.worker, record.profile, record.cores, record.memory_mb, record.resources,
                  deploy::ExecutorState::launching, std::nullopt, false});
}

void Step::restore_connection(const KnownConnection& known) {
  const std::string address = deploy::to_string(known.peer);
  if (const auto found = state_.worker_by_address.find(address); found != state_.worker_by_address.end()) {
    WorkerInfo& worker = *find_worker(found->second);
    indexes_.connections.move(found->second, worker.peer.connection, known.connection);
    worker.peer.connection = known.connection;
    worker.connected_since = now_.instant;
  }
  if (const auto found = state_.app_by_address.find(address); found != state_.app_by_address.end()) {
    AppInfo& app = *find_app(found->second);
    indexes_.connections.move(found->second, app.driver.connection, known.connection);
    app.driver.connection = known.connection;
  }
}

void Step::call_unknown_peers() {
  // A connection that a peer made long ago may be dead without a sign: every other call makes a new one.
  const bool anew = std::exchange(indexes_.call_anew, !indexes_.call_anew);
  const auto call = [&](Peer to, bool worker) {
    if (anew) to.connection = {};
    send_master_changed(to, worker);
  };
  for (const auto& id : indexes_.unknown_apps) call(find_app(id)->driver, false);
  for (const auto& id : indexes_.unknown_workers) call(find_worker(id)->peer, true);
}

void Step::check_recovery() {
  if (!indexes_.recovery_open || !indexes_.unknown_workers.empty() || !indexes_.unknown_apps.empty()) return;
  indexes_.recovery_open = false;
  indexes_.deadlines.cancel(Wait::recovery_repeat, {});
  if (indexes_.unclaimed_drivers.empty()) indexes_.deadlines.cancel(Wait::recovery_end, {});
  if (state_.recovery == RecoveryState::recovering) complete_recovery();
}

void Step::complete_recovery() {
  state_.recovery = RecoveryState::completing_recovery;
  indexes_.deadlines.cancel(Wait::recovery_grace, {});
  state_.recovery = RecoveryState::alive;
  for (auto& [id, app] : state_.apps) {
    if (app.state == AppState::waiting && (!app.executors.empty() || app.progress.state == AppState::running))
      app.state = AppState::running;
    wishes_changed(app);
  }
  indexes_.drivers_changed = true;
  schedule_soon();
  info("Recovery complete - resuming operations!");
}

void Step::driver_answered(AppInfo& app) {
  if (app.state != AppState::unknown) return;
  indexes_.unknown_apps.erase(app.record.id);
  const bool runs = !app.executors.empty() || app.progress.state == AppState::running;
  app.state = runs && state_.recovery == RecoveryState::alive ? AppState::running : AppState::waiting;
  wishes_changed(app);
}

void Step::give_up_unclaimed_drivers() {
  // Their workers have no record (a decommissioned one has none) and did not turn up in time either.
  const auto unclaimed = std::exchange(indexes_.unclaimed_drivers, {});
  for (const auto& id : unclaimed) {
    warn("Driver " + id.text + " was not found after master recovery");
    driver_lost(*find_driver(id));
  }
}

void Step::give_up_unknown_peers() {
  const auto workers = indexes_.unknown_workers;
  const auto apps = indexes_.unknown_apps;
  for (const auto& id : apps) finish_app(*find_app(id), AppState::finished);
  for (const auto& id : workers) remove_worker(*find_worker(id), "Not responding for recovery");
  give_up_unclaimed_drivers();
  check_recovery();
}

}  // namespace pilotlight::core
