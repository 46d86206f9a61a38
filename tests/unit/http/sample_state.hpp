// A cluster as the tests of this folder show it: one worker of each state, applications and drivers of each kind.
#pragma once

#include "base/time.hpp"
#include "core/state.hpp"

namespace pilotlight::http {

/// 2024-01-02T03:04:05Z, in UTC.
Now sample_now();
WallTime at_second(int seconds_before_sample_now);
core::State empty_state();
core::State sample_state();

}  // namespace pilotlight::http
