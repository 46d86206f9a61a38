#include <iostream>

#include "cli/commands.hpp"
#include "deploy/types.hpp"

namespace pilotlight::cli {

int cmd_version(const Arguments& arguments) {
  if (!arguments.empty()) {
    std::cerr << "Usage: pilotlight version\n";
    return arguments.front() == "--help" || arguments.front() == "-h" ? exit_ok : exit_usage;
  }
  std::cout << "pilotlight " PILOTLIGHT_VERSION "\n"
            << "serves Spark " << deploy::served_versions() << '\n'
            << "compiled by g++ " __VERSION__ "\n";
  return exit_ok;
}

}  // namespace pilotlight::cli
