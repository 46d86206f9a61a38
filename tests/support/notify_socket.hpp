// A service manager's end of sd_notify, for tests: receives the datagrams that a Notifier sends.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <string>

namespace pilotlight::test {

class NotifySocket {
 public:
  explicit NotifySocket(bool abstract) : descriptor_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    static int count = 0;
    const auto unique = "pilotlight-notify-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
    name_ = abstract ? "@" + unique : "/tmp/" + unique;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name_.data(), name_.size());
    if (abstract) address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    if (::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), size) != 0)
      throw std::runtime_error("cannot bind " + name_);
  }
  ~NotifySocket() {
    ::close(descriptor_);
    if (name_.front() == '/') ::unlink(name_.c_str());
  }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  /// The next message, or "" when there is none.
  [[nodiscard]] std::string next() const {
    std::string text(4096, '\0');
    const auto size = ::recv(descriptor_, text.data(), text.size(), 0);
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
  }

 private:
  int descriptor_;
  std::string name_;
};

}  // namespace pilotlight::test
