#include "core/peer_connections.hpp"

#include <utility>

namespace pilotlight::core {

void PeerConnections::move(const PeerName& peer, ConnectionId from, ConnectionId to) {
  if (from == to) return;
  if (const auto found = peers_.find(from); found != peers_.end()) {
    std::erase(found->second, peer);
    if (found->second.empty()) peers_.erase(found);
  }
  if (to != ConnectionId{}) peers_[to].push_back(peer);
}

std::vector<PeerName> PeerConnections::take(ConnectionId connection) {
  auto node = peers_.extract(connection);
  return node.empty() ? std::vector<PeerName>{} : std::move(node.mapped());
}

const WorkerId* PeerConnections::worker_on(ConnectionId connection) const {
  const auto found = peers_.find(connection);
  return found == peers_.end() || found->second.size() != 1 ? nullptr : std::get_if<WorkerId>(&found->second.front());
}

}  // namespace pilotlight::core
