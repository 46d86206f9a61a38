#include "core/record.hpp"

#include <array>

namespace pilotlight::core {
namespace {

constexpr std::array<std::string_view, 6> app_state_names = {"WAITING", "RUNNING", "FINISHED",
                                                             "FAILED",  "KILLED",  "UNKNOWN"};

}  // namespace

std::string_view to_string(AppState state) { return app_state_names[static_cast<std::size_t>(state)]; }

std::optional<AppState> app_state_by_name(std::string_view name) {
  for (std::size_t i = 0; i < app_state_names.size(); ++i)
    if (app_state_names[i] == name) return static_cast<AppState>(i);
  return std::nullopt;
}

}  // namespace pilotlight::core
