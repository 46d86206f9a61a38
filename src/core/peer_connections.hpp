// Which workers and applications speak over which connection. Private to core, pure.
//
// Only the connection over which a peer spoke last counts for it: when an older one closes, nothing has happened to
// the peer (spec §13.12).
#pragma once

#include <unordered_map>
#include <variant>
#include <vector>

#include "base/ids.hpp"

namespace pilotlight::core {

using PeerName = std::variant<WorkerId, AppId>;

class PeerConnections {
 public:
  /// Moves a peer from one connection (0 = none) to another (0 = none).
  void move(const PeerName& peer, ConnectionId from, ConnectionId to);
  /// The peers whose current connection this is; it is forgotten.
  std::vector<PeerName> take(ConnectionId connection);
  /// The one worker on this connection, when there is exactly one peer and it is a worker.
  [[nodiscard]] const WorkerId* worker_on(ConnectionId connection) const;
  void clear() { peers_.clear(); }

 private:
  std::unordered_map<ConnectionId, std::vector<PeerName>> peers_;
};

}  // namespace pilotlight::core
