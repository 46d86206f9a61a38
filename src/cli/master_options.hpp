// The options that `pilotlight master` and `pilotlight config …` share, made from the table's flags. No I/O, never
// throws.
#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "cli/commands.hpp"
#include "config/load.hpp"

namespace pilotlight::cli {

/// -h is --host for the master, as in Spark (spec §10.2), and --help for everything else.
enum class ShortH : std::uint8_t { host, help };

struct MasterOptions {
  config::CommandLine command_line;
  bool only_set = false;  ///< --set, where it is taken
  bool help = false;      ///< --help was given: nothing else counts
};

/// A flag that is given twice counts the last time: start-master.sh puts its own in front of the user's. The error
/// names the flag or argument that is not one, or the port that is no number.
Result<MasterOptions> parse_master_options(const Arguments& arguments, ShortH short_h, bool takes_set);

}  // namespace pilotlight::cli
