#include "cli/cli.hpp"

#include <iostream>
#include <string_view>

#include "cli/commands.hpp"
#include "config/nearest.hpp"

namespace pilotlight::cli {
namespace {

struct Command {
  std::string_view name;
  std::string_view sentence;
  int (*run)(const Arguments&);
};

constexpr Command commands[] = {
    {"master", "run the master of a Spark standalone cluster", cmd_master},
    {"config", "check or show the master's configuration", cmd_config},
    {"version", "print the version and the Spark lines that are served", cmd_version},
};

void print_help(std::ostream& out) {
  out << "Pilotlight: the master of an Apache Spark standalone cluster.\n"
         "\n"
         "Examples:\n"
         "  pilotlight master --host 10.0.0.1                     spark://10.0.0.1:7077, web UI on 8080\n"
         "  pilotlight master --config /etc/pilotlight.yaml       with a configuration file\n"
         "  pilotlight config check --config pilotlight.yaml      all mistakes at once\n"
         "\n"
         "Commands:\n";
  for (const auto& command : commands) {
    out << "  " << command.name << std::string(10 - command.name.size(), ' ') << command.sentence << '\n';
  }
  out << "\n`pilotlight COMMAND --help` says more about one. The reference is docs/CONFIGURATION.md.\n";
}

int unknown_command(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& command : commands) names.push_back(command.name);
  std::cerr << "pilotlight: there is no command '" << name << "'";
  if (const auto near = config::nearest(name, names, 2)) std::cerr << "; did you mean '" << *near << "'?";
  std::cerr << "\n`pilotlight --help` lists all commands.\n";
  return exit_usage;
}

}  // namespace

int run(int argc, const char* const* argv) {
  if (argc < 2) {
    print_help(std::cout);
    return exit_ok;
  }
  const std::string_view name = argv[1];
  const Arguments arguments(argv + 2, argv + argc);
  for (const auto& command : commands)
    if (command.name == name) return command.run(arguments);
  if (name == "--version") return cmd_version({});
  if (name == "--help" || name == "-h" || name == "help") {
    print_help(std::cout);
    return exit_ok;
  }
  return unknown_command(name);
}

}  // namespace pilotlight::cli
