#include <algorithm>

#include "load/scenarios.hpp"

namespace pilotlight::load {
namespace {

/// When each application had all its executors, from one common or from its own beginning.
class Served {
 public:
  Served(Run& run, std::size_t first, std::size_t count) : run_(run), first_(first), granted_(count), running_(count) {
    for (std::size_t i = 0; i < count; ++i) {
      run.applications[first + i]->when_granted = [this, i] { note(granted_[i], granted_count_); };
      run.applications[first + i]->when_running = [this, i] { note(running_[i], running_count_); };
    }
  }
  ~Served() {
    for (std::size_t i = 0; i < granted_.size(); ++i) {
      run_.applications[first_ + i]->when_granted = nullptr;
      run_.applications[first_ + i]->when_running = nullptr;
    }
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  void begin() { begun_ = now(); }
  bool wait() {
    return run_.wait_for("granting and starting all executors",
                         [this] { return granted_count_ == granted_.size() && running_count_ == running_.size(); });
  }
  [[nodiscard]] std::vector<double> granted_ms() const { return since_begin(granted_); }
  [[nodiscard]] std::vector<double> running_ms() const { return since_begin(running_); }
  [[nodiscard]] std::size_t granted_count() const { return granted_count_; }

 private:
  static void note(Instant& when, std::size_t& count) {
    when = now();
    ++count;
  }
  [[nodiscard]] std::vector<double> since_begin(const std::vector<Instant>& whens) const {
    std::vector<double> result;
    for (const Instant when : whens)
      if (when != Instant{}) result.push_back(std::chrono::duration<double, std::milli>(when - begun_).count());
    return result;
  }

  Run& run_;
  std::size_t first_;
  Instant begun_{};
  std::vector<Instant> granted_, running_;
  std::size_t granted_count_ = 0, running_count_ = 0;
};

/// An application that finds the cluster idle: its own time only.
bool applications_come_one_by_one(Run& run, std::size_t first, std::size_t count, Figures& figures) {
  std::optional<Pacer> pacer;
  pacer.emplace(first, count, 1, [&](std::size_t i) {
    run.applications[i]->when_granted = [&pacer, i] { pacer->finished(i); };
    run.applications[i]->register_now();
  });
  pacer->begin();
  const bool granted = run.wait_for("granting executors", [&] { return pacer->done(); });
  for (std::size_t i = first; i < first + count; ++i) run.applications[i]->when_granted = nullptr;
  figures.put("workers", static_cast<double>(run.options.workers)).put("applications", static_cast<double>(count));
  figures.put_spread("granted", pacer->milliseconds());
  return granted;
}

double last_of(const std::vector<double>& samples) {
  return samples.empty() ? 0 : *std::max_element(samples.begin(), samples.end());
}

/// The usual order: the cluster is there, applications come.
bool applications_come(Run& run, std::size_t first, std::size_t count, Served& served) {
  std::optional<Pacer> pacer;
  served.begin();
  return run.register_applications(first, count, pacer) && served.wait();
}

/// The worst order for a scheduler: every worker that comes meets all who wait.
bool workers_come(Run& run, std::size_t count, Served& served) {
  std::optional<Pacer> apps, workers;
  if (!run.register_applications(0, count, apps)) return false;
  served.begin();
  return run.register_workers(0, run.options.workers, workers) && served.wait();
}

}  // namespace

int run_schedule(const Options& options) {
  Run run(options);
  Figures figures;
  figures.put("scenario", options.apps_first ? "schedule-apps-first" : "schedule");
  std::optional<Pacer> pacer;
  if (!run.make_workers() || !run.make_applications() || !run.connect_workers() || !run.connect_applications())
    return run.finish(figures);

  const std::size_t warm_up = options.apps_first ? 0 : std::min(options.warm_up, options.apps);
  if (!options.apps_first && !run.register_workers(0, options.workers, pacer)) return run.finish(figures);
  if (warm_up > 0) {
    Served warming(run, 0, warm_up);
    if (!applications_come(run, 0, warm_up, warming) || !run.end_applications(0, warm_up)) return run.finish(figures);
  }

  const std::size_t count = options.apps - warm_up;
  if (options.one_by_one) {
    applications_come_one_by_one(run, warm_up, count, figures);
    return run.finish(figures);
  }
  Served served(run, warm_up, count);
  const double master_cpu_before = cpu_seconds_of(options.master_pid);
  const bool all_served =
      options.apps_first ? workers_come(run, count, served) : applications_come(run, warm_up, count, served);
  figures.put("workers", static_cast<double>(options.workers)).put("applications", static_cast<double>(count));
  figures.put("served", static_cast<double>(served.granted_count()));
  figures.put("all_granted_ms", last_of(served.granted_ms())).put("all_running_ms", last_of(served.running_ms()));
  figures.put_spread("granted", served.granted_ms());
  if (options.master_pid != 0)
    figures.put("master_cpu_counted_s", cpu_seconds_of(options.master_pid) - master_cpu_before);
  if (all_served && options.end) {
    const Instant begun = now();
    if (run.end_applications(warm_up, count))
      figures.put("all_ended_ms", std::chrono::duration<double, std::milli>(now() - begun).count());
  }
  return run.finish(figures);
}

}  // namespace pilotlight::load
