// Where masters call simulated workers back: one listening socket for all their addresses and their common port.
//
// Takes every connection at once and hands it on with the address that was called. Lives on the loop's thread.
#pragma once

#include <functional>
#include <string>

#include "load/event_loop.hpp"

namespace pilotlight::load {

class Listener : public Watcher {
 public:
  /// `called` is given the connection, which is its own from then on, and the host that the caller asked for.
  Listener(EventLoop& loop, std::function<void(int socket, const std::string& host)> called);
  ~Listener() override;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] std::int32_t port() const { return port_; }
  void on_ready(bool readable, bool writable) override;

 private:
  EventLoop& loop_;
  std::function<void(int, const std::string&)> called_;
  int socket_ = -1;
  std::int32_t port_ = 0;
};

}  // namespace pilotlight::load
