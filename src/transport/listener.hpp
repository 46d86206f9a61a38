// The listening socket of the RPC port: binds exactly one address and hands every accepted socket to its owner.
//
// Owned by Endpoint, on the runtime's thread. When the process has no descriptors left it never spins: the owner is
// asked to give one up and accepting rests for a moment. No Asio in this header.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "transport/socket_address.hpp"

namespace boost::asio {
class io_context;
}

namespace pilotlight::transport {

class Listener {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    /// A new connection; the owner owns the non-blocking socket now.
    virtual void on_accepted(int native_handle, const SocketAddress& peer) = 0;
    /// Accepting failed for want of descriptors or memory: close something that is worth little.
    virtual void on_accept_exhausted(const std::string& reason) = 0;
  };

  /// `io` and `owner` must outlive stop(). Connections with a descriptor above the highest one wait in the kernel.
  Listener(boost::asio::io_context& io, Owner& owner, int highest_descriptor);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// See Endpoint::listen.
  Result<std::int32_t> listen(const std::string& host, std::int32_t port, std::int32_t max_retries);
  void stop();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace pilotlight::transport
