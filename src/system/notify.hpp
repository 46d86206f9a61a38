// Tells the service manager how this process is: sd_notify's protocol, one datagram to $NOTIFY_SOCKET for each message.
//
// Made once, before other threads, from the environment that systemd (or anything that speaks its protocol) gives a
// service; without NOTIFY_SOCKET every call does nothing. Never blocks and never fails: a manager that does not listen
// is no reason to stop. One thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace pilotlight::system {

class Notifier {
 public:
  /// `socket_path`: a path, or "@name" for an abstract socket; "" = nobody listens.
  explicit Notifier(std::string socket_path, std::optional<std::chrono::microseconds> watchdog = std::nullopt);
  /// From NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, which are taken out of the environment: children are not it.
  static Notifier from_environment();
  ~Notifier();
  Notifier(Notifier&& other) noexcept;
  Notifier& operator=(Notifier&&) = delete;

  [[nodiscard]] bool wanted() const { return descriptor_ >= 0; }
  /// After how long a silence the manager takes this process for hung; absent: it does not watch.
  [[nodiscard]] std::optional<std::chrono::microseconds> watchdog() const { return watchdog_; }

  /// "READY=1\nSTATUS=…": lines of the protocol. STATUS must hold no line break.
  void send(std::string_view lines) const;

 private:
  std::string socket_path_;
  std::optional<std::chrono::microseconds> watchdog_;
  int descriptor_ = -1;
};

/// "MONOTONIC_USEC=…" of now: RELOADING=1 needs it from systemd 253 on.
std::string monotonic_usec();

}  // namespace pilotlight::system
