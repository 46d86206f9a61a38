// Opens TCP connections to peers: looks the host up, tries its addresses in turn, gives up after a while.
//
// Owned by Endpoint, on the runtime's thread. Every dial() ends in exactly one call of its Done, never inside dial(),
// unless it is cancelled or the dialer is stopped before. No Asio in this header.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "deploy/types.hpp"
#include "transport/resolver.hpp"
#include "transport/socket_address.hpp"

namespace pilotlight::transport {

struct DialOutcome {
  int native_handle = -1;  ///< of an open, non-blocking socket that the receiver owns; −1 when it failed
  SocketAddress peer;      ///< set when it succeeded
  bool refused = false;    ///< every address of the host answered that nothing listens there
  std::string reason;      ///< why it failed, as part of a sentence
};

class Dialer {
 public:
  using Done = std::function<void(DialOutcome)>;

  /// `timeout` is for one dial, the look-up included. `io` must outlive the dialer.
  Dialer(boost::asio::io_context& io, Duration timeout, int highest_descriptor);
  ~Dialer();
  Dialer(const Dialer&) = delete;
  Dialer& operator=(const Dialer&) = delete;

  /// Unless it may have `any_descriptor`, a socket above the highest one is not used.
  void dial(ConnectionId id, const deploy::Address& address, bool any_descriptor, Done done);
  void cancel(ConnectionId id);
  void stop();

 private:
  struct Dial;
  void start(const std::shared_ptr<Dial>& dial);
  void try_next(const std::shared_ptr<Dial>& dial);
  void finish_attempt(const std::shared_ptr<Dial>& dial, int error);
  void finish(const std::shared_ptr<Dial>& dial, DialOutcome outcome);

  boost::asio::io_context& io_;
  Duration timeout_;
  int highest_descriptor_;
  Resolver resolver_;
  std::unordered_map<ConnectionId, std::shared_ptr<Dial>> dials_;
};

}  // namespace pilotlight::transport
