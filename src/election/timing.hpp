// The times that make leadership safe and quick (docs/decisions: leases). Plain values, set once at start.
//
// What must hold: `right` < 0.99 * `silence`, so that a leader falls silent before a majority may depose it; and the
// session's share covers what ZooKeeper may have counted from before, the margin one late wake-up.
#pragma once

#include <chrono>

#include "base/time.hpp"

namespace pilotlight::election {

struct Timing {
  Duration tick = std::chrono::milliseconds(50);        ///< how often time is looked at
  Duration heartbeat = std::chrono::milliseconds(100);  ///< leader to masters
  Duration right = std::chrono::milliseconds(400);      ///< an answered heartbeat lets the leader speak so long
  Duration silence = std::chrono::milliseconds(500);    ///< no heartbeat for so long: a voter promises to depose
  Duration pause = std::chrono::milliseconds(150);      ///< a wake-up later than this was a pause of the process
  Duration look = std::chrono::seconds(1);              ///< ZooKeeper is read at least so often
  Duration relink = std::chrono::seconds(2);            ///< a link over which nothing came for so long is made anew
  Duration redial = std::chrono::milliseconds(500);     ///< a master without a link is called again after this
  Duration session_margin = std::chrono::milliseconds(100);
  /// ZooKeeper counts a session from up to half a tick before our last answered read (docs/decisions/0006).
  double session_share = 0.8;
  /// With two voters of whom one does not answer: how long one read of the epoch lets the leader speak, how often it
  /// reads, which wake-up counts as a pause, and how long the successor waits before it speaks: longer than
  /// `lone_right` and than a pause that is not noticed, `tick` + `lone_pause`.
  Duration lone_right = std::chrono::milliseconds(20);
  Duration lone_read = std::chrono::milliseconds(8);
  Duration lone_pause = std::chrono::milliseconds(15);
  Duration lone_wait = std::chrono::milliseconds(75);
};

}  // namespace pilotlight::election
