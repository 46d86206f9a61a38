// ZooKeeper's connect string, and the list of addresses that the C client is given instead of it. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace pilotlight::zk {

struct HostPort {
  std::string host;  ///< a name or an address, without brackets
  std::uint16_t port = 2181;
};
struct ConnectString {
  std::vector<HostPort> hosts;
  std::string chroot;  ///< "" or "/path"
};
/// "h1:2181,h2,[::1]:2181/chroot"; a port may be missing. The error names what is wrong with it.
Result<ConnectString> parse_connect_string(const std::string& text);

/// The list for a C client with fixed order (zoo_deterministic_conn_order): it skips every other entry after a failure,
/// so that it would try only half of an even number of servers, for ever. Here it comes to all, the first one first.
/// An address is "ip:port", also for IPv6.
std::string list_for_c_client(const std::vector<std::string>& addresses, const std::string& chroot);

}  // namespace pilotlight::zk
