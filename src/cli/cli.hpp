// The command line of `pilotlight`: finds the command and runs it.
//
// Called by main, once, on the main thread. Results go to stdout, messages to stderr. Never throws on wrong words; the
// exit codes are in commands.hpp.
#pragma once

namespace pilotlight::cli {

int run(int argc, const char* const* argv);

}  // namespace pilotlight::cli
