#include "load/scenarios.hpp"

namespace pilotlight::load {
namespace {

bool serve_applications(Run& run) {
  if (run.options.apps == 0) return true;
  std::optional<Pacer> pacer;
  const auto all = run.options.apps * executors_per_application;
  return run.make_applications() && run.connect_applications() &&
         run.register_applications(0, run.options.apps, pacer) &&
         run.wait_for("starting the executors", [&] { return run.tally.reports_answered >= all; });
}

}  // namespace

int run_hold(const Options& options) {
  Run run(options);
  std::optional<Pacer> pacer;
  Figures ready, held;
  ready.put("scenario", "hold").put("event", "ready");
  held.put("scenario", "hold").put("event", "held");
  if (!run.make_workers() || !run.connect_workers() || !run.register_workers(0, options.workers, pacer) ||
      !serve_applications(run))
    return run.finish(held);
  ready.put("workers", static_cast<double>(options.workers)).put("applications", static_cast<double>(options.apps));
  ready.put("executors", static_cast<double>(run.tally.executors_launched)).print();

  const auto beats_before = run.tally.heartbeats_sent;
  const double cpu_before = own_cpu_seconds();
  const Instant begun = now();
  run.loop.run_until([&] { return run.tally.complaint_count > 0; }, begun + options.hold);
  held.put("seconds", std::chrono::duration<double>(now() - begun).count());
  held.put("heartbeats", static_cast<double>(run.tally.heartbeats_sent - beats_before));
  held.put("generator_cpu_held_s", own_cpu_seconds() - cpu_before);
  return run.finish(held);
}

}  // namespace pilotlight::load
