// Where a cluster is: masters to ask, a queue in ZooKeeper to read, or both. Made of what users type. Pure.
//
// People write lists by hand and by template: blanks, empty entries and a missing spark:// do not matter. What is no
// address at all is an error that names the entry.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace pilotlight::client {

inline constexpr std::uint16_t default_master_port = 7077;

/// Where a master's RPC listens, which answers HTTP as well.
struct Address {
  std::string host;  ///< a name or a number; IPv6 in []
  std::uint16_t port = default_master_port;

  bool operator==(const Address&) const = default;
};
std::string to_string(const Address& address);  ///< host:port
std::string url_of(const Address& address);     ///< spark://host:port

struct Queue {
  std::string servers;      ///< "h1:2181,h2:2181", no chroot
  std::string directory;    ///< absolute: spark.deploy.zookeeper.dir below the chroot
  std::string digest_file;  ///< pilotlight.zookeeper.digestFile; "" = none
  bool operator==(const Queue&) const = default;
};

struct Place {
  std::vector<Address> masters;
  std::optional<Queue> queue;
};

/// "spark://m1:7077", "m1:7077", "m1", "[::1]:7077".
Result<Address> parse_address(std::string_view text);
/// "spark://m1:7077,m2:7077,,[::1]:7077", also with spark:// before each; "zk://h1:2181,h2/spark".
Result<Place> parse_place(std::string_view text);
/// spark.deploy.zookeeper.url, which may end in a chroot, and spark.deploy.zookeeper.dir.
Result<Queue> queue_of(std::string_view url, std::string_view directory);

}  // namespace pilotlight::client
