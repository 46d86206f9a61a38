// A server on a port of 127.0.0.1 that answers each connection with whatever a test wants, byte by byte. Has a thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "client/place.hpp"

namespace pilotlight::client {

class StubServer {
 public:
  /// What is sent after a request's head was read, then the connection is closed; nullopt: nothing, and it stays open.
  using Handler = std::function<std::optional<std::string>(const std::string& request)>;

  explicit StubServer(Handler handler);
  ~StubServer();
  StubServer(const StubServer&) = delete;
  StubServer& operator=(const StubServer&) = delete;

  [[nodiscard]] Address address() const { return {"127.0.0.1", port_}; }
  [[nodiscard]] std::string url() const { return url_of(address()); }
  [[nodiscard]] int requests() const { return requests_; }

 private:
  void serve();

  const Handler handler_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> requests_ = 0;
  std::vector<int> held_;
  std::thread thread_;
};

/// An address that is as good as dead: its queue is full, so the kernel drops whoever knocks.
class FullServer {
 public:
  FullServer();
  ~FullServer();
  FullServer(const FullServer&) = delete;
  FullServer& operator=(const FullServer&) = delete;

  [[nodiscard]] Address address() const { return {"127.0.0.1", port_}; }

 private:
  std::vector<int> sockets_;
  std::uint16_t port_ = 0;
};

/// A 200 with this body.
std::string ok(const std::string& body);
std::string with_status(int status, const std::string& body);

}  // namespace pilotlight::client
