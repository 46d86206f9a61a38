#include "transport/socket_address.hpp"

#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <system_error>

namespace pilotlight::transport {
namespace {

/// Users and Spark write IPv6 hosts in brackets; the resolver wants them bare.
std::string without_brackets(const std::string& host) {
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') return host.substr(1, host.size() - 2);
  return host;
}

/// getaddrinfo's answer; on failure its error code and no addresses.
int look_up(const std::string& host, std::uint16_t port, int flags, std::vector<SocketAddress>& addresses) {
  addrinfo hints{};
  hints.ai_flags = flags;
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(without_brackets(host).c_str(), nullptr, &hints, &found);
  if (error != 0) return error;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    auto address = SocketAddress::from(entry->ai_addr, entry->ai_addrlen);
    if (!address) continue;
    address->set_port(port);
    addresses.push_back(*address);
  }
  ::freeaddrinfo(found);
  std::stable_sort(addresses.begin(), addresses.end(), [](const SocketAddress& a, const SocketAddress& b) {
    return a.family() == AF_INET && b.family() != AF_INET;
  });
  return addresses.empty() ? EAI_NONAME : 0;
}

}  // namespace

std::optional<SocketAddress> SocketAddress::from(const sockaddr* address, socklen_t size) {
  SocketAddress result;
  if (address->sa_family == AF_INET && size >= sizeof(sockaddr_in))
    std::memcpy(&result.storage_.v4, address, sizeof(sockaddr_in));
  else if (address->sa_family == AF_INET6 && size >= sizeof(sockaddr_in6))
    std::memcpy(&result.storage_.v6, address, sizeof(sockaddr_in6));
  else
    return std::nullopt;
  return result;
}

socklen_t SocketAddress::size() const { return family() == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6); }

std::uint16_t SocketAddress::port() const {
  return ntohs(family() == AF_INET ? storage_.v4.sin_port : storage_.v6.sin6_port);
}

void SocketAddress::set_port(std::uint16_t port) {
  if (family() == AF_INET)
    storage_.v4.sin_port = htons(port);
  else
    storage_.v6.sin6_port = htons(port);
}

std::string SocketAddress::host() const {
  char text[INET6_ADDRSTRLEN] = "";
  if (family() == AF_INET) return ::inet_ntop(AF_INET, &storage_.v4.sin_addr, text, sizeof text) ? text : "?";
  if (::inet_ntop(AF_INET6, &storage_.v6.sin6_addr, text, sizeof text) == nullptr) return "?";
  return "[" + std::string(text) + "]";
}

std::string SocketAddress::to_string() const { return host() + ":" + std::to_string(port()); }

std::optional<SocketAddress> numeric_address(const std::string& host, std::uint16_t port) {
  std::vector<SocketAddress> addresses;
  if (look_up(host, port, AI_NUMERICHOST, addresses) != 0) return std::nullopt;
  return addresses.front();
}

Result<std::vector<SocketAddress>> resolve_host(const std::string& host, std::uint16_t port) {
  std::vector<SocketAddress> addresses;
  const int error = look_up(host, port, 0, addresses);
  if (error == 0) return addresses;
  const std::string message = "the host name " + host + " has no address (" + ::gai_strerror(error) + ")";
  return error == EAI_AGAIN ? retryable(message) : fatal(message);
}

int open_tcp_socket(int family) { return ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP); }

void set_peer_options(int native_handle) {
  // Neither can fail on a TCP socket, and the connection would work without them.
  const int on = 1;
  ::setsockopt(native_handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(native_handle, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  // What the kernel holds goes out whatever is learned meanwhile, so it holds little (and doubles what is asked for).
  const int send_buffer = 128 << 10;
  ::setsockopt(native_handle, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
}

std::string describe_errno(int error) {
  std::string text = std::generic_category().message(error);
  // "Address already in use" → part of a sentence; "RPC …" and the like stay.
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0)
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

}  // namespace pilotlight::transport
