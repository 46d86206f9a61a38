// `pilotlight master` from checked settings to exit code.
//
// Called once, on the main thread, by the command line, with a way to read the configuration again (SIGHUP). Returns 0
// after SIGTERM or SIGINT, 1 when a port or the recovery store cannot be had (the reason is in the log).
#pragma once

#include <functional>

#include "config/load.hpp"

namespace pilotlight::master {

/// `loaded` holds settings; `reload` reads the same sources anew, on the runtime's thread.
int run_master(const config::Loaded& loaded, std::function<config::Loaded()> reload);

}  // namespace pilotlight::master
