// Effects and state as readable lines, one for each thing that the master does.
//
// "INFO …" a log line; "put …" and "remove …" a record; "-> peer Message …" a message that waits for the records,
// "!> …" one that goes out at once; "answer …" and "!answer …" likewise.
#pragma once

#include <string>

#include "core/effect.hpp"
#include "core/state.hpp"

namespace pilotlight::scenarios {

std::string render(const core::Effects& effects);
std::string render(const core::State& state);

}  // namespace pilotlight::scenarios
