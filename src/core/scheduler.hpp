// How many cores an application gets on which worker: Spark's assignment algorithm (spec §5.7). Pure.
//
// A function of plain views, so that it can be tested with vectors alone. Called by schedule.cpp once for each
// application and resource profile that wants executors.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace pilotlight::core {

/// What one worker could give.
struct WorkerView {
  std::int32_t cores_free = 0;
  std::int32_t memory_free_mb = 0;
  /// How many executors its free resource addresses allow; nullopt when the profile needs no custom resource.
  std::optional<std::int32_t> resource_limit;
};

/// What an application wants of one resource profile.
struct Demand {
  std::optional<std::int32_t> cores_per_executor;  ///< unset: at most one executor a worker, with all cores given there
  std::int32_t memory_mb = 0;                      ///< of each executor
  std::int64_t cores_left = 0;                     ///< that the application may still get
  std::int64_t executors_left = 0;                 ///< target minus live ones
  bool spread_out = true;                          ///< round robin over the workers, else one after the other

  [[nodiscard]] std::int32_t cores_per_step() const { return cores_per_executor.value_or(1); }
  /// Whether one executor of this demand could start on the worker as it is.
  [[nodiscard]] bool fits(const WorkerView& worker) const;
  /// More workers than this can never get anything: the first so many usable ones are enough.
  [[nodiscard]] std::int64_t workers_needed() const;
};

/// Cores for each worker, in the order of `usable`, all of which must fit the demand. With cores_per_executor set
/// every value is a multiple of it.
std::vector<std::int32_t> assign_cores(std::span<const WorkerView> usable, const Demand& demand);

}  // namespace pilotlight::core
