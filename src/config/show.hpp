// `pilotlight config show` as text: each key, its value and where it came from; secrets are hidden.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "config/load.hpp"

namespace pilotlight::config {

/// With a width, columns are aligned and lines stay within it where the values allow it (a long origin moves to a line
/// of its own). Without: one line per key, fields parted by tabs, for other programs. `only_set` leaves defaults out.
std::string show(const Loaded& loaded, std::optional<std::size_t> width, bool only_set);

}  // namespace pilotlight::config
