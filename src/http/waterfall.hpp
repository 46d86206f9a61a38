// How long a failover took, drawn: each phase is a bar that begins where the phase before it ended. Pure.
//
// SVG without styles of its own (the page's policy forbids them); the figures always stand beside it as text.
#pragma once

#include <span>
#include <string>

#include "base/time.hpp"
#include "replica/flight.hpp"

namespace pilotlight::http {

/// "2.1 ms", "12.3 s"; "" when the phase never came.
std::string phase_text(const std::optional<Duration>& phase);
/// One failover in full: a sentence, then a line for each phase that came.
std::string waterfall(const replica::Flight& flight, const Now& now);
/// All of them, newest first; the older ones folded away.
std::string failovers_table(std::span<const replica::Flight> oldest_first, const Now& now);

}  // namespace pilotlight::http
