// What must hold in every state of a master (docs/ARCHITECTURE.md): checked after every step in tests, the cheap part
// in production too. Pure; each function returns the first violated sentence, nullopt when all hold.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "core/state.hpp"

namespace pilotlight::core {

/// Everything that one state tells: used + free = total, no address taken twice, tables that agree, ids in bounds.
/// Looks at every worker, application and driver.
std::optional<std::string> check(const State& state);

/// The part that costs nothing: tables that must be of equal size are. Asserted after every step.
std::optional<std::string> check_sizes(const State& state);

/// What of a state must never be undone by the steps that follow.
struct Snapshot {
  Epoch epoch;
  RecoveryState recovery = RecoveryState::standby;
  Counters counters;
  std::int32_t app_number_modulo = 0;
  std::map<AppId, std::int32_t> next_executor_ids;
  std::map<ExecutorKey, WorkerId> executors;
  std::set<AppId> completed_apps;
  std::set<DriverId> completed_drivers;
  std::map<DriverId, WorkerId> running_drivers;
};
Snapshot snapshot(const State& state);

/// What one step may not do: go back in epochs or counters, repeat an executor id, move an executor or a driver to
/// another worker, bring the finished back to life.
std::optional<std::string> check_delta(const Snapshot& before, const State& after);

}  // namespace pilotlight::core
