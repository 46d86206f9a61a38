// The scenarios of `pilotlight_load`, one per subcommand. Each prints JSON lines and returns the exit code.
#pragma once

#include "load/run.hpp"

namespace pilotlight::load {

/// Registrations per second and the time until the answer. One line.
int run_register(const Options& options);
/// Registers workers (and applications, which get their executors), prints a line with "event": "ready", keeps the
/// heartbeats going for `hold` or until SIGTERM, prints a second line.
int run_hold(const Options& options);
/// How long applications wait for their executors. One line.
int run_schedule(const Options& options);

}  // namespace pilotlight::load
