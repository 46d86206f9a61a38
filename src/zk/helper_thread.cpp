#include "zk/helper_thread.hpp"

#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace pilotlight::zk {
namespace {

/// Threads that are started meanwhile take no signals (nor do the ones that they start): those are the runtime's.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

struct HelperThread::State {
  std::function<void()> ring;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> jobs;
  std::optional<Instant> alarm;
  bool stopping = false;
  bool ended = false;

  void run() {
    std::unique_lock lock(mutex);
    while (true) {
      if (!jobs.empty()) {
        auto job = std::move(jobs.front());
        jobs.pop_front();
        lock.unlock();
        job();
        job = nullptr;  // what it owns may be a handle, which blocks when it is closed
        lock.lock();
      } else if (stopping) {
        ended = true;
        changed.notify_all();
        return;
      } else if (alarm && std::chrono::steady_clock::now() >= *alarm) {
        alarm.reset();
        lock.unlock();
        ring();
        lock.lock();
      } else if (alarm) {
        changed.wait_until(lock, *alarm);
      } else {
        changed.wait(lock);
      }
    }
  }
};

Result<std::unique_ptr<HelperThread>> HelperThread::start(std::function<void()> ring) {
  auto state = std::make_shared<State>();
  state->ring = std::move(ring);
  const SignalsBlocked blocked;
  try {
    std::thread([state] { state->run(); }).detach();
  } catch (const std::system_error& error) {
    return retryable(std::string("the thread for ZooKeeper could not be started: ") + error.what());
  }
  return std::unique_ptr<HelperThread>(new HelperThread(std::move(state)));
}

HelperThread::~HelperThread() { stop(Duration::zero()); }

void HelperThread::run(std::function<void()> job) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->jobs.push_back(std::move(job));
  }
  state_->changed.notify_all();
}

void HelperThread::set_alarm(std::optional<Instant> when) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->alarm = when;
  }
  state_->changed.notify_all();
}

bool HelperThread::stop(Duration wait) {
  std::unique_lock lock(state_->mutex);
  state_->stopping = true;
  state_->changed.notify_all();
  return state_->changed.wait_for(lock, wait, [this] { return state_->ended; });
}

}  // namespace pilotlight::zk
