#include <unistd.h>

#include <iostream>
#include <string_view>

#include "cli/cluster.hpp"
#include "cli/documents.hpp"
#include "cli/master_options.hpp"
#include "cli/report.hpp"
#include "config/documents.hpp"
#include "config/load.hpp"
#include "config/nearest.hpp"
#include "config/show.hpp"

namespace pilotlight::cli {
namespace {

constexpr std::size_t terminal_width = 80;

int usage_error(const std::string& message) { return cli::usage_error("config", message); }

int print_help() {
  std::cout << command_help(*find_command("config"));
  return exit_ok;
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

int run(const Arguments& arguments) {
  if (arguments.empty() || asks_for_help(arguments)) return print_help();
  const std::string& what = arguments.front();
  const Arguments rest(arguments.begin() + 1, arguments.end());
  if (asks_for_help(rest)) return print_help();
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
  if (options->help) return print_help();
  const auto loaded = config::load_master(config::real_inputs(options->command_line));
  return what == "check" ? check(loaded) : show(loaded, options->only_set);
}

}  // namespace

CommandRow config_command() {
  return {
      .name = "config",
      .sentence = "check or show the master's configuration",
      .examples = {{"pilotlight config check --config pilotlight.yaml", "all mistakes at once"},
                   {"pilotlight config show", "each value and its origin"},
                   {"pilotlight config show --set | cut -f1", "the keys that are set"},
                   {"pilotlight config sample > pilotlight.yaml", "a file to start from"}},
      .arguments = {{.name = "check|show|sample|docs", .choices = "check show sample docs", .offer = Offer::choices}},
      .text =
          "check says what is wrong, in one go; warnings as well. show prints key, value and origin: a table on a "
          "terminal, tabs in a pipe. sample prints conf/pilotlight.yaml: every key, commented. docs prints "
          "docs/CONFIGURATION.md: every key, explained.\n\n"
          "check and show take the options of `pilotlight master`; the environment counts as well.",
      .options =
          {{.names = "--set", .sentence = "show only what some source sets (show)"},
           {.names = "--config",
            .value = "FILE",
            .sentence = "YAML configuration file (default: PILOTLIGHT_CONFIG)",
            .offer = Offer::file},
           {.names = "-c", .value = "KEY=VALUE", .sentence = "one key; wins over everything else; repeatable"},
           {.names = "--properties-file", .value = "FILE", .sentence = "Spark properties file", .offer = Offer::file},
           {.names = "--host", .value = "HOST", .sentence = "as for the master"},
           {.names = "--port", .value = "PORT", .sentence = "as for the master"},
           {.names = "--webui-port", .value = "PORT", .sentence = "as for the master"}},
      .exits = {{exit_ok, "the configuration is good"},
                {exit_usage, "wrong usage"},
                {exit_configuration, "mistakes in the configuration"}},
      .run_raw = run,
  };
}

}  // namespace pilotlight::cli
