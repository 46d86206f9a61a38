// Who gets what (spec §5.7): first drivers, then applications, in the order of their registration.
//
// An application that found no place in one pass needs to look only at workers that gained something since: every
// other worker has at most what it had then. So a pass costs what changed, not what exists, with the same outcome.
#include "core/schedule.hpp"

#include <algorithm>

#include "core/demand.hpp"
#include "core/step.hpp"

namespace pilotlight::core {

bool Hopeless::contains(std::int32_t cores, std::int32_t memory_mb) const {
  return std::any_of(failed_.begin(), failed_.end(),
                     [&](const auto& failed) { return cores >= failed.first && memory_mb >= failed.second; });
}

void Hopeless::add(std::int32_t cores, std::int32_t memory_mb) { failed_.emplace_back(cores, memory_mb); }

namespace {

/// With more grown workers than this, walking the order of all is quicker than keeping these in order.
constexpr std::size_t few = 8;

}  // namespace

struct Step::Pass {
  deploy::Dialect dialect;
  std::vector<WorkerInfo*> grown;
  bool grown_changed = false;
  Hopeless nowhere;        ///< what fits on no worker at all
  Hopeless nowhere_grown;  ///< what fits on none of the grown ones
};

void Step::schedule() {
  // Also while recovering: what is recorded holds its place, so whoever has answered is served at once and nobody waits
  // for those who have not.
  if (!standby()) {
    schedule_drivers();
    for (const auto dialect : deploy::all_dialects) schedule_apps(dialect);
  }
  indexes_.capacity.forget_growth();
  indexes_.waiting.forget_freshness();
}

void Step::schedule_apps(deploy::Dialect dialect) {
  auto& queue = indexes_.waiting.queue_of(dialect);
  if (queue.empty() || (!indexes_.waiting.anything_fresh() && !indexes_.capacity.anything_grew())) return;
  Pass pass{dialect, indexes_.capacity.grown(dialect), false, {}, {}};
  for (auto next = queue.begin(); next != queue.end();) {
    auto& entry = next->second;
    const bool fresh = std::exchange(entry.fresh, false);
    const bool look_everywhere = fresh || pass.grown.size() > few;
    const Hopeless& hopeless = look_everywhere ? pass.nowhere : pass.nowhere_grown;
    const bool in_vain = !fresh && (pass.grown.empty() || hopeless.contains(entry.least.cores, entry.least.memory_mb));
    if (!in_vain) {
      schedule_app(*entry.app, fresh, look_everywhere, pass);
      if (const auto least = least_wish_of(*entry.app)) {
        entry.least = *least;
      } else {
        next = queue.erase(next);
        continue;
      }
    }
    ++next;
  }
}

void Step::schedule_app(AppInfo& app, bool fresh, bool look_everywhere, Pass& pass) {
  Hopeless& hopeless = look_everywhere ? pass.nowhere : pass.nowhere_grown;
  if (!look_everywhere && std::exchange(pass.grown_changed, false)) {
    std::erase_if(pass.grown, [](const WorkerInfo* worker) { return worker->cores_free() <= 0; });
    indexes_.capacity.sort(pass.grown);
  }
  std::vector<WorkerInfo*> usable;
  std::vector<WorkerView> views;
  for (const auto profile : profiles_of(app)) {
    const Demand demand = demand_of(app, profile, state_.settings.spread_out_apps);
    if (!wants(demand)) continue;
    if (fresh) info("Start scheduling for app " + app.record.id.text + " with rpId: " + std::to_string(profile.value));
    const Amounts custom = custom_resources_of(app, profile);
    const auto limit = static_cast<std::size_t>(demand.workers_needed());
    usable.clear();
    views.clear();
    const auto visit = [&](WorkerInfo& worker) {
      const WorkerView view = view_of(worker, custom);
      if (demand.fits(view)) {
        usable.push_back(&worker);
        views.push_back(view);
      }
      return usable.size() < limit;
    };
    if (hopeless.contains(demand.cores_per_step(), demand.memory_mb)) continue;
    if (look_everywhere) {
      indexes_.capacity.walk(pass.dialect, visit);
    } else {
      for (auto* worker : pass.grown)
        if (!visit(*worker)) break;
    }
    if (usable.empty() && custom.empty()) hopeless.add(demand.cores_per_step(), demand.memory_mb);
    const auto assigned = assign_cores(views, demand);
    for (std::size_t i = 0; i < usable.size(); ++i)
      if (assigned[i] > 0) launch_executors(app, profile, *usable[i], assigned[i], demand, custom);
    pass.grown_changed = pass.grown_changed || !usable.empty();
  }
  if (fresh && app.executors.empty()) explain_waiting(app);
}

void Step::launch_executors(AppInfo& app, ProfileId profile, WorkerInfo& worker, std::int32_t cores,
                            const Demand& demand, const Amounts& custom) {
  const std::int32_t each = demand.cores_per_executor.value_or(cores);
  Peer to = worker.peer;
  to.dialect = app.record.dialect;
  for (std::int32_t left = cores; left >= each; left -= each) {
    const ExecutorId id(app.progress.next_executor_id);
    deploy::Resources resources = choose(worker.record.resources, worker.resources_used, custom);
    info("Launching executor " + app.record.id.text + "/" + std::to_string(id.value) + " on worker " +
         worker.record.id.text);
    place_executor(app, worker,
                   ExecutorInfo{id, worker.record.id, profile, each, demand.memory_mb, resources,
                                deploy::ExecutorState::launching, now_.instant});
    send(to, deploy::ToWorker{deploy::LaunchExecutor{state_.master_url(), app.record.id, id, profile,
                                                     app.record.description, each, demand.memory_mb,
                                                     std::move(resources)}});
    send(app.driver,
         deploy::ToDriver{deploy::ExecutorAdded{
             id, worker.record.id, deploy::Address{worker.record.host, worker.record.port}, each, demand.memory_mb}});
    expect_answer(worker.record.id, {app.record.id, id});
  }
  app.state = AppState::running;
  app.progress.state = AppState::running;
  app.wait_explained = false;
  persist_progress(app.record.id);
}

void Step::explain_waiting(AppInfo& app) {
  if (app.wait_explained || state_.recovery != RecoveryState::alive || indexes_.recovery_open) return;
  if (indexes_.capacity.registered(app.record.dialect) == 0) {
    warn("App " + app.record.id.text + " waits: no worker of Spark " +
         std::string(deploy::name_of(app.record.dialect)) +
         " is registered, and workers of other versions cannot run it.");
  } else if (state_.apps.size() == 1) {
    warn("App " + app.record.id.text + " requires more resource than any of Workers could have.");
  } else {
    return;
  }
  app.wait_explained = true;
}

}  // namespace pilotlight::core
