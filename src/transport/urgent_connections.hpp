// The few connections that must not wait behind ten thousand others: those between masters.
//
// The kernel hands out readable sockets in the order in which they became so. After a failover every worker answers at
// once, and a heartbeat of another master that stands behind all of them comes so late that its sender is taken for
// dead. So Endpoint asks here, between two connections, whether it is time to look at the urgent ones again. Pure.
#pragma once

#include <algorithm>
#include <deque>

#include "base/ids.hpp"
#include "base/time.hpp"

namespace pilotlight::transport {

class UrgentConnections {
 public:
  /// More than there are masters; whoever else gets in pushes out the oldest.
  static constexpr std::size_t most = 32;
  static constexpr Duration pause = std::chrono::milliseconds(10);

  void add(ConnectionId id) {
    if (contains(id)) return;
    ids_.push_back(id);
    if (ids_.size() > most) ids_.pop_front();
  }
  void remove(ConnectionId id) { std::erase(ids_, id); }
  [[nodiscard]] bool contains(ConnectionId id) const { return std::ranges::find(ids_, id) != ids_.end(); }

  /// All of them when the last answer that was not empty is `pause` ago, else none.
  [[nodiscard]] std::deque<ConnectionId> due(Instant now) {
    if (ids_.empty() || now < looked_ + pause) return {};
    looked_ = now;
    return ids_;
  }

 private:
  std::deque<ConnectionId> ids_;
  Instant looked_{};
};

}  // namespace pilotlight::transport
