// A server on loopback with a thread of its own, and a client that sends any bytes it likes.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/server.hpp"

namespace pilotlight::http {

/// A route that answers at once.
inline Route at_once(std::function<Response(const Request&)> route) {
  return [route = std::move(route)](const Request& request, const Reply& reply) { reply(route(request)); };
}

/// Runs a server until it goes out of scope. The route and all server calls run on its thread.
class RunningServer {
 public:
  RunningServer(ServerLimits limits, Route route);
  /// Answers at once.
  RunningServer(ServerLimits limits, std::function<Response(const Request&)> route)
      : RunningServer(limits, at_once(std::move(route))) {}
  ~RunningServer();
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  [[nodiscard]] std::int32_t port() const;
  void adopt(int native_handle, std::string first_bytes);
  void stop();
  void publish(const std::string& text);
  /// Runs it on the server's thread, and waits.
  void on_thread(const std::function<void()>& work);
  [[nodiscard]] std::size_t connections();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

class Client {
 public:
  explicit Client(std::int32_t port);
  /// Owns the descriptor.
  static Client of_descriptor(int descriptor) { return Client(descriptor, 0); }
  ~Client();
  Client(Client&& other) noexcept : socket_(other.socket_) { other.socket_ = -1; }
  Client& operator=(Client&&) = delete;

  /// False when the server has closed the connection.
  bool send(std::string_view bytes);
  /// One answer with its body, by its Content-Length; "" at the end of the connection. `head`: without a body.
  std::string answer(bool head = false);
  /// Everything until the server closes, or until `limit` has passed.
  std::string rest(std::chrono::milliseconds limit = std::chrono::seconds(10));
  /// Whether the server closes within `limit`.
  bool closed_within(std::chrono::milliseconds limit);
  void set_small_receive_buffer();

 private:
  Client(int descriptor, int) : socket_(descriptor) {}
  bool receive(std::chrono::milliseconds limit);

  int socket_;
  std::string received_;
};

}  // namespace pilotlight::http
