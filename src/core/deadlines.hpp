// Everything that the core waits for, in one order of time. Private to core, pure.
//
// A deadline is named by its kind and, where there are many of one kind, by an id; setting it again moves it. The
// earliest one becomes Effects::wake_at. Cost of every operation: O(log n).
#pragma once

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
  worker_silent,  ///< id = worker: its heartbeat is overdue: it is called, in the end given up
  worker_repair,  ///< id = worker: it was called back and did not answer
  worker_call,    ///< id = worker: call it back again
  app_repair,     ///< id = application
  app_call,
  app_probe,        ///< id = application: its driver may have obeyed a deposed master since it answered
  dead_sweep,       ///< a DEAD worker has been shown for long enough
  driver_answer,    ///< id = driver: its worker was asked too early whether it has started
  launch_answer,    ///< the oldest LaunchExecutor without an answer
  recovery_repeat,  ///< MasterChanged again to those who have not answered
  recovery_grace,   ///< those who have not answered no longer hold the others back
  recovery_end,     ///< those who have not answered are given up
};

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
  /// The ids that have a deadline of this kind.
  [[nodiscard]] std::vector<std::string> ids_of(Wait wait) const;
  void clear();
  [[nodiscard]] std::size_t size() const { return order_.size(); }

 private:
  std::set<Deadline> order_;
  std::map<std::pair<Wait, std::string>, Instant> when_;
};

}  // namespace pilotlight::core
