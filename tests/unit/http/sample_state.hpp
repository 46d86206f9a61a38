// A cluster as the tests of this folder show it: one worker of each state, applications and drivers of each kind.
#pragma once

#include "base/time.hpp"
#include "core/state.hpp"
#include "replica/cluster.hpp"

namespace pilotlight::http {

/// 2024-01-02T03:04:05Z, in UTC.
Now sample_now();
WallTime at_second(int seconds_before_sample_now);
core::State empty_state();
core::State sample_state();
/// Three masters as spark://127.0.0.1:17077 sees them: m2 is 12 commits behind, m3 is not heard. Two failovers.
replica::Cluster sample_cluster(const std::string& leader);

}  // namespace pilotlight::http
