// Everything that a document is rendered from, as it was at one moment: made on the strand, read by one other thread.
#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "core/state.hpp"
#include "http/stats.hpp"
#include "replica/cluster.hpp"

namespace pilotlight::http {

struct Snapshot {
  std::uint64_t number = 0;    ///< of this process
  std::uint64_t revision = 0;  ///< MasterAccess::revision() when the copy began
  Now now;                     ///< when the copy began
  core::State state;
  bool with_records = true;
  core::Recovered recorded;  ///< of a STANDBY: what it mirrors, unless the document does not say
  replica::Cluster cluster;
  Stats stats;
};

}  // namespace pilotlight::http
