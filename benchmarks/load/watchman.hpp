// What all peers of a run have noticed of the failover that is under way, if one is. Pure: it is told the time.
//
// A failover begins when the first of them loses its leader or is told of another (a hand-over), and is complete when
// all follow one master that is not the one of last time. One thread.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "load/figures.hpp"
#include "load/peer.hpp"

namespace pilotlight::load {

class Watchman {
 public:
  Watchman(std::size_t peers, std::size_t masters);

  void lost(Instant at);
  void followed(std::size_t peer, std::size_t master, Instant at);
  [[nodiscard]] bool complete() const;

  /// The figures of a failover that is complete, called `event`; the next one may begin. Points in time are on the
  /// machine's monotonic clock, so that a script can set them against its own kill.
  Figures settle(const std::vector<Target>& masters, std::string_view event);
  /// A point in time as the figures have it.
  static double seconds(Instant at);

 private:
  void note_begin(Instant at);

  std::vector<std::size_t> follows_;  ///< by peer; the number of masters while it follows nobody
  std::vector<std::size_t> of_;       ///< by master, and last nobody: how many follow it
  std::vector<Instant> followed_at_;
  Instant begun_{};
  Instant last_lost_{};
  std::size_t lost_ = 0;
  std::size_t settled_;  ///< the master of last time; at first nobody
};

}  // namespace pilotlight::load
