#include "http/renderer.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "http/mirrored.hpp"
#include "http/router.hpp"

namespace pilotlight::http {
namespace {

/// The loop goes first where processors are few.
constexpr int niceness = 5;

struct Job {
  std::shared_ptr<const Snapshot> snapshot;
  std::optional<Request> request;  ///< none: the snapshot is only to be dropped
  Renderer::Rendered rendered;
};

}  // namespace

class Renderer::Impl {
 public:
  Impl(About about, Post post) : about_(std::move(about)), post_(std::move(post)), thread_([this] { run(); }) {}
  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  void add(Job job) {
    {
      const std::lock_guard lock(mutex_);
      jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
  }

 private:
  void run() {
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), niceness);
    for (;;) {
      Job job;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
        if (ending_) return;
        job = std::move(jobs_.front());
        jobs_.pop_front();
      }
      if (job.request) render(job);
    }
  }

  void render(Job& job) {
    const auto began = std::chrono::steady_clock::now();
    auto response = respond(*job.request, shown(job.snapshot), job.snapshot->now, job.snapshot->cluster, about_,
                            job.snapshot->stats);
    response.shared = std::make_shared<const std::string>(std::move(response.body));
    response.body.clear();
    post_([rendered = std::move(job.rendered), response = std::move(response),
           took = std::chrono::steady_clock::now() - began]() mutable { rendered(std::move(response), took); });
  }

  /// A STANDBY's records become a state once for each snapshot.
  const core::State& shown(const std::shared_ptr<const Snapshot>& snapshot) {
    if (snapshot->state.recovery != core::RecoveryState::standby || !snapshot->with_records) return snapshot->state;
    if (mirrored_of_ != snapshot) {
      mirrored_ = mirrored_state(snapshot->state.settings, snapshot->recorded, snapshot->now);
      mirrored_of_ = snapshot;
    }
    return mirrored_;
  }

  const About about_;
  const Post post_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  bool ending_ = false;
  std::shared_ptr<const Snapshot> mirrored_of_;  ///< of the thread alone, as is the next
  core::State mirrored_;
  std::thread thread_;  ///< last: it uses everything above
};

Renderer::Renderer(About about, Post post) : impl_(std::make_unique<Impl>(std::move(about), std::move(post))) {}
Renderer::~Renderer() = default;
void Renderer::render(std::shared_ptr<const Snapshot> snapshot, Request request, Rendered rendered) {
  impl_->add({std::move(snapshot), std::move(request), std::move(rendered)});
}
void Renderer::drop(std::shared_ptr<const Snapshot> snapshot) { impl_->add({std::move(snapshot), std::nullopt, {}}); }

}  // namespace pilotlight::http
