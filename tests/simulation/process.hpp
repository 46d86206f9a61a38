// A process of the simulated cluster: a clock of its own, an input queue, and the ways it can stop.
//
// What arrives is handled at once, or when the process thaws: while it is frozen (SIGSTOP, a paused machine) its inputs
// wait and its clock moves on. A dead process handles nothing any more; a restarted one is another Process.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <utility>

#include "simulation/loop.hpp"
#include "simulation/random.hpp"

namespace pilotlight::simulation {

using Host = int;

class Process {
 public:
  Process(Loop& loop, Random& random, std::string name, Host host)
      : loop_(loop), random_(random), name_(std::move(name)), host_(host), started_(loop.now()) {}
  virtual ~Process() = default;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Host host() const { return host_; }
  [[nodiscard]] bool alive() const { return alive_; }
  [[nodiscard]] Instant started() const { return started_; }
  [[nodiscard]] bool frozen() const { return frozen_; }

  /// The clock: ahead by `offset`, and quicker by `drift` (0.01 is one percent).
  void set_clock(Duration offset, double drift) { offset_ = offset, drift_ = drift; }
  [[nodiscard]] Instant local() const { return local(loop_.now()); }
  [[nodiscard]] Instant local(Instant global) const {
    const auto since = global.time_since_epoch();
    return Instant(offset_ + since + Duration(static_cast<Duration::rep>(static_cast<double>(since.count()) * drift_)));
  }
  /// When the clock will show this; rounded up.
  [[nodiscard]] Instant global(Instant local) const {
    const auto since = static_cast<double>((local.time_since_epoch() - offset_).count()) / (1 + drift_);
    return Instant(Duration(static_cast<Duration::rep>(since) + 2000));
  }

  void deliver(std::function<void()> work) {
    if (!alive_) return;
    if (frozen_ || draining_)
      inbox_.push_back(std::move(work));
    else
      work();
  }
  void freeze() { frozen_ = true; }
  void thaw() {
    if (!alive_ || !frozen_) return;
    frozen_ = false;
    draining_ = true;
    thawed();
    // What waited is handled in order, a little apart, and a timer that fell due may come before, after or in between.
    drain();
  }
  virtual void die() {
    alive_ = false;
    inbox_.clear();
  }

 protected:
  virtual void thawed() {}
  /// A timer may be looked at between two inputs that waited.
  virtual void look_at_timers() {}

  Loop& loop_;
  Random& random_;

 private:
  void drain() {
    if (!alive_ || frozen_) return;
    if (random_.chance(0.2)) look_at_timers();
    if (inbox_.empty()) {
      draining_ = false;
      look_at_timers();
      return;
    }
    auto work = std::move(inbox_.front());
    inbox_.pop_front();
    work();
    loop_.after(std::chrono::microseconds(5), [this] { drain(); });
  }

  std::string name_;
  Host host_;
  Instant started_;
  bool alive_ = true;
  bool frozen_ = false;
  bool draining_ = false;
  Duration offset_{};
  double drift_ = 0;
  std::deque<std::function<void()>> inbox_;
};

}  // namespace pilotlight::simulation
