// What a second look at the configuration finds changed: for SIGHUP. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "config/merge.hpp"

namespace pilotlight::config {

struct Change {
  std::string name;
  std::string before;  ///< as written or the default; "" where neither is known. Secrets are hidden.
  std::string after;
  bool reloadable = false;  ///< a running master takes it; otherwise it waits for the next start
};

/// Supported keys whose effective text differs, in the order of their names.
std::vector<Change> changes(const Merged& before, const Merged& after);

}  // namespace pilotlight::config
