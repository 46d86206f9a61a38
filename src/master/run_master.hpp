// `pilotlight master` from checked settings to exit code.
//
// Called once, on the main thread, by the command line. Returns 0 after SIGTERM or SIGINT, 1 when a port or the
// recovery store cannot be had (the reason is in the log).
#pragma once

#include <string>
#include <vector>

#include "config/master_settings.hpp"

namespace pilotlight::master {

int run_master(config::MasterSettings settings, const std::vector<std::string>& warnings);

}  // namespace pilotlight::master
