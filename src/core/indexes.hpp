// What the core keeps beside State to be quick: orders, deadlines, who speaks where. Private to core, pure.
//
// Owned by Master, changed by Step only. Everything here follows from State and the history of one leadership; a
// change of leadership empties it.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <unordered_set>

#include "core/capacity.hpp"
#include "core/deadlines.hpp"
#include "core/peer_connections.hpp"
#include "core/waiting_apps.hpp"

namespace pilotlight::core {

/// A LaunchExecutor that was sent, or an executor that was left out of a report, at `at`.
struct PendingLaunch {
  Instant at;
  WorkerId worker;
  ExecutorKey executor;
};

struct Indexes {
  explicit Indexes(const Settings& settings) : capacity(settings.worker_selection), random(settings.seed) {}

  Capacity capacity;
  WaitingApps waiting;
  PeerConnections connections;
  Deadlines deadlines;
  std::deque<PendingLaunch> launches;  ///< oldest first; answered ones are skipped when their time comes
  bool drivers_changed = false;        ///< a waiting driver has not looked at all workers yet
  std::map<deploy::Scala, deploy::Dialect> driver_dialect;  ///< where the drivers of a Scala version went last
  std::uint64_t next_sequence = 0;                          ///< of applications
  std::set<WorkerId> unknown_workers;  ///< that have not answered MasterChanged since the leadership began
  std::set<AppId> unknown_apps;
  std::map<deploy::Dialect, std::int32_t> recovered_apps;  ///< active ones that are older than this leadership
  std::set<DriverId> unclaimed_drivers;       ///< their records put them on workers that have no record or no room
  bool recovery_open = false;                 ///< not all that the store knew has answered or been given up yet
  bool call_anew = false;                     ///< the next MasterChanged of the recovery goes over a new connection
  Duration repeat_pause{};                    ///< before the next MasterChanged of the recovery
  std::size_t unknown_before = 0;             ///< workers that had not answered at the last one
  bool first_calls = false;                   ///< not every worker has been called yet
  WorkerId called_last;                       ///< of a round of calls that was too long for one turn; "": it is over
  Instant verdicts_from;                      ///< the process stood still before: until then silence proves nothing
  std::unordered_set<std::string> told_once;  ///< lines that are logged only once
  std::uint64_t random;                       ///< state of the generator

  void clear() {
    capacity.clear();
    waiting.clear();
    connections.clear();
    deadlines.clear();
    launches.clear();
    drivers_changed = false;
    next_sequence = 0;
    unknown_workers.clear();
    unknown_apps.clear();
    driver_dialect.clear();
    recovered_apps.clear();
    unclaimed_drivers.clear();
    recovery_open = false;
    call_anew = false;
    unknown_before = 0;
    first_calls = false;
    called_last = {};
  }
};

}  // namespace pilotlight::core
