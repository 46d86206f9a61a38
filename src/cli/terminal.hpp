// What stdout is: a terminal, of which width, with or without colours, or something else.
#pragma once

#include "cli/listing.hpp"

namespace pilotlight::cli {

bool stdout_is_terminal();
/// Width and colours of stdout. Colours: only on a terminal, not with NO_COLOR (not empty), TERM=dumb or `no_color`.
Look look_of_stdout(bool no_color);

}  // namespace pilotlight::cli
