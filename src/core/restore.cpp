// What the store held becomes state again. What a record says counts until its worker has spoken, so that nobody else
// gets the cores.
#include "core/step.hpp"

namespace pilotlight::core {
namespace {

bool is_over(AppState state) {
  return state == AppState::finished || state == AppState::failed || state == AppState::killed;
}

bool is_over(deploy::DriverState state) { return deploy::is_final(state) || state == deploy::DriverState::relaunching; }

}  // namespace

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
  expect_launch(driver);  // the last leader may have sent it with its last breath
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
                  deploy::ExecutorState::launching, std::nullopt, false, false});
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

}  // namespace pilotlight::core
