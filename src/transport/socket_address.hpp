// An IP address with a port, as the kernel takes it, and the ways from a host's name to it.
//
// Used by Listener, Dialer and Resolver. A plain value of 32 bytes; no Asio. Only resolve_host() may block (name
// service): on the runtime's thread it is called at start only.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace pilotlight::transport {

class SocketAddress {
 public:
  SocketAddress() = default;
  /// nullopt unless it is IPv4 or IPv6.
  static std::optional<SocketAddress> from(const sockaddr* address, socklen_t size);

  [[nodiscard]] const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  [[nodiscard]] socklen_t size() const;
  [[nodiscard]] int family() const { return data()->sa_family; }
  [[nodiscard]] std::uint16_t port() const;
  void set_port(std::uint16_t port);
  [[nodiscard]] std::string host() const;       ///< "10.0.0.2", "[::1]"
  [[nodiscard]] std::string to_string() const;  ///< host:port

 private:
  union {
    sockaddr_in v4;
    sockaddr_in6 v6{};
  } storage_;
};

/// The address when `host` is a number ("10.0.0.2", "::1", "[fe80::1%eth0]"); never blocks.
std::optional<SocketAddress> numeric_address(const std::string& host, std::uint16_t port);

/// All addresses of a name or number, IPv4 first as a JVM prefers it, never empty. Blocks on the name service.
Result<std::vector<SocketAddress>> resolve_host(const std::string& host, std::uint16_t port);

/// A TCP socket that neither blocks nor survives an exec; −1 and errno on failure.
int open_tcp_socket(int family);
/// TCP_NODELAY and SO_KEEPALIVE, as Spark's clients have them (spec §1.3); a send buffer of 256 KiB.
void set_peer_options(int native_handle);
/// What errno means, as part of a sentence: "address already in use".
std::string describe_errno(int error);

}  // namespace pilotlight::transport
