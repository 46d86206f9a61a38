// The master as one pure function: an event in, effects out (D2). No clock, socket, thread, logger or random
// device inside. Owned by the runtime, called on its strand only; deterministic for the same settings and events.
// Never throws; a message it cannot serve gets a refusal and a log line. Each event family has a file: on_worker,
// on_app, on_driver, on_leadership, on_timer.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/effect.hpp"
#include "core/event.hpp"
#include "core/state.hpp"

namespace pilotlight::core {

struct Indexes;

class Master {
 public:
  explicit Master(Settings settings);
  ~Master();
  Master(Master&&) noexcept;
  Master& operator=(Master&&) noexcept;

  /// Handles one event. The state has changed when it returns; the effects are still to be carried out.
  Effects step(const Event& event);

  /// Who of those that the records name has not answered this leadership yet.
  struct Awaited {
    std::size_t workers = 0;
    std::size_t applications = 0;
  };
  [[nodiscard]] Awaited awaited() const;

  [[nodiscard]] const State& state() const { return state_; }
  /// Every invariant over the state and what is derived from it: the first violated one, as a sentence. For tests;
  /// looks at everything. (The cheap ones are asserted after every step.)
  [[nodiscard]] std::optional<std::string> check() const;

 private:
  State state_;
  std::unique_ptr<Indexes> indexes_;  // points into state_.workers and state_.apps, whose nodes a move keeps
};

}  // namespace pilotlight::core
