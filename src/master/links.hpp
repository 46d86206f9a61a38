// The connections between masters, over Spark's own RPC framing on port 7077: messages to an endpoint of our own name.
//
// Called on the runtime's thread. Remembers which connection belongs to which master, in both directions, so that the
// end of one is known for what it is: a hint that the other master is gone. With a secret every message is
// authenticated (LinkAuth). Bytes that are no message of a master are reported once per peer, counted and otherwise
// ignored.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "election/link_codec.hpp"
#include "master/link_auth.hpp"
#include "transport/endpoint.hpp"

namespace pilotlight::master {

class Links {
 public:
  static constexpr std::string_view endpoint_name = "PilotlightMaster";

  /// `secret` "": nothing is authenticated.
  Links(transport::Endpoint& endpoint, std::string self, const std::string& secret);

  void send(const election::Member& to, const election::LinkMessage& message);
  /// A request to our endpoint: the message, or an error for the log (the first of each peer).
  Result<std::optional<election::LinkFrame>> receive(const transport::Request& request);
  /// Closes all connections to and from this master; closed() follows for each.
  void close(const std::string& nonce);
  /// The master whose connection this was.
  std::optional<std::string> closed(ConnectionId connection);
  /// The master that could not be reached at this address.
  std::optional<std::string> unreachable(const deploy::Address& address);
  /// Messages that were no message of a master, or of none that knows the secret.
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

 private:
  void send(const std::string& nonce, const deploy::Address& address, const std::vector<std::string>& contents);
  std::optional<Error> complain(const transport::Request& request, const Error& error);

  transport::Endpoint& endpoint_;
  std::string self_;
  std::optional<LinkAuth> auth_;
  std::uint64_t refused_ = 0;
  std::unordered_map<std::uint64_t, std::string> masters_;  ///< connection → nonce
  std::map<std::string, std::string> addresses_;            ///< host:port → nonce it was last sent something under
  std::map<std::string, std::string> complaints_;           ///< peer host → what was last said about it
};

}  // namespace pilotlight::master
