// What a STANDBY knows of the cluster: the state that the leader's records make. Pure.
#pragma once

#include "core/state.hpp"

namespace pilotlight::http {

/// A STANDBY's state with what is recorded in it: recorded workers count as ALIVE, applications as RUNNING when they
/// hold executors, else WAITING. Heartbeats are not recorded: their time is 0.
core::State mirrored_state(const core::Settings& settings, core::Recovered recovered, const Now& now);

}  // namespace pilotlight::http
