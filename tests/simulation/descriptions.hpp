// Descriptions of applications and drivers for simulated peers: real ones of the golden files, with fields of their
// own. Their raw bytes are what a recovered record is read from, so they must say the same.
#pragma once

#include <string>

#include "deploy/types.hpp"

namespace pilotlight::simulation {

/// 2 cores and 1024 MiB per executor.
deploy::ApplicationDescription application(const std::string& name, std::int32_t max_cores, std::int32_t limit);
/// `job` becomes its jar's URL: what all attempts of one submission have in common.
deploy::DriverDescription driver(const std::string& job, bool supervise);

}  // namespace pilotlight::simulation
