// The masters of a cluster as one of them sees them: what pages, /json/ and the status command show. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "replica/flight.hpp"

namespace pilotlight::replica {

struct ClusterMember {
  std::string url;  ///< spark://host:port
  std::string web_ui_url;
  std::string version;
  bool leads = false;
  bool self = false;
  bool linked = true;          ///< heard of since its connection last broke
  bool voter = false;          ///< counts for a majority
  std::uint64_t mirrored = 0;  ///< last commit in its memory, as it last said
  bool complete = true;
  std::string nonce;     ///< of its process
  bool reported = true;  ///< false: what it holds is not known here, since a standby hears of the leader only
};

struct Cluster {
  bool elected = false;  ///< false: there is this master only (NONE, FILESYSTEM)
  bool in_queue = true;  ///< it has its place in the election
  Epoch epoch;
  std::string leader;  ///< spark://host:port; "" = nobody, as far as this master knows
  std::vector<ClusterMember> members;
  std::uint64_t commit = 0;  ///< last one in this master's memory
  std::string zookeeper;     ///< state of the session; "" when not elected
  std::int64_t session_timeout_ms = 0;
  Duration session_left{};      ///< until the session may be over if ZooKeeper does not answer again
  std::string held;             ///< it leads but may not speak: why; "" otherwise
  std::size_t set_aside = 0;    ///< records that cannot be read: kept where they are, of no effect
  std::vector<Flight> flights;  ///< oldest first
};

}  // namespace pilotlight::replica
