#include <unistd.h>

#include <algorithm>
#include <unordered_map>

#include "load/follower.hpp"
#include "load/following_application.hpp"
#include "load/listener.hpp"
#include "load/scenarios.hpp"
#include "load/watchman.hpp"

namespace pilotlight::load {
namespace {

constexpr std::size_t first_newcomer = 50'000;  // their addresses lie behind those of all other applications

/// The workers, the applications and the door at which masters call on them.
struct Crowd {
  explicit Crowd(Run& owner)
      : run(owner),
        watchman(run.options.workers + run.options.apps, run.options.masters.size()),
        listener(run.loop, [this](int socket, const std::string& host) {
          const auto found = by_host.find(host);
          if (found != by_host.end()) return found->second->adopt(socket);
          close(socket);
          run.tally.complain("a master called " + host + ", where nobody is");
        }) {
    const Options& options = run.options;
    for (std::size_t i = 0; i < options.workers; ++i) {
      const deploy::Address self{loopback_host(workers_net, options.first + i), listener.port()};
      workers.push_back(std::make_unique<Follower>(run.loop, options.masters, self, options.shape, options.first + i,
                                                   options.workers, run.tally));
      add(self, *workers.back());
    }
  }

  /// False, with a complaint, when the compiled-in description cannot be used.
  bool make_applications() {
    const Options& options = run.options;
    for (std::size_t i = 0; i < options.apps; ++i) {
      const std::size_t number = options.first + i;
      auto description =
          make_application_description(options.target.dialect, "load " + std::to_string(number), std::nullopt);
      if (!description) {
        run.tally.complain(description.error().to_string());
        return false;
      }
      const deploy::Address self{loopback_host(applications_net, number), listener.port()};
      applications.push_back(
          std::make_unique<FollowingApplication>(run.loop, options.masters, self, *std::move(description), run.tally));
      add(self, *applications.back());
    }
    return true;
  }

  /// A driver that is started while nobody leads. One for each failover.
  void welcome_newcomer() {
    if (!run.options.newcomers || newcomer != nullptr) return;
    const std::size_t number = first_newcomer + newcomers++;
    auto description = make_application_description(run.options.target.dialect, "newcomer", std::nullopt);
    if (!description) return run.tally.complain(description.error().to_string());
    const deploy::Address self{loopback_host(applications_net, number), listener.port()};
    applications.push_back(std::make_unique<FollowingApplication>(run.loop, run.options.masters, self,
                                                                  *std::move(description), run.tally));
    newcomer = applications.back().get();
    by_host.emplace(self.host, newcomer);
    newcomer->when_added = [this] { newcomer_added = now(); };
    newcomer->register_with_all();
  }

  /// Everybody follows the new leader, and who came meanwhile is served.
  [[nodiscard]] bool complete() const { return watchman.complete() && (newcomer == nullptr || newcomer->served()); }

  Figures settle() {
    auto figures = counted(watchman.settle(run.options.masters, "failover"));
    if (newcomer != nullptr) figures.put("newcomer_added_at_s", Watchman::seconds(newcomer_added));
    newcomer = nullptr;
    return figures;
  }

  void add(const deploy::Address& self, ManyLinks& peer) {
    const std::size_t number = by_host.size();
    by_host.emplace(self.host, &peer);
    peer.when_lost = [this] {
      watchman.lost(now());
      welcome_newcomer();
    };
    peer.when_followed = [this, number](std::size_t master) {
      watchman.followed(number, master, now());
      if (pacer && number < workers.size()) pacer->finished(number);
    };
  }

  /// Some may register with one leader and the rest with the next: they are in when all follow the same.
  bool register_workers() {
    pacer.emplace(0, workers.size(), run.options.window, [&](std::size_t i) { workers[i]->register_with_all(); });
    pacer->begin();
    const bool registered = run.wait_for("registering the workers", [&] { return pacer->done(); });
    pacer.reset();
    return registered;
  }

  bool serve_applications() {
    if (!make_applications()) return false;
    std::optional<Pacer> serving;
    serving.emplace(0, applications.size(), run.options.window, [&](std::size_t i) {
      applications[i]->when_running = [&serving, i] { serving->finished(i); };
      applications[i]->register_with_all();
    });
    serving->begin();
    const bool served = run.wait_for("starting the executors", [&] { return serving->done(); });
    for (auto& application : applications) application->when_running = nullptr;
    return served;
  }

  bool settled() {
    return run.wait_for("all workers and applications to follow one master", [&] { return watchman.complete(); });
  }

  bool renew_executors() {
    for (auto& application : applications) {
      const ExecutorId executor = application->expect_the_end_of_one();
      const auto ended = std::count_if(workers.begin(), workers.end(),
                                       [&](auto& worker) { return worker->end_executor(application->id(), executor); });
      if (ended != 1)
        run.tally.complain(application->id().text + "/" + std::to_string(executor.value) + " runs on " +
                           std::to_string(ended) + " workers");
    }
    return run.wait_for("replacing the executors", [&] {
      return std::all_of(applications.begin(), applications.end(), [](const auto& one) { return one->served(); });
    });
  }

  [[nodiscard]] std::size_t executors() const {
    std::size_t count = 0;
    for (const auto& worker : workers) count += worker->running_executors();
    return count;
  }

  Figures counted(Figures figures) const {
    figures.put("workers", static_cast<double>(workers.size()));
    figures.put("applications", static_cast<double>(applications.size()));
    figures.put("executors", static_cast<double>(executors()));
    return figures;
  }

  void clear_broken() {
    for (const auto& [host, peer] : by_host) peer->clear_broken();
  }

  Run& run;
  Watchman watchman;
  std::unordered_map<std::string, ManyLinks*> by_host;
  std::vector<std::unique_ptr<Follower>> workers;
  std::vector<std::unique_ptr<FollowingApplication>> applications;
  FollowingApplication* newcomer = nullptr;  ///< of the failover that is under way
  std::size_t newcomers = 0;
  Instant newcomer_added{};
  std::optional<Pacer> pacer;
  Listener listener;
};

Figures event(const char* name) {
  Figures figures;
  figures.put("scenario", "failover").put("event", name);
  return figures;
}

}  // namespace

int run_failover(const Options& options) {
  listen_for_nudges();
  Run run(options);
  Crowd crowd(run);
  if (options.workers == 0 || !crowd.register_workers() || !crowd.serve_applications() || !crowd.settled())
    return run.finish(event("ended"));
  crowd.counted(crowd.watchman.settle(options.masters, "ready")).print();

  const Instant deadline = now() + options.limit;
  while (run.tally.complaint_count == 0 && !stop_requested() && now() < deadline) {
    const auto done = [&] { return crowd.complete() || nudged() || run.tally.complaint_count > 0; };
    run.loop.run_until(done, deadline);
    if (crowd.complete()) crowd.settle().print();
    if (nudged()) {
      forget_nudge();
      if (crowd.renew_executors()) crowd.counted(event("renewed")).print();
    }
    crowd.clear_broken();
  }
  return run.finish(event("ended"));
}

}  // namespace pilotlight::load
