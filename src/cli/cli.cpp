#include "cli/cli.hpp"

#include <algorithm>
#include <iostream>
#include <string_view>

#include "cli/cluster.hpp"
#include "cli/documents.hpp"
#include "config/nearest.hpp"

namespace pilotlight::cli {
namespace {

/// Whether the word is an option of some command whose value is the next word.
bool takes_next_word(const std::string& word) {
  if (word == "-h") return false;  // here it asks for help; for the master's host it stands behind `master`
  for (const auto& command : commands()) {
    for (const auto& option : command.options) {
      if (option.value.empty() || !option.if_bare.empty()) continue;
      const auto names = "," + std::string(option.names) + ",";
      if (names.find("," + word + ",") != std::string::npos) return true;
    }
  }
  return false;
}

/// The place of the command's name: options may stand before it.
std::size_t place_of_command(const Arguments& words) {
  std::size_t at = 0;
  while (at < words.size() && words[at].starts_with('-')) at += takes_next_word(words[at]) ? 2 : 1;
  return std::min(at, words.size());
}

int print_main_help() {
  std::cout << main_help() << std::flush;
  return std::cout ? exit_ok : exit_failed;
}

int unknown_command(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& command : commands())
    if (!command.hidden) names.push_back(command.name);
  std::cerr << "pilotlight: there is no command '" << name << "'";
  if (const auto near = config::nearest(name, names, 2)) std::cerr << "; did you mean '" << *near << "'?";
  std::cerr << "\n`pilotlight --help` lists all commands.\n";
  return exit_usage;
}

int run_command(const CommandRow& command, const Arguments& arguments) {
  if (command.run_raw != nullptr) return command.run_raw(arguments);
  const auto words = parse_words(command, arguments);
  if (!words) return usage_error(command.name, words.error().message);
  if (!words->help()) return command.run(*words);
  std::cout << command_help(command) << std::flush;
  return std::cout ? exit_ok : exit_failed;
}

}  // namespace

int run(int argc, const char* const* argv) {
  Arguments words(argv + std::min(argc, 1), argv + argc);
  const auto at = place_of_command(words);
  if (at == words.size()) {
    if (words.empty()) return print_main_help();
    const auto& last = words.front();
    if (last == "--help" || last == "-h") return print_main_help();
    if (last == "--version") return run_command(*find_command("version"), {});
    std::cerr << "pilotlight: no command is named\n`pilotlight --help` lists all commands.\n";
    return exit_usage;
  }
  const auto name = words[at];
  words.erase(words.begin() + static_cast<std::ptrdiff_t>(at));
  const auto* command = find_command(name);
  if (command != nullptr) return run_command(*command, words);
  if (name != "help") return unknown_command(name);
  if (words.empty()) return print_main_help();
  command = find_command(words.front());
  return command == nullptr ? unknown_command(words.front()) : run_command(*command, {"--help"});
}

}  // namespace pilotlight::cli
