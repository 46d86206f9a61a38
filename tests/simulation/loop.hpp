// The virtual time of a simulated night: what happens when, in one order. Work that is due at the same time runs in the
// order in which it was asked for.
#pragma once

#include <algorithm>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "base/time.hpp"

namespace pilotlight::simulation {

class Loop {
 public:
  using Work = std::function<void()>;

  [[nodiscard]] Instant now() const { return now_; }
  void at(Instant when, Work work) { due_.push({std::max(when, now_), ++count_, std::move(work)}); }
  void after(Duration delay, Work work) { at(now_ + delay, std::move(work)); }
  /// Runs what is due next, if that is before `end`; else the time is `end`.
  bool run_one(Instant end) {
    if (due_.empty() || due_.top().when > end) {
      now_ = std::max(now_, end);
      return false;
    }
    Work work = std::move(const_cast<Due&>(due_.top()).work);
    now_ = due_.top().when;
    due_.pop();
    work();
    return true;
  }

 private:
  struct Due {
    Instant when;
    std::uint64_t number;
    Work work;
    bool operator<(const Due& other) const { return std::tie(other.when, other.number) < std::tie(when, number); }
  };
  Instant now_{};
  std::uint64_t count_ = 0;
  std::priority_queue<Due> due_;
};

}  // namespace pilotlight::simulation
