#include "http/totals.hpp"

#include <algorithm>

namespace pilotlight::http {

Totals totals_of(const core::State& state) {
  Totals totals;
  for (const auto& [id, worker] : state.workers) {
    if (worker.state != core::WorkerState::alive) continue;
    ++totals.workers;
    totals.cores += worker.record.cores;
    totals.cores_used += worker.cores_used;
    totals.memory_mb += worker.record.memory_mb;
    totals.memory_used_mb += worker.memory_used_mb;
    for (const auto& [name, addresses] : worker.record.resources)
      totals.resources[name] += static_cast<std::int64_t>(addresses.size());
    for (const auto& [name, addresses] : worker.resources_used)
      totals.resources_used[name] += static_cast<std::int64_t>(addresses.size());
  }
  return totals;
}

std::vector<const core::WorkerInfo*> all_workers(const core::State& state) {
  std::vector<const core::WorkerInfo*> workers;
  workers.reserve(state.workers.size() + state.dead_workers.size());
  for (const auto& [id, worker] : state.workers) workers.push_back(&worker);
  for (const auto& worker : state.dead_workers) workers.push_back(&worker);
  return workers;
}

std::vector<std::string> free_addresses(const core::WorkerInfo& worker, const std::string& resource) {
  const auto total = worker.record.resources.find(resource);
  if (total == worker.record.resources.end()) return {};
  auto addresses = total->second;
  const auto used = worker.resources_used.find(resource);
  if (used != worker.resources_used.end())
    std::erase_if(addresses, [&](const std::string& address) {
      return std::ranges::find(used->second, address) != used->second.end();
    });
  return addresses;
}

std::chrono::milliseconds duration_of(const core::AppInfo& app, const Now& now) {
  return app.progress.ended.value_or(now.wall) - app.record.submitted;
}

std::int32_t memory_per_executor_mb(const core::AppInfo& app) {
  constexpr std::int32_t spark_default = 1024;
  return app.record.description.default_profile.memory_mb.value_or(spark_default);
}

}  // namespace pilotlight::http
