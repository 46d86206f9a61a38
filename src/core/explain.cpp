#include "core/explain.hpp"

#include <algorithm>

#include "core/demand.hpp"

namespace pilotlight::core {
namespace {

bool speaks(const WorkerInfo& worker, deploy::Dialect dialect) {
  return std::find(worker.record.dialects.begin(), worker.record.dialects.end(), dialect) !=
         worker.record.dialects.end();
}

bool may_run_work(const WorkerInfo& worker) {
  return worker.state == WorkerState::alive || worker.state == WorkerState::unknown;
}

constexpr const char* unheard_text = "all workers that have answered since this master took the lead are in use";

std::string size_text(const Demand& demand) {
  return std::to_string(demand.cores_per_step()) + (demand.cores_per_step() == 1 ? " core and " : " cores and ") +
         std::to_string(demand.memory_mb) + " MiB";
}

/// The first profile that still wants something; its demand decides the sentence.
std::optional<std::pair<ProfileId, Demand>> first_wish(const AppInfo& app, bool spread_out) {
  for (const auto profile : profiles_of(app)) {
    const Demand demand = demand_of(app, profile, spread_out);
    if (wants(demand)) return std::pair(profile, demand);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> why_waiting(const State& state, const AppInfo& app) {
  if (app.state == AppState::unknown) return "its driver has not answered since this master took the lead";
  if (app.repair_deadline) return "the connection to its driver is lost and the driver was called back";
  const auto wish = first_wish(app, state.settings.spread_out_apps);
  if (!wish) {
    if (!app.executors.empty()) return std::nullopt;
    if (app.cores_left() <= 0) return std::nullopt;
    return "it has asked for no executors yet";
  }
  const auto& [profile, demand] = *wish;
  const Amounts custom = custom_resources_of(app, profile);
  bool any = false;
  bool reading = false;
  bool unheard = false;
  bool large_enough = false;
  for (const auto& [id, worker] : state.workers) {
    if (!may_run_work(worker) || !speaks(worker, app.record.dialect)) continue;
    any = true;
    unheard = unheard || worker.state == WorkerState::unknown;
    reading = reading || worker.version_pending;
    WorkerInfo empty;
    empty.record = worker.record;
    large_enough = large_enough || demand.fits(view_of(empty, custom));
  }
  if (!any)
    return "no worker of Spark " + std::string(deploy::name_of(app.record.dialect)) +
           " is registered, and workers of other versions cannot run it";
  if (!large_enough)
    return "no worker is large enough for an executor with " + size_text(demand) +
           (custom.empty() ? "" : " and its custom resources");
  if (unheard) return unheard_text;
  if (reading) return "the Spark version of a worker is being read from its web page";
  return "all workers that could run an executor with " + size_text(demand) +
         (custom.empty() ? "" : " and its custom resources") + " are in use";
}

std::optional<std::string> why_waiting(const State& state, const DriverInfo& driver) {
  if (driver.record.worker) return std::nullopt;
  const auto running = static_cast<std::int64_t>(state.drivers.size() - state.waiting_drivers.size());
  if (running >= state.settings.max_drivers)
    return "spark.deploy.maxDrivers allows no more than " + std::to_string(state.settings.max_drivers) +
           " drivers at a time";
  const auto& wanted = driver.record.description;
  bool any = false;
  bool unheard = false;
  bool large_enough = false;
  for (const auto& [id, worker] : state.workers) {
    if (!may_run_work(worker) || worker.record.dialects.empty() ||
        deploy::scala_of(worker.record.dialects.back()) != wanted.scala)
      continue;
    any = true;
    unheard = unheard || worker.state == WorkerState::unknown;
    large_enough = large_enough || (worker.record.cores >= wanted.cores && worker.record.memory_mb >= wanted.memory_mb);
  }
  if (!any) return "no worker of its Scala version is registered";
  const std::string size = std::to_string(wanted.cores) + (wanted.cores == 1 ? " core and " : " cores and ") +
                           std::to_string(wanted.memory_mb) + " MiB";
  if (!large_enough) return "no worker is large enough for " + size;
  if (unheard) return unheard_text;
  return "all workers that could run a driver with " + size + " are in use";
}

}  // namespace pilotlight::core
