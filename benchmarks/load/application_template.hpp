// ApplicationDescriptions for simulated applications: a real one of the golden files, with another name and limit.
//
// Made once per application before the clock starts. The template (tests/golden, RegisterApplication.bin of each
// dialect) is compiled in: 4 cores at most, at first 2 executors at most, each of 2 cores and 1024 MiB.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "deploy/codec.hpp"

namespace pilotlight::load {

inline constexpr std::int32_t executors_per_application = 2;
inline constexpr std::int32_t cores_per_executor = 2;
inline constexpr std::int32_t memory_mb_per_executor = 1024;

/// `initial_executor_limit` replaces the template's 2. The result is of `dialect`.
Result<deploy::ApplicationDescription> make_application_description(deploy::Dialect dialect, const std::string& name,
                                                                    std::optional<std::int32_t> initial_executor_limit);

}  // namespace pilotlight::load
