// One ZooKeeper session after another, as a shell around the Apache C client.
//
// Made, used and destroyed on the runtime's strand; events come on that strand, never from inside a call. The C
// client's own thread does nothing but post to the strand. When a session expires, everything outstanding is answered
// session_expired, then SessionChanged{expired} is reported and a new session is begun by itself, with the hosts
// resolved again. Hosts that cannot be resolved are tried again for ever (SessionChanged{connecting} says why, once
// per reason). A request that is submitted while not connected is answered connection_loss at once; what is outstanding
// when the connection breaks is answered so before SessionChanged{suspended}, and may still be carried out afterwards,
// in its order: never after something that is submitted later. What one session reads never goes back in time. Its
// watches are armed again by themselves, or fire without a change; they end silently with it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "zk/types.hpp"

namespace pilotlight::zk {

struct ClientOptions {
  std::string hosts;                                   ///< "h1:2181,h2:2181,h3:2181/chroot"; the chroot must be there
  Duration session_timeout = std::chrono::seconds(6);  ///< asked for; the server may grant another
  std::string digest;                                  ///< "user:password"; empty = no ACLs. Never logged
};

/// Runs a function on the runtime's strand, from any thread.
using Post = std::function<void(std::function<void()>)>;
/// Called on the strand for every event.
using OnEvent = std::function<void(Event)>;

class Client {
 public:
  virtual ~Client() = default;
  /// Begins the first session. Never fails: what is wrong is reported as events.
  virtual void start() = 0;
  virtual void submit(RequestId id, Request request) = 0;
  /// Ends the session, so that its ephemeral nodes go at once (waits up to 1 s for the server), or abandons it when it
  /// is not connected. No event comes afterwards.
  virtual void close() = 0;
};

/// An error when `hosts` is not a connect string.
Result<std::unique_ptr<Client>> make_client(ClientOptions options, Post post, OnEvent on_event);

}  // namespace pilotlight::zk
