#include "zk/resolve_hosts.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace pilotlight::zk {
namespace {

std::string numeric(const addrinfo& address) {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  const int failed = getnameinfo(address.ai_addr, address.ai_addrlen, host.data(), host.size(), port.data(),
                                 port.size(), NI_NUMERICHOST | NI_NUMERICSERV);
  return failed != 0 ? std::string() : std::string(host.data()) + ":" + port.data();
}

}  // namespace

ResolvedHosts resolve_hosts(const std::vector<HostPort>& hosts) {
  ResolvedHosts resolved;
  for (const auto& host : hosts) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int error = getaddrinfo(host.host.c_str(), std::to_string(host.port).c_str(), &hints, &found);
    if (error != 0) {
      const char* why = error == EAI_SYSTEM ? std::strerror(errno) : gai_strerror(error);
      resolved.trouble += (resolved.trouble.empty() ? "" : "; ") + host.host + " cannot be resolved: " + why;
      continue;
    }
    for (const auto* address = found; address != nullptr; address = address->ai_next) {
      auto text = numeric(*address);
      const auto& known = resolved.addresses;
      if (!text.empty() && std::find(known.begin(), known.end(), text) == known.end()) {
        resolved.addresses.push_back(std::move(text));
      }
    }
    freeaddrinfo(found);
  }
  return resolved;
}

}  // namespace pilotlight::zk
