// Everything that the core waits for, in one order of time. Private to core, pure.
//
// A deadline is named by its kind and, where there are many of one kind, by an id; setting it again moves it. The
// earliest one becomes Effects::wake_at. Cost of every operation: O(log n).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/time.hpp"

namespace pilotlight::core {

enum class Wait : std::uint8_t {
  worker_silent,     ///< id = worker: its heartbeat is overdue: it is called, in the end given up
  worker_repair,     ///< id = worker: it was called back and did not answer
  worker_call,       ///< id = worker: call it back again
  worker_rehearsal,  ///< id = worker: it is told once who leads, before a failover needs it
  app_repair,        ///< id = application
  app_call,
  app_probe,        ///< id = application: its driver may have obeyed a deposed master since it answered
  dead_sweep,       ///< a DEAD worker has been shown for long enough
  driver_answer,    ///< id = driver: from then on a report without it proves that it was not launched
  launch_answer,    ///< the oldest LaunchExecutor without an answer
  recovery_repeat,  ///< MasterChanged again to those who have not answered
  recovery_grace,   ///< those who have not answered no longer hold the others back
  recovery_end,     ///< those who have not answered are given up
};

/// Before every verdict on somebody's silence something else falls due: who sleeps through that and wakes up just in
/// time for the verdict has noticed (pause.cpp), and who does not has had time to read what came in.
inline constexpr Duration awake_before_verdict = std::chrono::milliseconds(100);

struct Deadline {
  Instant at;
  Wait wait = Wait::worker_silent;
  std::string id;
  auto operator<=>(const Deadline&) const = default;
};

class Deadlines {
 public:
  void set(Wait wait, const std::string& id, Instant at);
  void cancel(Wait wait, const std::string& id);
  [[nodiscard]] std::optional<Instant> get(Wait wait, const std::string& id = {}) const;
  [[nodiscard]] std::optional<Instant> earliest() const;
  /// Takes out the earliest deadline that has come.
  std::optional<Deadline> pop_due(Instant now);
  /// All that have come, in order; they stay.
  [[nodiscard]] std::vector<Deadline> due(Instant now) const;
  void clear();
  [[nodiscard]] std::size_t size() const { return order_.size(); }

 private:
  std::set<Deadline> order_;
  std::map<std::pair<Wait, std::string>, Instant> when_;
};

}  // namespace pilotlight::core
