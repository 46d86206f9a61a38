// The master as one pure function: an event in, effects out (D2). No clock, socket, thread, logger or random
// device inside. Owned by the runtime, called on its strand only; deterministic for the same settings and events.
// Never throws; a message it cannot serve gets a refusal and a log line. Each event family has a file: on_worker,
// on_app, on_driver, on_leadership, on_timer.
#pragma once

#include "core/effect.hpp"
#include "core/event.hpp"
#include "core/state.hpp"

namespace pilotlight::core {

class Master {
 public:
  explicit Master(Settings settings);

  /// Handles one event. The state has changed when it returns; the effects are still to be carried out.
  Effects step(const Event& event);

  [[nodiscard]] const State& state() const { return state_; }

 private:
  State state_;
};

}  // namespace pilotlight::core
