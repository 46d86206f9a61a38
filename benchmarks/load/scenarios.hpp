// The scenarios of `pilotlight_load`, one per subcommand. Each prints JSON lines and returns the exit code.
#pragma once

#include "load/run.hpp"

namespace pilotlight::load {

/// Registrations per second and the time until the answer. One line.
int run_register(const Options& options);
/// Registers workers (and applications, which get their executors), prints a line with "event": "ready", keeps the
/// heartbeats going for `hold` or until SIGTERM, prints a second line.
int run_hold(const Options& options);
/// Registers workers with several masters and follows whoever leads: a line with "event": "ready", then one with
/// "event": "failover" each time all of them have a new master, until SIGTERM or the time limit.
int run_failover(const Options& options);
/// How long applications wait for their executors. One line.
int run_schedule(const Options& options);

}  // namespace pilotlight::load
