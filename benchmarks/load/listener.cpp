#include "load/listener.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "base/assert.hpp"

namespace pilotlight::load {

Listener::Listener(EventLoop& loop, std::function<void(int, const std::string&)> called)
    : loop_(loop), called_(std::move(called)) {
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  socklen_t size = sizeof any;
  // A new leader may call thousands in a moment: the queue is as long as the kernel allows.
  PILOTLIGHT_ASSERT(socket_ >= 0 && bind(socket_, reinterpret_cast<const sockaddr*>(&any), size) == 0 &&
                    listen(socket_, SOMAXCONN) == 0);
  getsockname(socket_, reinterpret_cast<sockaddr*>(&any), &size);
  port_ = ntohs(any.sin_port);
  loop_.watch(socket_, *this, false);
}

Listener::~Listener() {
  loop_.forget(socket_);
  close(socket_);
}

void Listener::on_ready(bool, bool) {
  for (;;) {
    const int connection = accept4(socket_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (connection < 0) return;
    sockaddr_in here{};
    socklen_t size = sizeof here;
    std::array<char, INET_ADDRSTRLEN> host{};
    getsockname(connection, reinterpret_cast<sockaddr*>(&here), &size);
    inet_ntop(AF_INET, &here.sin_addr, host.data(), host.size());
    called_(connection, host.data());
  }
}

}  // namespace pilotlight::load
