// A thread for what may block: looking hosts up, opening and closing handles of the C client. It also keeps one alarm.
//
// Made, used and stopped on the strand. Jobs run one after the other. stop() waits for a bounded time and then leaves
// the thread to itself: a job that hangs in a resolver must not hang the process's end. So jobs own what they use.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/result.hpp"
#include "base/time.hpp"

namespace pilotlight::zk {

class HelperThread {
 public:
  /// `ring` is called on the thread, at most once for each alarm that was set. Fails when no thread can be had.
  static Result<std::unique_ptr<HelperThread>> start(std::function<void()> ring);
  ~HelperThread();
  HelperThread(const HelperThread&) = delete;
  HelperThread& operator=(const HelperThread&) = delete;

  void run(std::function<void()> job);
  void set_alarm(std::optional<Instant> when);
  /// Runs the jobs there are, then ends. False when that took longer than `wait`.
  bool stop(Duration wait);

 private:
  struct State;
  explicit HelperThread(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

}  // namespace pilotlight::zk
