#include <unistd.h>

#include <unordered_map>

#include "load/follower.hpp"
#include "load/listener.hpp"
#include "load/scenarios.hpp"
#include "load/watchman.hpp"

namespace pilotlight::load {
namespace {

constexpr int workers_net = 1;

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
      workers.back()->when_lost = [this] { watchman.lost(now()); };
      workers.back()->when_followed = [this, i](std::size_t master) {
        watchman.followed(i, master, now());
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
  if (!registered || options.workers == 0) return run.finish(ended);
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
