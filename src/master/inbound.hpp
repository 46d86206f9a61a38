// From a request off the wire to an event for the core, or to the refusal its sender deserves. Pure.
//
// Keeps what is known of each connection's peer (its Spark build, gathered message by message). Called on the
// runtime's thread for every request; closed() forgets a connection. Whoever is not served is told in one sentence
// which build it is and which are served; the same complaint of the same peer is noticed (for the log) only once.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <variant>

#include "core/event.hpp"
#include "deploy/codec.hpp"
#include "transport/endpoint.hpp"

namespace pilotlight::master {

/// Hand this to the core.
struct Deliver {
  core::MessageReceived message;
};
/// Answer the ask with this object.
struct ReplyWith {
  deploy::Reply reply;
  deploy::Dialect dialect;
};
/// Answer the ask with a type 5 frame: the peer's Scala version is unknown, so no object can be written.
struct FailWith {
  std::string text;
};
/// Send this one-way message back over the connection it came from.
struct SendBack {
  core::Peer to;
  std::variant<deploy::ToWorker, deploy::ToDriver> message;
};
/// Nothing to do.
struct Ignore {};

struct Verdict {
  std::variant<Deliver, ReplyWith, FailWith, SendBack, Ignore> action = Ignore{};
  std::optional<std::string> notice;  ///< one line for the log, level warn
};

class Inbound {
 public:
  Verdict receive(const transport::Request& request);
  void closed(ConnectionId connection) { peers_.erase(connection); }
  [[nodiscard]] std::size_t peers() const { return peers_.size(); }

 private:
  Verdict verify_endpoint(const transport::Request& request);
  Verdict refuse(const transport::Request& request, const deploy::PeerBuild& build, const std::string& sentence,
                 const deploy::ToMaster* message);
  Verdict wrong_kind(const transport::Request& request, const deploy::PeerBuild& build,
                     const deploy::ToMaster& message);
  std::optional<std::string> notice_once(const transport::Request& request, std::string_view kind,
                                         const std::string& text);

  std::unordered_map<ConnectionId, deploy::PeerBuild> peers_;
  std::unordered_set<std::string> noticed_;
};

}  // namespace pilotlight::master
