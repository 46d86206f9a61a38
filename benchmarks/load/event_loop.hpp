// One epoll loop with timers: all sockets and clocks of the load generator.
//
// One thread. A Watcher must stay alive and in place until the loop is destroyed or it was forgotten. Raw epoll and
// not Asio, so that the generator takes as little as it can of the machine that it shares with the master.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "base/time.hpp"

namespace pilotlight::load {

class Watcher {
 public:
  virtual ~Watcher() = default;
  /// Errors and hang-ups count as readable.
  virtual void on_ready(bool readable, bool writable) = 0;
};

class EventLoop {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  void watch(int descriptor, Watcher& watcher, bool also_writable);
  void change(int descriptor, Watcher& watcher, bool also_writable);
  void forget(int descriptor);

  /// Runs `action` once, not before `when`.
  void at(Instant when, std::function<void()> action);
  /// Runs until `done` (asked after each round of events), `deadline`, or a signal that stop_on_signals() took.
  /// Returns whether `done` was true at the end.
  bool run_until(const std::function<bool()>& done, Instant deadline);

 private:
  struct Timer {
    Instant when;
    std::uint64_t order;
    std::function<void()> action;
    bool operator<(const Timer& other) const { return when != other.when ? when > other.when : order > other.order; }
  };
  int wait_milliseconds(Instant deadline) const;
  void fire_timers();

  int epoll_ = -1;
  std::uint64_t next_order_ = 0;
  std::priority_queue<Timer> timers_;
};

Instant now();

/// SIGTERM and SIGINT end the present run_until() early instead of the process.
void stop_on_signals();
bool stop_requested();
/// Makes SIGUSR1 a question; the rest is up to the run.
void listen_for_nudges();
bool nudged();
void forget_nudge();

}  // namespace pilotlight::load
