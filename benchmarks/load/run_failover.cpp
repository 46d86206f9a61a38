#include <unistd.h>

#include <unordered_map>

#include "load/follower.hpp"
#include "load/listener.hpp"
#include "load/scenarios.hpp"

namespace pilotlight::load {
namespace {

constexpr int workers_net = 1;

/// What all workers of the run have noticed of the failover that is under way, if one is.
class Watchman {
 public:
  Watchman(std::size_t workers, std::size_t masters) : follows_(workers, masters), of_(masters + 1) {
    of_[masters] = workers;
  }

  void lost() {
    note_begin();
    ++lost_;
    last_lost_ = now();
  }
  void followed(std::size_t worker, std::size_t master) {
    note_begin();
    --of_[follows_[worker]];
    ++of_[follows_[worker] = master];
    followed_at_.push_back(now());
  }
  /// All follow one master, and not the one of last time.
  [[nodiscard]] bool complete() const {
    const std::size_t master = follows_.front();
    return master != settled_ && master + 1 < of_.size() && of_[master] == follows_.size();
  }

  /// The figures of a failover that is complete; the next one may begin.
  Figures settle(const std::vector<Target>& masters) {
    settled_ = follows_.front();
    std::vector<double> back;
    for (const Instant at : followed_at_)
      back.push_back(std::chrono::duration<double, std::milli>(at - begun_).count());
    Figures figures;
    figures.put("scenario", "failover").put("event", "failover");
    figures.put("master", deploy::to_string(masters[settled_].master));
    figures.put("workers", static_cast<double>(follows_.size())).put("lost", static_cast<double>(lost_));
    // On the machine's monotonic clock, so that a script can set them against its own kill.
    figures.put("first_noticed_at_s", seconds(begun_)).put("last_lost_at_s", lost_ > 0 ? seconds(last_lost_) : 0);
    figures.put("first_followed_at_s", seconds(followed_at_.front()));
    figures.put("last_followed_at_s", seconds(followed_at_.back()));
    figures.put_spread("followed", back);
    begun_ = {};
    lost_ = 0;
    followed_at_.clear();
    return figures;
  }

 private:
  static double seconds(Instant at) { return std::chrono::duration<double>(at.time_since_epoch()).count(); }
  void note_begin() {
    if (begun_ == Instant{}) begun_ = now();
  }

  std::vector<std::size_t> follows_;  ///< by worker; the number of masters while it follows nobody
  std::vector<std::size_t> of_;       ///< by master: how many follow it
  std::vector<Instant> followed_at_;
  Instant begun_{};
  Instant last_lost_{};
  std::size_t lost_ = 0;
  std::size_t settled_ = static_cast<std::size_t>(-1);
};

/// The workers and the door at which masters call on them.
struct Crowd {
  explicit Crowd(Run& run)
      : watchman(run.options.workers, run.options.masters.size()),
        listener(run.loop, [this, &run](int socket, const std::string& host) {
          const auto found = by_host.find(host);
          if (found != by_host.end()) return workers[found->second]->adopt(socket);
          close(socket);
          run.tally.complain("a master called " + host + ", where no worker is");
        }) {
    const Options& options = run.options;
    for (std::size_t i = 0; i < options.workers; ++i) {
      const deploy::Address self{loopback_host(workers_net, options.first + i), listener.port()};
      by_host.emplace(self.host, i);
      workers.push_back(std::make_unique<Follower>(run.loop, options.masters, self, options.shape, options.first + i,
                                                   options.workers, run.tally));
      workers.back()->when_lost = [this] { watchman.lost(); };
      workers.back()->when_followed = [this, i](std::size_t master) {
        watchman.followed(i, master);
        if (pacer) pacer->finished(i);
      };
    }
  }

  Watchman watchman;
  std::unordered_map<std::string, std::size_t> by_host;
  std::vector<std::unique_ptr<Follower>> workers;
  std::optional<Pacer> pacer;
  Listener listener;
};

}  // namespace

int run_failover(const Options& options) {
  Run run(options);
  Crowd crowd(run);
  Figures ended;
  ended.put("scenario", "failover").put("event", "ended");

  crowd.pacer.emplace(0, options.workers, options.window,
                      [&](std::size_t i) { crowd.workers[i]->register_with_all(); });
  crowd.pacer->begin();
  const bool registered = run.wait_for("registering the workers", [&] { return crowd.pacer->done(); });
  crowd.pacer.reset();
  if (!registered) return run.finish(ended);
  crowd.watchman.settle(options.masters);
  Figures ready;
  ready.put("scenario", "failover").put("event", "ready").put("workers", static_cast<double>(options.workers)).print();

  const Instant deadline = now() + options.limit;
  while (run.tally.complaint_count == 0 && !stop_requested() && now() < deadline) {
    const auto done = [&] { return crowd.watchman.complete() || run.tally.complaint_count > 0; };
    if (run.loop.run_until(done, deadline) && crowd.watchman.complete()) crowd.watchman.settle(options.masters).print();
    for (const auto& worker : crowd.workers) worker->clear_broken();
  }
  return run.finish(ended);
}

}  // namespace pilotlight::load
