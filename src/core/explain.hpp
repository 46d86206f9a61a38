// Why an application or a driver waits: one sentence for people (D12). Pure; looks at all workers, so for questions,
// not for every step.
#pragma once

#include <optional>
#include <string>

#include "core/state.hpp"

namespace pilotlight::core {

/// nullopt when the application has what it asked for.
std::optional<std::string> why_waiting(const State& state, const AppInfo& app);
/// nullopt when the driver does not wait.
std::optional<std::string> why_waiting(const State& state, const DriverInfo& driver);

}  // namespace pilotlight::core
