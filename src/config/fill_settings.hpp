// From checked values to typed settings: one line for each supported key of the table. Called by load.hpp.
#pragma once

#include <string_view>
#include <vector>

#include "config/master_settings.hpp"
#include "config/validate.hpp"

namespace pilotlight::config {

/// Only for a Validated without errors. The host and what depends on it come from `local_host` when nobody set them.
MasterSettings fill_settings(const Validated& validated, const std::string& local_host);

/// The keys that fill a field; a test compares them with the supported rows of the table.
std::vector<std::string_view> filled_keys();

}  // namespace pilotlight::config
