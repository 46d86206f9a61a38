#include <unistd.h>

#include <iostream>
#include <string_view>

#include "cli/commands.hpp"
#include "cli/master_options.hpp"
#include "cli/report.hpp"
#include "config/documents.hpp"
#include "config/load.hpp"
#include "config/nearest.hpp"
#include "config/show.hpp"

namespace pilotlight::cli {
namespace {

constexpr std::size_t terminal_width = 80;

constexpr const char* help =
    "Check or show the configuration that `pilotlight master` would run with.\n"
    "\n"
    "Examples:\n"
    "  pilotlight config check --config pilotlight.yaml    all mistakes at once; exit 0 or 78\n"
    "  pilotlight config show                              each value and where it came from\n"
    "  pilotlight config show --set | cut -f1              the keys that something sets\n"
    "  pilotlight config sample > pilotlight.yaml          a file to start from\n"
    "\n"
    "Usage: pilotlight config check|show|sample|docs [options]\n"
    "\n"
    "  check    says what is wrong, in one go; warnings as well\n"
    "  show     prints key, value and origin: a table on a terminal, tabs in a pipe\n"
    "  sample   prints conf/pilotlight.yaml: every key, commented\n"
    "  docs     prints docs/CONFIGURATION.md: every key, explained\n"
    "\n"
    "Options of check and show:\n"
    "  --set                    show only what some source sets (show)\n"
    "  --config FILE, -c KEY=VALUE, --properties-file FILE,\n"
    "  --host HOST, --port PORT, --webui-port PORT\n"
    "                           as for `pilotlight master`; the environment counts as well\n"
    "  -h, --help               print this\n";

int usage_error(const std::string& message) {
  std::cerr << "pilotlight config: " << message << "\n`pilotlight config --help` shows how it is used.\n";
  return exit_usage;
}

std::string in_words(const config::MasterSettings& settings) {
  std::string text = "The configuration is good: spark://" + settings.host + ":" + std::to_string(settings.port) +
                     ", web UI on port " + std::to_string(settings.web_ui_port) + ", ";
  switch (settings.recovery_mode) {
    case config::RecoveryMode::none: return text + "no recovery (NONE).";
    case config::RecoveryMode::filesystem:
      return text + "recovery from " + settings.recovery_directory + " (FILESYSTEM).";
    case config::RecoveryMode::zookeeper:
      return text + "elected on " + settings.zookeeper_url + " below " + settings.election.dir + " (ZOOKEEPER).";
  }
  return text;
}

int check(const config::Loaded& loaded) {
  print_warnings(loaded);
  if (!loaded.settings) {
    print_errors(loaded);
    return exit_configuration;
  }
  std::cout << in_words(*loaded.settings) << '\n';
  return exit_ok;
}

int show(const config::Loaded& loaded, bool only_set) {
  const bool on_terminal = isatty(STDOUT_FILENO) == 1;
  std::cout << config::show(loaded, on_terminal ? std::optional(terminal_width) : std::nullopt, only_set) << std::flush;
  print_warnings(loaded);
  if (loaded.settings) return exit_ok;
  print_errors(loaded);
  return exit_configuration;
}

int print_document(const Arguments& options, const std::string& text) {
  if (!options.empty()) return usage_error("'" + options.front() + "' is not expected here");
  std::cout << text << std::flush;
  return std::cout ? exit_ok : exit_failed;
}

bool asks_for_help(const Arguments& arguments) {
  return !arguments.empty() && (arguments[0] == "--help" || arguments[0] == "-h" || arguments[0] == "help");
}

}  // namespace

int cmd_config(const Arguments& arguments) {
  if (arguments.empty() || asks_for_help(arguments)) {
    std::cout << help;
    return exit_ok;
  }
  const std::string& what = arguments.front();
  const Arguments rest(arguments.begin() + 1, arguments.end());
  if (asks_for_help(rest)) {
    std::cout << help;
    return exit_ok;
  }
  if (what == "sample") return print_document(rest, config::sample_file());
  if (what == "docs") return print_document(rest, config::reference_page());
  if (what != "check" && what != "show") {
    static constexpr std::string_view names[] = {"check", "show", "sample", "docs"};
    const auto near = config::nearest(what, names, 2);
    return usage_error("there is no '" + what + "'" +
                       (near ? "; did you mean '" + std::string(*near) + "'?" : std::string()));
  }
  const auto options = parse_master_options(rest, ShortH::help, what == "show");
  if (!options) return usage_error(options.error().message);
  if (options->help) {
    std::cout << help;
    return exit_ok;
  }
  const auto loaded = config::load_master(config::real_inputs(options->command_line));
  return what == "check" ? check(loaded) : show(loaded, options->only_set);
}

}  // namespace pilotlight::cli
