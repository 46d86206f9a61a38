// One driver as its clients see it: a register whose life only goes forward.
//
// Each answer says that at some moment between question and answer the driver was at least and at most so far. Because
// the driver moves on by itself, all answers together are linearizable exactly when none of them says less than another
// that was complete before it was asked for. So it is enough to remember how far the driver was known to be, and when.
#pragma once

#include <algorithm>
#include <map>

#include "base/time.hpp"

namespace pilotlight::simulation {

class DriverRegister {
 public:
  static constexpr int absent = -1;
  static constexpr int accepted = 0;
  static constexpr int placed = 1;
  static constexpr int over = 2;

  /// Whether there is still an order that explains everything. Answers come in the order of their time.
  [[nodiscard]] bool explains(int least, int most, Instant asked, Instant answered) {
    const auto later = reached_.upper_bound(asked);
    const bool possible = later == reached_.begin() || std::prev(later)->second <= most;
    const int before = reached_.empty() ? absent : reached_.rbegin()->second;
    reached_[answered] = std::max(before, least);
    return possible;
  }

 private:
  std::map<Instant, int> reached_;  ///< by then it was at least so far
};

}  // namespace pilotlight::simulation
