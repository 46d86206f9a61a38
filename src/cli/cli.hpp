// The command line of `pilotlight`: finds the command and runs it.
//
// Called by main, once, on the main thread. Results go to stdout, messages to stderr. Exit codes: 0 done, 1 usage of
// `pilotlight master` (as Spark's) or the command failed, 2 usage of any other command, 78 mistakes in the
// configuration.
#pragma once

namespace pilotlight::cli {

int run(int argc, const char* const* argv);

}  // namespace pilotlight::cli
