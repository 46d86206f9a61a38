// A TCP relay on the loopback address that can stop, like a server that is frozen or behind a wall.
#pragma once

#include <atomic>
#include <string>
#include <thread>

namespace pilotlight::zk {

class Relay {
 public:
  /// To "127.0.0.1:port".
  explicit Relay(const std::string& target);
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  /// Passes nothing on any more; connections still come about, and nobody answers.
  void freeze() { frozen_ = true; }
  void thaw() { frozen_ = false; }
  /// Also ends the connections there are.
  void freeze_and_cut() {
    cut_ = true;
    freeze();
  }

 private:
  void run(int target_port);

  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> frozen_ = false;
  std::atomic<bool> cut_ = false;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace pilotlight::zk
