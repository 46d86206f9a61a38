#include <iostream>

#include "cli/command.hpp"
#include "deploy/types.hpp"

namespace pilotlight::cli {
namespace {

int run(const Arguments& arguments) {
  if (!arguments.empty()) {
    std::cerr << "Usage: pilotlight version\n";
    return arguments.front() == "--help" || arguments.front() == "-h" ? exit_ok : exit_usage;
  }
  std::cout << "pilotlight " PILOTLIGHT_VERSION "\n"
            << "serves Spark " << deploy::served_versions() << '\n'
            << "compiled by g++ " __VERSION__ "\n";
  return exit_ok;
}

}  // namespace

CommandRow version_command() {
  return {.name = "version", .sentence = "print the version, and which Spark lines are served", .run_raw = run};
}

}  // namespace pilotlight::cli
