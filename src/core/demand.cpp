#include "core/demand.hpp"

#include <algorithm>
#include <limits>

namespace pilotlight::core {
namespace {

constexpr std::int32_t default_executor_memory_mb = 1024;

const deploy::ResourceProfile* profile_of(const AppInfo& app, ProfileId id) {
  const auto& first = app.record.description.default_profile;
  if (id == first.id) return &first;
  const auto found = app.progress.profiles.find(id);
  return found == app.progress.profiles.end() ? nullptr : &found->second;
}

std::optional<std::int32_t> positive(std::optional<std::int32_t> value) {
  return value && *value > 0 ? value : std::nullopt;
}

}  // namespace

std::vector<ProfileId> profiles_of(const AppInfo& app) {
  std::vector<ProfileId> ids{app.record.description.default_profile.id};
  for (const auto& [id, profile] : app.progress.profiles)
    if (id != ids.front()) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::int64_t target_of(const AppInfo& app, ProfileId profile) {
  const auto found = app.progress.targets.find(profile);
  if (found != app.progress.targets.end()) return found->second;
  return profile == app.record.description.default_profile.id ? std::numeric_limits<std::int32_t>::max() : 0;
}

Demand demand_of(const AppInfo& app, ProfileId profile, bool spread_out) {
  const auto& fallback = app.record.description.default_profile;
  const auto* own = profile_of(app, profile);
  Demand demand;
  demand.cores_per_executor = positive(own != nullptr ? own->cores : std::nullopt);
  if (!demand.cores_per_executor) demand.cores_per_executor = positive(fallback.cores);
  const auto memory = positive(own != nullptr ? own->memory_mb : std::nullopt);
  demand.memory_mb = memory ? *memory : positive(fallback.memory_mb).value_or(default_executor_memory_mb);
  demand.cores_left = app.cores_left();
  const auto live = app.live.find(profile);
  demand.executors_left = target_of(app, profile) - (live == app.live.end() ? 0 : live->second);
  demand.spread_out = spread_out;
  return demand;
}

Amounts custom_resources_of(const AppInfo& app, ProfileId profile) {
  Amounts amounts;
  if (const auto* own = profile_of(app, profile))
    for (const auto& [name, amount] : own->custom)
      if (amount > 0) amounts.emplace(name, amount);
  return amounts;
}

bool wants(const Demand& demand) { return demand.executors_left > 0 && demand.cores_left >= demand.cores_per_step(); }

std::optional<LeastWish> least_wish_of(const AppInfo& app) {
  std::optional<LeastWish> least;
  const auto consider = [&](ProfileId profile) {
    const Demand demand = demand_of(app, profile, true);
    if (!wants(demand)) return;
    least = LeastWish{least ? std::min(least->cores, demand.cores_per_step()) : demand.cores_per_step(),
                      least ? std::min(least->memory_mb, demand.memory_mb) : demand.memory_mb};
  };
  const ProfileId first = app.record.description.default_profile.id;
  consider(first);
  for (const auto& [id, profile] : app.progress.profiles)
    if (id != first) consider(id);
  return least;
}

WorkerView view_of(const WorkerInfo& worker, const Amounts& custom) {
  WorkerView view{worker.cores_free(), worker.memory_free_mb(), std::nullopt};
  for (const auto& [name, amount] : custom) {
    const std::int32_t executors = free_amount(worker.record.resources, worker.resources_used, name) / amount;
    view.resource_limit = std::min(view.resource_limit.value_or(executors), executors);
  }
  return view;
}

}  // namespace pilotlight::core
