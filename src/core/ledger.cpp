// The only place where cores, memory and resource addresses change hands: used + free = total, always. Whoever holds
// them has a record.
#include <limits>

#include "base/assert.hpp"
#include "core/demand.hpp"
#include "core/step.hpp"

namespace pilotlight::core {
namespace {

constexpr std::size_t remembered_executors = 1000;

void occupy(WorkerInfo& worker, std::int32_t cores, std::int32_t memory_mb, const deploy::Resources& resources) {
  PILOTLIGHT_ASSERT(cores >= 0 && memory_mb >= 0);
  PILOTLIGHT_ASSERT(worker.cores_free() >= cores && worker.memory_free_mb() >= memory_mb);
  worker.cores_used += cores;
  worker.memory_used_mb += memory_mb;
  take(worker.resources_used, resources);
}

void vacate(WorkerInfo& worker, std::int32_t cores, std::int32_t memory_mb, const deploy::Resources& resources) {
  worker.cores_used -= cores;
  worker.memory_used_mb -= memory_mb;
  give_back(worker.resources_used, resources);
  PILOTLIGHT_ASSERT(worker.cores_used >= 0 && worker.memory_used_mb >= 0);
}

void no_longer_counts(AppInfo& app, const ExecutorInfo& executor) {
  app.cores_granted -= executor.cores;
  const auto live = app.live.find(executor.profile);
  PILOTLIGHT_ASSERT(live != app.live.end());
  if (--live->second == 0) app.live.erase(live);
}

}  // namespace

bool Step::has_room(const WorkerInfo& worker, std::int32_t cores, std::int32_t memory_mb) {
  return worker.cores_free() >= cores && worker.memory_free_mb() >= memory_mb;
}

void Step::place_executor(AppInfo& app, WorkerInfo& worker, ExecutorInfo executor) {
  persist(ExecutorRecord{app.record.id, executor.id, worker.record.id, executor.profile, executor.cores,
                         executor.memory_mb, executor.resources});
  count_executor(app, worker, std::move(executor));
}

void Step::count_executor(AppInfo& app, WorkerInfo& worker, ExecutorInfo executor) {
  occupy(worker, executor.cores, executor.memory_mb, executor.resources);
  worker.executors.insert({app.record.id, executor.id});
  app.cores_granted += executor.cores;
  ++app.live[executor.profile];
  app.served_by.insert(worker.record.id);
  use_up_id(app, executor.id);
  const bool inserted = app.executors.emplace(executor.id, std::move(executor)).second;
  PILOTLIGHT_ASSERT(inserted);
  indexes_.capacity.refresh(worker);
}

bool Step::is_sane(ExecutorId id) {
  // Half of all ids is more than any application lives to see; one that invents the last would leave none to give.
  return id.value >= 0 && id.value < std::numeric_limits<std::int32_t>::max() / 2;
}

void Step::use_up_id(AppInfo& app, ExecutorId id) {
  if (id.value < app.progress.next_executor_id) return;
  app.progress.next_executor_id = id.value + 1;
  persist_progress(app.record.id);
}

void Step::release_executor(AppInfo& app, ExecutorId id, deploy::ExecutorState state) {
  auto node = app.executors.extract(id);
  PILOTLIGHT_ASSERT(!node.empty());
  ExecutorInfo& executor = node.mapped();
  persist(RemoveExecutor{{app.record.id, id}});
  if (auto* worker = find_worker(executor.worker)) {
    worker->executors.erase({app.record.id, id});
    vacate(*worker, executor.cores, executor.memory_mb, executor.resources);
    indexes_.capacity.grew(*worker);
  }
  if (executor.state != deploy::ExecutorState::decommissioned) no_longer_counts(app, executor);
  executor.state = state;
  if (app.removed_executors.size() >= remembered_executors)
    app.removed_executors.erase(app.removed_executors.begin(),
                                app.removed_executors.begin() + remembered_executors / 10);
  app.removed_executors.push_back(std::move(executor));
  wishes_changed(app);
  schedule_soon();
}

void Step::retire_executor(AppInfo& app, ExecutorInfo& executor) {
  if (executor.state == deploy::ExecutorState::decommissioned) return;
  no_longer_counts(app, executor);
  executor.state = deploy::ExecutorState::decommissioned;
  wishes_changed(app);
}

void Step::place_driver(DriverInfo& driver, WorkerInfo& worker) {
  occupy(worker, driver.record.description.cores, driver.record.description.memory_mb, driver.record.resources);
  worker.drivers.insert(driver.record.id);
  indexes_.capacity.refresh(worker);
}

void Step::release_driver(DriverInfo& driver) {
  if (!driver.record.worker) return;
  auto* worker = find_worker(*driver.record.worker);
  if (worker == nullptr || worker->drivers.erase(driver.record.id) == 0) return;
  vacate(*worker, driver.record.description.cores, driver.record.description.memory_mb, driver.record.resources);
  indexes_.capacity.grew(*worker);
  schedule_soon();
}

void Step::kill_executor_on(const WorkerInfo& worker, const ExecutorKey& key) {
  send(worker.peer, deploy::KillExecutor{state_.master_url(), key.app, key.executor});
}

void Step::wishes_changed(AppInfo& app) {
  const auto least = least_wish_of(app);
  if (app.state == AppState::unknown || app.repair_deadline || !least) {
    indexes_.waiting.remove(app);
    return;
  }
  indexes_.waiting.add(app, *least);
  schedule_soon();
}

}  // namespace pilotlight::core
