// What an application wants, profile by profile: the scheduler's view of it (spec §5.7, §5.10). Pure.
#pragma once

#include <vector>

#include "core/resources.hpp"
#include "core/scheduler.hpp"
#include "core/state.hpp"

namespace pilotlight::core {

/// The profiles it has asked for, the default one included, in ascending order.
std::vector<ProfileId> profiles_of(const AppInfo& app);
/// Executors wanted of a profile; without a request: no limit for the default profile, 0 for others.
std::int64_t target_of(const AppInfo& app, ProfileId profile);
/// Cores and memory come from the profile, else from the default one. Nonsense from a peer (no cores, negative
/// memory) counts as not given.
Demand demand_of(const AppInfo& app, ProfileId profile, bool spread_out);
/// Custom resources are the profile's own only.
Amounts custom_resources_of(const AppInfo& app, ProfileId profile);
/// Whether it could start one more executor of the demand, if a worker had room.
bool wants(const Demand& demand);
/// The least that any executor which the application wants needs: what is too small for this is of no use to it.
struct LeastWish {
  std::int32_t cores = 0;
  std::int32_t memory_mb = 0;
};
/// nullopt when it wants none, of any profile.
std::optional<LeastWish> least_wish_of(const AppInfo& app);
WorkerView view_of(const WorkerInfo& worker, const Amounts& custom);

}  // namespace pilotlight::core
