#include "http/mirrored.hpp"

#include <utility>

#include "core/master.hpp"

namespace pilotlight::http {

core::State mirrored_state(const core::Settings& settings, core::Recovered recovered, const Now& now) {
  // A core of its own does what the next leader's would; nothing that it wants done is done.
  core::Master scratch(settings);
  scratch.step({now, core::LeadershipGained{Epoch(), std::move(recovered), {}, {}}});
  core::State state = scratch.state();
  state.recovery = core::RecoveryState::standby;
  for (auto& [id, worker] : state.workers) {
    worker.state = core::WorkerState::alive;
    worker.last_heartbeat_wall = WallTime{};
  }
  for (auto& [id, app] : state.apps) {
    if (app.state != core::AppState::unknown) continue;
    const bool runs = !app.executors.empty() || app.progress.state == core::AppState::running;
    app.state = runs ? core::AppState::running : core::AppState::waiting;
  }
  return state;
}

}  // namespace pilotlight::http
