// Host names to addresses without stopping the runtime's thread, and without keeping the process from ending.
//
// Owned by Dialer, used on the runtime's thread; answers come on that thread, never inside a call. The name service is
// asked on up to four detached threads that live only while there is something to ask: one that hangs in a dead name
// server is simply left behind by stop(), so that SIGTERM never waits for it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "transport/socket_address.hpp"

namespace boost::asio {
class io_context;
}

namespace pilotlight::transport {

class Resolver {
 public:
  using Answer = std::function<void(Result<std::vector<SocketAddress>>)>;

  /// `io` must outlive the resolver.
  explicit Resolver(boost::asio::io_context& io);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  void resolve(const std::string& host, std::uint16_t port, Answer answer);
  /// No answer comes afterwards.
  void stop();

 private:
  struct Shared;
  static void work(const std::shared_ptr<Shared>& shared);

  std::shared_ptr<Shared> shared_;
};

}  // namespace pilotlight::transport
