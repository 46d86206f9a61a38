// The flight recorder: what each change of leadership was caused by and how long each of its phases took. Pure.
//
// The new leader opens a record when it has the epoch, fills it as its state comes back, keeps it in ZooKeeper
// (`<dir>/pilotlight/failovers/<epoch>`, the last 100) and tells it to the other masters. Phases count from the first
// sign that the old leader was gone; one that never came (no application, no launch) is absent.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "base/time.hpp"

namespace pilotlight::replica {

struct Flight {
  Epoch epoch;
  std::string leader;    ///< spark://host:port
  std::string previous;  ///< the same; "" = nobody led before
  std::string cause;     ///< start, connection, heartbeat, session, handover
  WallTime at{};         ///< when the epoch was won
  struct Phases {
    std::optional<Duration> claimed;           ///< the epoch is ours
    std::optional<Duration> state_ready;       ///< everything recorded is in memory, MasterChanged is on its way
    std::optional<Duration> first_worker;      ///< has answered
    std::optional<Duration> all_workers;       ///< have answered or were given up
    std::optional<Duration> all_applications;  ///< the same
    std::optional<Duration> first_launch;      ///< of an executor or driver by the new leader
  } phases;
};

/// One JSON object on one line; phases in milliseconds with three digits behind the point.
std::string to_json(const Flight& flight);
std::optional<Flight> flight_from_json(std::string_view text);
/// "Failover to epoch 7 because of connection: claimed 2.1 ms, state ready 2.4 ms, …": for the log.
std::string to_sentence(const Flight& flight);

}  // namespace pilotlight::replica
