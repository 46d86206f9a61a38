#include <algorithm>

#include "load/scenarios.hpp"

namespace pilotlight::load {
namespace {

/// The last workers' reports are work that belongs to their registrations: the master may still be at it.
constexpr auto time_for_reports = std::chrono::milliseconds(200);

}  // namespace

int run_register(const Options& options) {
  Run run(options);
  Figures figures;
  figures.put("scenario", options.cold ? "register-cold" : "register");

  const std::size_t warm_up = std::min(options.warm_up, options.workers);
  std::optional<Pacer> warming, pacer;
  if (!run.make_workers() || (!options.cold && !run.connect_workers()) || !run.register_workers(0, warm_up, warming))
    return run.finish(figures);

  const double cpu_before = own_cpu_seconds();
  const double master_cpu_before = cpu_seconds_of(options.master_pid);
  run.register_workers(warm_up, options.workers - warm_up, pacer);
  const auto count = static_cast<double>(pacer->finished_count());
  figures.put("workers", static_cast<double>(options.workers)).put("counted", count);
  figures.put("window", static_cast<double>(options.window)).put("seconds", pacer->seconds());
  figures.put("per_second", pacer->seconds() > 0 ? count / pacer->seconds() : 0);
  figures.put_spread("answer", pacer->milliseconds());
  figures.put("generator_cpu_counted_s", own_cpu_seconds() - cpu_before);
  if (options.master_pid != 0) {
    run.loop.run_until([] { return false; }, now() + time_for_reports);
    figures.put("master_cpu_counted_s", cpu_seconds_of(options.master_pid) - master_cpu_before);
  }
  return run.finish(figures);
}

}  // namespace pilotlight::load
