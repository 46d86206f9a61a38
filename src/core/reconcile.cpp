// A worker's report is the truth about what runs there (spec §5.3, §5.6): early, late or repeated.
#include <algorithm>
#include <utility>

#include "core/step.hpp"

namespace pilotlight::core {
namespace {

constexpr std::int32_t launches_before_rest = 2;

bool was_removed(const AppInfo& app, ExecutorId id) {
  return std::any_of(app.removed_executors.begin(), app.removed_executors.end(),
                     [&](const ExecutorInfo& executor) { return executor.id == id; });
}

}  // namespace

bool Step::reconcile(WorkerInfo& worker, const Report& report) {
  std::set<ExecutorKey> listed;
  bool ask_for_all = false;
  for (const auto& executor : report.executors) {
    listed.insert({executor.executor->app, executor.executor->executor});
    reconcile_executor(worker, executor, report, ask_for_all);
  }
  const std::set<ExecutorKey> executors = worker.executors;
  bool ignored = false;
  for (const auto& key : executors)
    if (!listed.contains(key)) ignored = missing_executor(worker, key, report.over) || ignored;
  if (ignored) {
    ++worker.ignored_launches;
    worker.ignored_last = now_.instant;
  }
  if (worker.ignored_launches >= launches_before_rest && worker.state == WorkerState::alive) {
    // A worker that decommissioned itself ignores LaunchExecutor and says so only in its own log (spec §7.5).
    warn("Worker " + worker.record.id.text + " is alive but starts no executors: it is taken for decommissioned.");
    decommission(worker);
  }

  std::set<DriverId> listed_drivers;
  for (const auto& driver : report.drivers) {
    listed_drivers.insert(*driver.driver);
    reconcile_driver(worker, driver, report);
  }
  const std::set<DriverId> drivers = worker.drivers;
  for (const auto& id : drivers) {
    auto* driver = find_driver(id);
    if (driver == nullptr || listed_drivers.contains(id)) continue;
    missing_driver(*driver, report.over);
  }
  // Their records put them here, and they are not: settled, though the worker's own record was lost.
  const auto unclaimed = indexes_.unclaimed_drivers;
  for (const auto& id : unclaimed)
    if (auto& driver = *find_driver(id); driver.record.worker == worker.record.id && !listed_drivers.contains(id))
      missing_driver(driver, report.over);
  if (ask_for_all) call_back(worker);
  return !ask_for_all;
}

void Step::reconcile_executor(WorkerInfo& worker, const ExecutorReport& report, const Report& all, bool& ask_for_all) {
  const auto& executor = *report.executor;
  const ExecutorKey key{executor.app, executor.executor};
  auto* app = find_app(executor.app);
  const bool ends = deploy::is_finished(executor.state);
  if (app == nullptr) {
    if (!ends) kill_executor_on(worker, key);
    return;
  }
  if (app->recovered && is_sane(executor.executor)) use_up_id(*app, executor.executor);
  const auto known = app->executors.find(executor.executor);
  if (known != app->executors.end() && known->second.worker == worker.record.id)
    return confirm_executor(known->second, *app, executor.state, all.over);
  if (ends) return;  // on its way out: never counted here, nothing to free
  if (known != app->executors.end() || !app->recovered || was_removed(*app, executor.executor)) {
    kill_executor_on(worker, key);
  } else if (all.complete) {
    adopt_executor(*app, worker, report, all.over);
  } else {
    ask_for_all = true;  // WorkerLatestState does not say which resource addresses it holds
  }
}

void Step::confirm_executor(ExecutorInfo& executor, AppInfo& app, deploy::ExecutorState reported, ConnectionId over) {
  const bool first_word = !std::exchange(executor.confirmed, true);
  executor.seen = {over, now_.instant};
  executor.doubted = false;
  if (!deploy::is_finished(reported)) launch_confirmed(executor, app);
  if (reported == deploy::ExecutorState::running && executor.state == deploy::ExecutorState::launching)
    executor.state = deploy::ExecutorState::running;
  // A record does not say that the executor was retired.
  if (first_word && reported == deploy::ExecutorState::decommissioned) retire_executor(app, executor);
}

void Step::adopt_executor(AppInfo& app, WorkerInfo& worker, const ExecutorReport& report, ConnectionId over) {
  const auto& reported = *report.executor;
  const ExecutorKey key{reported.app, reported.executor};
  const std::int32_t memory_mb =
      reported.memory_mb.value_or(app.record.description.default_profile.memory_mb.value_or(0));
  const bool sound = reported.cores > 0 && memory_mb >= 0 && is_sane(reported.executor);
  if (!sound || !has_room(worker, reported.cores, memory_mb) ||
      !claimable(worker.record.resources, worker.resources_used, *report.resources)) {
    error("Worker " + worker.record.id.text + " reports executor " + key.app.text + "/" +
          std::to_string(key.executor.value) + " with " + std::to_string(reported.cores) + " cores and " +
          std::to_string(memory_mb) + " MiB, more than it has left: the executor is killed.");
    kill_executor_on(worker, key);
    return;
  }
  ExecutorInfo executor{reported.executor, worker.record.id,  reported.profile, reported.cores,
                        memory_mb,         *report.resources, reported.state,   std::nullopt};
  executor.seen = {over, now_.instant};
  const bool retired =
      executor.state == deploy::ExecutorState::decommissioned || worker.state == WorkerState::decommissioned;
  if (retired) executor.state = deploy::ExecutorState::running;
  place_executor(app, worker, std::move(executor));
  if (retired) retire_executor(app, app.executors.at(reported.executor));
  wishes_changed(app);
}

bool Step::may_be_older(ConnectionId over, const std::optional<LastWord>& seen) const {
  return seen && seen->over != over && now_.instant < seen->at + state_.settings.launch_answer_timeout;
}

bool Step::missing_executor(WorkerInfo& worker, const ExecutorKey& key, ConnectionId over) {
  AppInfo& app = *find_app(key.app);
  if (auto& executor = app.executors.at(key.executor); may_be_older(over, executor.seen)) {
    if (!std::exchange(executor.doubted, true)) expect_answer(worker.record.id, key);
    return false;
  }
  const ExecutorInfo executor = app.executors.at(key.executor);
  const std::string name = key.app.text + "/" + std::to_string(key.executor.value);
  if (executor.launched && !executor.overdue) return false;  // its LaunchExecutor may be under way
  // Sent over the connection that it answers on: it has come in and was not heeded. Otherwise it may just be lost.
  const bool heard = executor.launched && *executor.launched >= worker.connected_since;
  if (heard && !worker.dialect_proven) {
    // The worker could not read it, so it never ran: nobody's fault, and nothing that the driver has seen.
    release_executor(app, key.executor, deploy::ExecutorState::lost);
    dialect_unfit(worker, app.record.dialect);
    return false;
  }
  info("Removing executor " + name + " because it is LOST");
  if (executor.state != deploy::ExecutorState::decommissioned)
    send(app.driver, deploy::ExecutorUpdated{key.executor, deploy::ExecutorState::lost,
                                             "executor no longer runs on worker " + worker.record.id.text, std::nullopt,
                                             std::nullopt});
  release_executor(app, key.executor, deploy::ExecutorState::lost);
  return heard && *executor.launched >= worker.ignored_last;
}

void Step::launch_confirmed(ExecutorInfo& executor, const AppInfo& app) {
  if (!executor.launched) return;
  executor.launched.reset();
  auto* worker = find_worker(executor.worker);
  if (worker == nullptr) return;
  worker->ignored_launches = 0;
  dialect_fits(*worker, app.record.dialect);
}

void Step::reconcile_driver(WorkerInfo& worker, const DriverReport& report, const Report& all) {
  auto* driver = find_driver(*report.driver);
  if (driver == nullptr || (driver->record.worker && *driver->record.worker != worker.record.id)) {
    send(worker.peer, deploy::KillDriver{*report.driver});
    return;
  }
  if (!worker.drivers.contains(*report.driver)) {
    // Its record says that it waits, or the worker's record was lost: it runs here, so this is its one attempt.
    const auto& wanted = driver->record.description;
    const deploy::Resources resources = all.complete ? *report.resources : driver->record.resources;
    if (!has_room(worker, wanted.cores, wanted.memory_mb) ||
        !claimable(worker.record.resources, worker.resources_used, resources)) {
      error("Worker " + worker.record.id.text + " reports driver " + report.driver->text +
            ", for which it has no room left: the driver is killed.");
      send(worker.peer, deploy::KillDriver{*report.driver});
      return;
    }
    driver->record.worker = worker.record.id;
    driver->record.worker_address = deploy::Address{worker.record.host, worker.record.port};
    driver->record.resources = resources;
    driver->record.state = deploy::DriverState::running;
    std::erase(state_.waiting_drivers, driver->record.id);
    place_driver(*driver, worker);
    persist(driver->record);
  }
  driver->confirmed = true;
  driver->seen = {all.over, now_.instant};
  indexes_.unclaimed_drivers.erase(*report.driver);
  driver->launching = false;
  driver->missed = false;
  driver->page_asked = false;
  for (const auto wait : {Wait::driver_answer, Wait::driver_relaunch})
    indexes_.deadlines.cancel(wait, report.driver->text);
  if (driver->record.kill_requested) send(worker.peer, deploy::KillDriver{*report.driver});
}

}  // namespace pilotlight::core
