// Everything that can happen to a master: the only input of the core (D2).
//
// The runtime (src/master) makes these on its strand from messages, connections, timers, the store and the
// election. Names are in the past tense: they are facts. An event carries the time at which it is handled.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "core/peer.hpp"
#include "core/record.hpp"
#include "deploy/messages.hpp"

namespace pilotlight::core {

/// Another may lead: → STANDBY, connections are kept. What was not durable is forgotten.
struct LeadershipLost {
  std::string reason;
};

/// A message arrived. `candidates` are the dialects that fit its sender (deploy::PeerBuild), never empty.
struct MessageReceived {
  ConnectionId connection;
  std::optional<deploy::Address> sender;  ///< the sender's listening address; absent for executors
  std::vector<deploy::Dialect> candidates;
  std::optional<AskId> ask;  ///< set when the sender waits for an answer
  deploy::ToMaster message;
  std::optional<WallTime> arrived = {};  ///< of a held message: when it came in; absent = now
};
/// A connection that a worker or driver made to this master while it was STANDBY, by its sender's listening address.
struct KnownConnection {
  deploy::Address peer;
  ConnectionId connection;
};
/// This master leads from now on, with what the store held. STANDBY → RECOVERING, or ALIVE when there is nothing
/// to recover. Of several connections of one peer the last one listed counts. `held` came in while it was STANDBY, over
/// connections that are still open: handled after the restore, in order. Registrations of peers that are known by
/// then are dropped, because MasterChanged reaches those; a submission that the last leader has recorded gets that
/// driver's id for an answer; what is not worth_holding() is dropped.
struct LeadershipGained {
  Epoch epoch;
  Recovered recovered;
  std::vector<KnownConnection> connections = {};
  std::vector<MessageReceived> held = {};
};
/// Whether a standby that sees no leader serves the sender better by keeping the message for its own leadership than by
/// refusing it: registrations and submissions.
bool worth_holding(const deploy::ToMaster& message);

/// A connection ended, whoever opened it. The peer may live on.
struct ConnectionClosed {
  ConnectionId connection;
};
/// Nothing listens at this address (refused), or it could not be reached within the connect timeout.
struct PeerUnreachable {
  deploy::Address address;
  bool refused = false;
  std::string reason;
};
/// The worker's page was read, or could not be (nullopt): answer to ReadWorkerVersion.
struct WorkerVersionRead {
  WorkerId worker;
  std::optional<std::string> spark_version;
};
/// Answer to ReadWorkerDrivers: all that the page lists; nullopt when it could not be read.
struct WorkerDriversRead {
  WorkerId worker;
  std::optional<std::map<DriverId, deploy::DriverState>> drivers;
};
/// The time that the last Effects asked for (`wake_at`) has come.
struct TimerFired {};

// From people: web page and CLI.
struct KillApplicationRequested {
  AppId app;
  std::optional<AskId> ask = {};  ///< answered with a BooleanReply: false when there is no such active application
};
struct KillDriverRequested {
  DriverId driver;
};
struct DecommissionHostsRequested {
  std::vector<std::string> hosts;
};

struct Event {
  Now now;
  std::variant<LeadershipGained, LeadershipLost, MessageReceived, ConnectionClosed, PeerUnreachable, WorkerVersionRead,
               WorkerDriversRead, TimerFired, KillApplicationRequested, KillDriverRequested, DecommissionHostsRequested>
      what;
};

}  // namespace pilotlight::core
