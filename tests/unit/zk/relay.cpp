#include "unit/zk/relay.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>
#include <vector>

namespace pilotlight::zk {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

bool pass_on(int from, int to) {
  char buffer[65536];
  const auto got = recv(from, buffer, sizeof buffer, 0);
  return got > 0 && send(to, buffer, static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
}

}  // namespace

Relay::Relay(const std::string& target) : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  auto address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 16) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("a relay cannot listen on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
  const int target_port = std::stoi(target.substr(target.rfind(':') + 1));
  thread_ = std::thread([this, target_port] { run(target_port); });
}

Relay::~Relay() {
  stopping_ = true;
  thread_.join();
  close(listener_);
}

void Relay::run(int target_port) {
  std::vector<std::pair<int, int>> pairs;
  const auto end = [&](std::size_t index) {
    close(pairs[index].first);
    close(pairs[index].second);
    pairs.erase(pairs.begin() + static_cast<std::ptrdiff_t>(index));
  };
  while (!stopping_) {
    if (cut_.exchange(false)) {
      while (!pairs.empty()) end(0);
    }
    if (frozen_) {
      poll(nullptr, 0, 5);
      continue;
    }
    std::vector<pollfd> polled{{listener_, POLLIN, 0}};
    for (const auto& [client, server] : pairs) {
      polled.push_back({client, POLLIN, 0});
      polled.push_back({server, POLLIN, 0});
    }
    poll(polled.data(), polled.size(), 5);
    if (frozen_) continue;
    for (std::size_t i = pairs.size(); i-- > 0;) {
      const auto [client, server] = pairs[i];
      const bool alive = (polled[1 + 2 * i].revents == 0 || pass_on(client, server)) &&
                         (polled[2 + 2 * i].revents == 0 || pass_on(server, client));
      if (!alive) end(i);
    }
    if ((polled[0].revents & POLLIN) != 0) {
      const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      const auto address = loopback(target_port);
      const int one = 1;
      setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address);
      pairs.emplace_back(client, server);
    }
  }
  while (!pairs.empty()) end(0);
}

}  // namespace pilotlight::zk
