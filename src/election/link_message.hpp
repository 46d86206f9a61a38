// What masters say to one another. Pure values; link_codec turns them into bytes.
//
// One-way messages over a connection that each master keeps to every other; lost ones do no harm, because every message
// is a hint, a repeated state, or made safe by the fence. The sender is named by its nonce, outside the message.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "election/epoch_record.hpp"

namespace pilotlight::election {

/// First on every link, and the answer to one: who I am.
struct Hello {
  Member member;
  bool answer = false;
};
/// From the leader to every master, every 100 ms.
struct Heartbeat {
  Epoch epoch;
  Fence fence = 0;
  std::uint64_t sequence = 0;
  std::uint64_t commit = 0;  ///< number of its last durable commit
};
/// From a voter that has not promised to depose this leader.
struct HeartbeatAnswer {
  std::uint64_t sequence = 0;
  std::uint64_t mirrored = 0;  ///< the commit up to which the sender's mirror is complete
  bool complete = false;
};
enum class Evidence : std::uint8_t { dead, silent };
/// "I answer no heartbeat of this epoch in this version any more."
struct Promise {
  Epoch epoch;
  Fence fence = 0;
  Evidence evidence = Evidence::silent;
};

/// One row of a record; without a value it was deleted.
struct Row {
  std::string kind;
  std::string id;
  std::optional<std::string> value;
};
/// A commit that the leader begins to write.
struct Proposed {
  Epoch epoch;
  std::uint64_t number = 0;
  std::vector<Row> rows;
};
/// What it proposed under this number is durable.
struct Committed {
  Epoch epoch;
  std::uint64_t number = 0;
};
/// A standby asks the leader for everything.
struct SnapshotWanted {};
/// A part of everything, in the replica's own encoding.
struct SnapshotPart {
  Epoch epoch;
  std::string chunk;
};
/// A failover's record (replica/flight.hpp), for the others to show.
struct FlightRecorded {
  std::string json;
};

/// The leader is about to hand over: hold what clients ask, somebody will lead in a moment.
struct HandoverBegins {
  Epoch epoch;
};
/// From the old leader, after its last write: the epoch node names the receiver as leader.
struct LeadershipHanded {
  Epoch epoch;
  Fence fence = 0;
  std::uint64_t commit = 0;
  std::string node;  ///< whose it is now: a process that was started anew at the same address has another
};

using LinkMessage = std::variant<Hello, Heartbeat, HeartbeatAnswer, Promise, Proposed, Committed, SnapshotWanted,
                                 SnapshotPart, FlightRecorded, HandoverBegins, LeadershipHanded>;

}  // namespace pilotlight::election
