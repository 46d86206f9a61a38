#include "core/invariants.hpp"

#include <algorithm>

#include "core/resources.hpp"

namespace pilotlight::core {
namespace {

using Violation = std::optional<std::string>;

std::string name_of(const ExecutorKey& key) { return key.app.text + "/" + std::to_string(key.executor.value); }

/// What a worker's executors and drivers add up to.
struct Sum {
  std::int64_t cores = 0;
  std::int64_t memory_mb = 0;
  deploy::Resources resources;
  bool addresses_free = true;

  void add(const WorkerInfo& worker, std::int32_t more_cores, std::int32_t more_memory_mb,
           const deploy::Resources& more) {
    cores += more_cores;
    memory_mb += more_memory_mb;
    addresses_free = addresses_free && claimable(worker.record.resources, resources, more);
    take(resources, more);
  }
};

bool same_addresses(deploy::Resources a, deploy::Resources b) {
  for (auto* resources : {&a, &b}) {
    std::erase_if(*resources, [](const auto& entry) { return entry.second.empty(); });
    for (auto& [name, addresses] : *resources) std::sort(addresses.begin(), addresses.end());
  }
  return a == b;
}

Violation check_worker(const State& state, const WorkerId& id, const WorkerInfo& worker) {
  if (id != worker.record.id) return "worker " + id.text + " stands under another id";
  if (worker.state == WorkerState::dead) return "worker " + id.text + " is DEAD among the living";
  if (worker.peer.ref != worker.record.ref)
    return "worker " + id.text + " is spoken to at another address than its record's";
  Sum sum;
  for (const auto& key : worker.executors) {
    const auto app = state.apps.find(key.app);
    if (app == state.apps.end())
      return "worker " + id.text + " has executor " + name_of(key) + " of no active application";
    const auto executor = app->second.executors.find(key.executor);
    if (executor == app->second.executors.end() || executor->second.worker != id)
      return "worker " + id.text + " has executor " + name_of(key) + " that its application does not see there";
    sum.add(worker, executor->second.cores, executor->second.memory_mb, executor->second.resources);
  }
  for (const auto& driver_id : worker.drivers) {
    const auto driver = state.drivers.find(driver_id);
    if (driver == state.drivers.end() || driver->second.record.worker != id)
      return "worker " + id.text + " has driver " + driver_id.text + " that does not run there";
    const auto& wanted = driver->second.record.description;
    sum.add(worker, wanted.cores, wanted.memory_mb, driver->second.record.resources);
  }
  if (sum.cores != worker.cores_used)
    return "worker " + id.text + ": used cores are not those of its executors and drivers";
  if (sum.memory_mb != worker.memory_used_mb)
    return "worker " + id.text + ": used memory is not that of its executors and drivers";
  if (!sum.addresses_free) return "worker " + id.text + ": a resource address is taken twice or does not exist";
  if (!same_addresses(sum.resources, worker.resources_used))
    return "worker " + id.text + ": used resource addresses are not those of its executors and drivers";
  if (worker.cores_used < 0 || worker.cores_free() < 0)
    return "worker " + id.text + " has more cores in use than it has";
  if (worker.memory_used_mb < 0 || worker.memory_free_mb() < 0)
    return "worker " + id.text + " has more memory in use than it has";
  const auto address = state.worker_by_address.find(deploy::to_string(worker.record.ref.address));
  if (address == state.worker_by_address.end() || address->second != id)
    return "worker " + id.text + " is not found by its address";
  return std::nullopt;
}

Violation check_app(const State& state, const AppId& id, const AppInfo& app) {
  if (id != app.record.id || id != app.progress.id) return "application " + id.text + " stands under another id";
  std::int64_t cores = 0;
  std::map<ProfileId, std::int32_t> live;
  for (const auto& [executor_id, executor] : app.executors) {
    const ExecutorKey key{id, executor_id};
    if (executor_id != executor.id) return "executor " + name_of(key) + " stands under another id";
    if (executor_id.value < 0 || executor_id.value >= app.progress.next_executor_id)
      return "executor " + name_of(key) + " has an id that may be given again";
    const auto worker = state.workers.find(executor.worker);
    if (worker == state.workers.end() || !worker->second.executors.contains(key))
      return "executor " + name_of(key) + " is on no worker";
    if (!executor.confirmed && worker->second.state == WorkerState::alive)
      return "executor " + name_of(key) + " is known from its record only, though its worker has spoken";
    if (deploy::is_finished(executor.state)) return "executor " + name_of(key) + " is finished and still holds cores";
    if (executor.state == deploy::ExecutorState::decommissioned) continue;
    cores += executor.cores;
    ++live[executor.profile];
  }
  if (cores != app.cores_granted) return "application " + id.text + ": granted cores are not those of its executors";
  if (live != app.live) return "application " + id.text + ": live executors are miscounted";
  const auto address = state.app_by_address.find(deploy::to_string(app.record.driver.address));
  if (address == state.app_by_address.end() || address->second != id)
    return "application " + id.text + " is not found by its driver's address";
  return std::nullopt;
}

Violation check_driver(const State& state, const DriverId& id, const DriverInfo& driver) {
  if (id != driver.record.id) return "driver " + id.text + " stands under another id";
  const bool waits =
      std::find(state.waiting_drivers.begin(), state.waiting_drivers.end(), id) != state.waiting_drivers.end();
  if (waits == driver.record.worker.has_value())
    return "driver " + id.text + (waits ? " waits and has a worker" : " has no worker and does not wait");
  if (!driver.record.worker || !driver.confirmed) return std::nullopt;
  const auto worker = state.workers.find(*driver.record.worker);
  if (worker == state.workers.end() || !worker->second.drivers.contains(id))
    return "driver " + id.text + " is on no worker";
  return std::nullopt;
}

}  // namespace

Violation check_sizes(const State& state) {
  if (state.worker_by_address.size() != state.workers.size()) return "workers and their addresses differ in number";
  if (state.app_by_address.size() != state.apps.size()) return "applications and their addresses differ in number";
  if (state.app_order.size() != state.apps.size()) return "applications and their order differ in number";
  if (state.waiting_drivers.size() > state.drivers.size()) return "more drivers wait than there are";
  if (state.recovery == RecoveryState::standby &&
      !(state.workers.empty() && state.apps.empty() && state.drivers.empty()))
    return "a standby holds workers, applications or drivers";
  return std::nullopt;
}

Violation check(const State& state) {
  if (auto violated = check_sizes(state)) return violated;
  if (state.recovery == RecoveryState::completing_recovery) return "the recovery was left half done";
  for (const auto& [id, worker] : state.workers)
    if (auto violated = check_worker(state, id, worker)) return violated;
  for (const auto& worker : state.dead_workers)
    if (worker.state != WorkerState::dead) return "worker " + worker.record.id.text + " is among the dead and not DEAD";
  for (const auto& [id, app] : state.apps)
    if (auto violated = check_app(state, id, app)) return violated;
  for (const auto& [id, driver] : state.drivers)
    if (auto violated = check_driver(state, id, driver)) return violated;
  std::uint64_t last = 0;
  for (const auto& id : state.app_order) {
    const auto app = state.apps.find(id);
    if (app == state.apps.end()) return "application " + id.text + " is in the order and not active";
    if (id != state.app_order.front() && app->second.sequence <= last) return "applications are out of order";
    last = app->second.sequence;
  }
  for (const auto& app : state.completed_apps)
    if (state.apps.contains(app.record.id))
      return "application " + app.record.id.text + " is both active and completed";
  for (const auto& driver : state.completed_drivers)
    if (state.drivers.contains(driver.record.id))
      return "driver " + driver.record.id.text + " is both active and completed";
  return std::nullopt;
}

Snapshot snapshot(const State& state) {
  Snapshot shot;
  shot.epoch = state.epoch;
  shot.recovery = state.recovery;
  shot.counters = state.counters;
  shot.app_number_modulo = state.settings.app_number_modulo;
  for (const auto& [id, app] : state.apps) {
    shot.next_executor_ids[id] = app.progress.next_executor_id;
    for (const auto& [executor_id, executor] : app.executors) shot.executors[{id, executor_id}] = executor.worker;
  }
  for (const auto& app : state.completed_apps) shot.completed_apps.insert(app.record.id);
  for (const auto& driver : state.completed_drivers) shot.completed_drivers.insert(driver.record.id);
  for (const auto& [id, driver] : state.drivers)
    if (driver.record.worker) shot.running_drivers[id] = *driver.record.worker;
  return shot;
}

Violation check_delta(const Snapshot& before, const State& after) {
  if (after.epoch < before.epoch) return "the epoch went back";
  if (after.recovery == RecoveryState::standby || after.epoch != before.epoch) return std::nullopt;
  if (before.recovery == RecoveryState::alive && after.recovery != RecoveryState::alive)
    return "an ALIVE master recovers again";
  if (after.counters.next_driver_number < before.counters.next_driver_number) return "the driver number went back";
  if (before.app_number_modulo == 0 && after.counters.next_app_number < before.counters.next_app_number)
    return "the application number went back";
  for (const auto& [id, app] : after.apps) {
    if (before.completed_apps.contains(id)) return "application " + id.text + " came back to life";
    const auto known = before.next_executor_ids.find(id);
    const std::int32_t next = known == before.next_executor_ids.end() ? 0 : known->second;
    if (app.progress.next_executor_id < next) return "the executor ids of application " + id.text + " went back";
    for (const auto& [executor_id, executor] : app.executors) {
      const auto was = before.executors.find({id, executor_id});
      if (was == before.executors.end() && executor_id.value < next && !app.recovered)
        return "executor id " + name_of({id, executor_id}) + " was given again";
      if (was != before.executors.end() && was->second != executor.worker)
        return "executor " + name_of({id, executor_id}) + " moved to another worker";
    }
  }
  for (const auto& [id, driver] : after.drivers) {
    if (before.completed_drivers.contains(id)) return "driver " + id.text + " came back to life";
    const auto was = before.running_drivers.find(id);
    if (was != before.running_drivers.end() && driver.record.worker != was->second)
      return "driver " + id.text + " moved to another worker";
  }
  return std::nullopt;
}

}  // namespace pilotlight::core
