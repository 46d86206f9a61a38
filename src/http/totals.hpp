// Sums over the ALIVE workers, which the page and /json/ both show (spec §9.3). Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "core/state.hpp"

namespace pilotlight::http {

struct Totals {
  std::int64_t workers = 0;
  std::int64_t cores = 0;
  std::int64_t cores_used = 0;
  std::int64_t memory_mb = 0;
  std::int64_t memory_used_mb = 0;
  std::map<std::string, std::int64_t> resources;  ///< addresses by name
  std::map<std::string, std::int64_t> resources_used;
};

Totals totals_of(const core::State& state);
/// Live ones in order of their ids, then the dead ones.
std::vector<const core::WorkerInfo*> all_workers(const core::State& state);
/// The addresses of one resource that are not in use, in their order.
std::vector<std::string> free_addresses(const core::WorkerInfo& worker, const std::string& resource);
/// How long an application has run, or ran.
std::chrono::milliseconds duration_of(const core::AppInfo& app, const Now& now);
/// Of one executor; Spark's default where the profile names none (spec §3.6).
std::int32_t memory_per_executor_mb(const core::AppInfo& app);

}  // namespace pilotlight::http
