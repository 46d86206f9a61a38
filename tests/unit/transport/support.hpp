// What the tests of Endpoint share: a handler that remembers, a loop with an end, and a peer that is just a socket.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "transport/endpoint.hpp"
#include "transport/socket_address.hpp"

namespace pilotlight::transport {

inline const deploy::Address nobody;

struct SeenRequest {
  ConnectionId connection;
  std::optional<deploy::Address> sender;
  std::string endpoint;
  std::string content;
  std::optional<std::int64_t> id;
};
struct Unreachable {
  deploy::Address address;
  bool refused;
  std::string reason;
};

/// Remembers every call; `on_each_request` may answer.
class Recorder : public Handler {
 public:
  std::vector<SeenRequest> requests;
  std::vector<ConnectionId> closed;
  std::vector<Unreachable> unreachable;
  std::map<std::int64_t, std::vector<std::string>> replies;  ///< by id: content, or "class: message"
  std::vector<ConnectionId> reply_connections;
  std::vector<HttpSocket> http;
  std::vector<std::string> notices;
  std::function<void(const Request&)> on_each_request;

  ~Recorder() override {
    for (const HttpSocket& socket : http) ::close(socket.native_handle);
  }
  void on_request(const Request& request) override {
    requests.push_back({request.connection, request.sender, std::string(request.endpoint), std::string(request.content),
                        request.request_id});
    if (on_each_request) on_each_request(request);
  }
  void on_closed(ConnectionId connection) override { closed.push_back(connection); }
  void on_unreachable(const deploy::Address& address, bool refused, const std::string& reason) override {
    unreachable.push_back({address, refused, reason});
  }
  void on_reply(ConnectionId connection, std::int64_t id, Result<std::string> content) override {
    static const char* const classes[] = {"retryable: ", "fatal: ", "outcome_unknown: "};
    reply_connections.push_back(connection);
    replies[id].push_back(content ? *content
                                  : classes[static_cast<int>(content.error().error_class)] + content.error().message);
  }
  void on_http(HttpSocket socket) override { http.push_back(std::move(socket)); }
  void on_notice(const std::string& text) override { notices.push_back(text); }
};

/// Runs the loop until the condition holds; false when it does not within the time.
inline bool run_until(boost::asio::io_context& io, const std::function<bool()>& condition,
                      std::chrono::milliseconds time = std::chrono::seconds(10)) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    io.restart();
    io.run_one_for(std::chrono::milliseconds(5));
  }
  return true;
}
inline void run_for(boost::asio::io_context& io, std::chrono::milliseconds time) {
  run_until(
      io, [] { return false; }, time);
}

/// A peer without any protocol: a connected, non-blocking socket.
class RawPeer {
 public:
  explicit RawPeer(std::int32_t port, const std::string& host = "127.0.0.1", int receive_buffer = 0) {
    const auto address = numeric_address(host, static_cast<std::uint16_t>(port));
    fd_ = ::socket(address->family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer > 0) ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    set_peer_options(fd_);  // no Nagle: what is written arrives
    connected_ = ::connect(fd_, address->data(), address->size()) == 0;
  }
  ~RawPeer() { close(); }
  RawPeer(RawPeer&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), connected_(other.connected_), received_(std::move(other.received_)) {}
  RawPeer& operator=(RawPeer&&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }
  void write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t size = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
  }
  /// As much as goes without waiting.
  std::size_t write_some(std::string_view bytes) const {
    const ssize_t size = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return size < 0 ? 0 : static_cast<std::size_t>(size);
  }
  /// Everything that has come so far.
  const std::string& received() {
    char buffer[65536];
    for (;;) {
      const ssize_t size = ::recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT);
      if (size > 0) {
        received_.append(buffer, static_cast<std::size_t>(size));
        continue;
      }
      if (size == 0 || (errno != EAGAIN && errno != EINTR)) ended_ = true;
      return received_;
    }
  }
  /// The other side has closed (everything before it was read).
  bool ended() {
    received();
    return ended_;
  }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
  bool connected_ = false;
  bool ended_ = false;
  std::string received_;
};

/// A listening socket of which the kernel alone knows: for addresses that answer but say nothing.
class RawListener {
 public:
  explicit RawListener(const std::string& host = "127.0.0.1") {
    auto address = numeric_address(host, 0);
    fd_ = ::socket(address->family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
    ::bind(fd_, address->data(), address->size());
    ::listen(fd_, 16);
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&storage), &size);
    port_ = SocketAddress::from(reinterpret_cast<sockaddr*>(&storage), size)->port();
  }
  ~RawListener() { ::close(fd_); }
  RawListener(const RawListener&) = delete;
  RawListener& operator=(const RawListener&) = delete;
  [[nodiscard]] std::int32_t port() const { return port_; }

 private:
  int fd_ = -1;
  std::int32_t port_ = 0;
};

/// An endpoint that listens on a port of its own, with its recorder.
struct Station {
  Recorder seen;
  Endpoint endpoint;
  deploy::Address address;

  explicit Station(boost::asio::io_context& io, const std::string& host = "127.0.0.1", TransportLimits limits = {})
      : endpoint(io, {host, 0}, limits, seen) {
    const auto port = endpoint.listen(host, 0, 0);
    address = {host, port ? *port : -1};
    endpoint.set_advertised(address);
  }
};

}  // namespace pilotlight::transport
