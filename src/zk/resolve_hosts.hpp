// Looks up the addresses of ZooKeeper's servers. Blocks: for the helper thread.
#pragma once

#include <string>
#include <vector>

#include "zk/connect_string.hpp"

namespace pilotlight::zk {

struct ResolvedHosts {
  std::vector<std::string> addresses;  ///< "ip:port", each once, in the order of the hosts
  std::string trouble;                 ///< the hosts without an address, and why; empty when all have one
};
ResolvedHosts resolve_hosts(const std::vector<HostPort>& hosts);

}  // namespace pilotlight::zk
