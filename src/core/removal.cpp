// How workers, applications and drivers end, and how long they are remembered.
#include <algorithm>

#include "base/assert.hpp"
#include "core/step.hpp"

namespace pilotlight::core {

void Step::remove_worker(WorkerInfo& worker, const std::string& message) {
  const WorkerId id = worker.record.id;
  info("Removing worker " + id.text + " on " + worker.record.host + ":" + std::to_string(worker.record.port));
  WorkerInfo dead = worker;  // pages show what it had, as Spark's do
  dead.state = WorkerState::dead;
  dead.peer.connection = {};
  dead.repair_deadline.reset();

  const std::set<ExecutorKey> executors = worker.executors;
  const std::set<DriverId> drivers = worker.drivers;
  worker.state = WorkerState::dead;  // nothing is placed on it from here on
  indexes_.capacity.forget(worker);
  for (const auto& key : executors) {
    auto* app = find_app(key.app);
    PILOTLIGHT_ASSERT(app != nullptr);
    info("Telling app of lost executor: " + std::to_string(key.executor.value));
    send(app->driver, deploy::ExecutorUpdated{key.executor, deploy::ExecutorState::lost, "worker lost: " + message,
                                              std::nullopt, dead.record.host});
    release_executor(*app, key.executor, deploy::ExecutorState::lost);
  }
  for (const auto& driver_id : drivers)
    if (auto* driver = find_driver(driver_id)) driver_lost(*driver);

  info("Telling app of lost worker: " + id.text);
  for (auto& [app_id, app] : state_.apps) {
    // Others have no shuffle files there. What a recovered application had there before is not known any more.
    const auto& dialects = dead.record.dialects;
    const bool may_have_files =
        app.recovered && std::find(dialects.begin(), dialects.end(), app.record.dialect) != dialects.end();
    if (app.served_by.erase(id) != 0 || may_have_files)
      send(app.driver, deploy::WorkerRemoved{id, dead.record.host, message});
  }

  indexes_.capacity.forget(worker);
  indexes_.connections.move(id, worker.peer.connection, {});
  indexes_.unknown_workers.erase(id);
  for (const auto wait : {Wait::worker_silent, Wait::worker_repair, Wait::worker_call, Wait::worker_rehearsal})
    indexes_.deadlines.cancel(wait, id.text);
  state_.worker_by_address.erase(deploy::to_string(dead.record.ref.address));
  state_.workers.erase(id);
  state_.dead_workers.push_back(std::move(dead));
  arm_dead_sweep();
  persist(RemoveWorker{id});
  schedule_soon();
}

void Step::finish_app(AppInfo& app, AppState final_state) {
  const AppId id = app.record.id;
  info("Removing app " + id.text);
  indexes_.waiting.remove(app);
  indexes_.connections.move(id, app.driver.connection, {});
  indexes_.unknown_apps.erase(id);
  if (app.recovered) --indexes_.recovered_apps[app.record.dialect];
  for (const auto wait : {Wait::app_repair, Wait::app_call, Wait::app_probe}) indexes_.deadlines.cancel(wait, id.text);
  app.state = final_state;
  app.progress.state = final_state;
  app.progress.ended = now_.wall;
  app.repair_deadline.reset();

  std::vector<ExecutorKey> executors;
  for (const auto& [executor_id, executor] : app.executors) executors.push_back({id, executor_id});
  AppInfo finished = app;  // its page keeps the executors it had at the end
  for (auto& [executor_id, executor] : finished.executors) executor.state = deploy::ExecutorState::killed;
  for (const auto& key : executors) {
    if (const auto* worker = find_worker(app.executors.at(key.executor).worker)) kill_executor_on(*worker, key);
    release_executor(app, key.executor, deploy::ExecutorState::killed);
  }
  indexes_.waiting.remove(app);
  if (final_state != AppState::finished)
    send(app.driver, deploy::ApplicationRemoved{std::string(to_string(final_state))});
  for (auto& [worker_id, worker] : state_.workers) {
    // A worker without files of the application has nothing to clean up.
    if (app.served_by.contains(worker_id) || app.recovered) send(worker.peer, deploy::ApplicationFinished{id});
  }

  state_.app_by_address.erase(deploy::to_string(app.record.driver.address));
  std::erase(state_.app_order, id);
  state_.apps.erase(id);
  changed_progress_.erase(id);
  finished.live.clear();
  finished.served_by.clear();
  finished.driver.connection = {};
  persist(finished.progress);
  retain_app(std::move(finished));
  schedule_soon();
}

void Step::remove_driver(DriverInfo& driver, deploy::DriverState final_state, const std::string& exception) {
  const DriverId id = driver.record.id;
  info("Removing driver: " + id.text);
  release_driver(driver);
  std::erase(state_.waiting_drivers, id);
  indexes_.unclaimed_drivers.erase(id);
  indexes_.deadlines.cancel(Wait::driver_answer, id.text);
  driver.record.state = final_state;
  driver.record.exception = exception;
  persist(driver.record);
  DriverInfo finished = std::move(driver);
  state_.drivers.erase(id);
  retain_driver(std::move(finished));
  indexes_.drivers_changed = true;  // spark.deploy.maxDrivers may have held another one back
  schedule_soon();
}

void Step::driver_lost(DriverInfo& driver) {
  const DriverId id = driver.record.id;
  if (driver.record.kill_requested) {
    info("Not re-launching " + id.text + " because it was to be killed");
    remove_driver(driver, deploy::DriverState::killed, {});
    return;
  }
  if (!driver.record.description.supervise) {
    info("Not re-launching " + id.text + " because it was not supervised");
    remove_driver(driver, deploy::DriverState::error, {});
    return;
  }
  info("Re-launching " + id.text);
  const deploy::DriverDescription description = driver.record.description;
  remove_driver(driver, deploy::DriverState::relaunching, {});
  create_driver(description);
}

void Step::retain_app(AppInfo app) {
  if (state_.completed_apps.size() >= state_.settings.retained_applications) {
    std::size_t too_many = std::max<std::size_t>(state_.settings.retained_applications / 10, 1);
    for (; too_many > 0 && !state_.completed_apps.empty(); --too_many) {
      persist(RemoveApp{state_.completed_apps.front().record.id});
      state_.completed_apps.pop_front();
    }
  }
  state_.completed_apps.push_back(std::move(app));
}

void Step::retain_driver(DriverInfo driver) {
  if (state_.completed_drivers.size() >= state_.settings.retained_drivers) {
    std::size_t too_many = std::max<std::size_t>(state_.settings.retained_drivers / 10, 1);
    for (; too_many > 0 && !state_.completed_drivers.empty(); --too_many) {
      persist(RemoveDriver{state_.completed_drivers.front().record.id});
      state_.completed_drivers.pop_front();
    }
  }
  state_.completed_drivers.push_back(std::move(driver));
}

}  // namespace pilotlight::core
