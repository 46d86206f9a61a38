#include "core/state.hpp"

namespace pilotlight::core {

std::string_view to_string(RecoveryState state) {
  switch (state) {
    case RecoveryState::standby: return "STANDBY";
    case RecoveryState::recovering: return "RECOVERING";
    case RecoveryState::completing_recovery: return "COMPLETING_RECOVERY";
    case RecoveryState::alive: return "ALIVE";
  }
  return "";
}

std::string_view to_string(WorkerState state) {
  switch (state) {
    case WorkerState::alive: return "ALIVE";
    case WorkerState::dead: return "DEAD";
    case WorkerState::decommissioned: return "DECOMMISSIONED";
    case WorkerState::unknown: return "UNKNOWN";
  }
  return "";
}

}  // namespace pilotlight::core
