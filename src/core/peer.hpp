// Who the core talks to. Pure values.
//
// A Peer is an endpoint of a worker, driver or submit client: its reference (name and listening address), the
// dialect it understands and the connection to use. Connection 0 means "none known": the transport then connects
// to the reference's address (spec §2.4) and reports `PeerUnreachable` when it cannot.
#pragma once

#include <cstdint>
#include <string>

#include "base/ids.hpp"
#include "deploy/types.hpp"

namespace pilotlight::core {

struct Peer {
  deploy::EndpointRef ref;
  deploy::Dialect dialect = deploy::Dialect::spark_3_4;
  ConnectionId connection;
};

/// An ask that waits for its one answer.
struct AskId {
  ConnectionId connection;
  std::int64_t request = 0;
  auto operator<=>(const AskId&) const = default;
};

}  // namespace pilotlight::core
