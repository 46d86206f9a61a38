#include <iostream>

#include "cli/cluster.hpp"
#include "cli/documents.hpp"

namespace pilotlight::cli {
namespace {

int run(const Words& words) {
  if (words.has("--markdown")) {
    std::cout << reference_page() << std::flush;
    return std::cout ? exit_ok : exit_failed;
  }
  const auto name = words.argument(0);
  const auto* command = name.empty() ? nullptr : find_command(name);
  if (!name.empty() && command == nullptr) return usage_error("man", "there is no command '" + name + "'");
  std::cout << man_page(command) << std::flush;
  return std::cout ? exit_ok : exit_failed;
}

}  // namespace

CommandRow man_command() {
  return {
      .name = "man",
      .sentence = "print a man page, or all commands as Markdown",
      .examples = {{"pilotlight man status | man -l -", "pilotlight-status(1)"},
                   {"pilotlight man > pilotlight.1", "pilotlight(1)"},
                   {"pilotlight man --markdown", "docs/CLI.md"}},
      .arguments = {{.name = "COMMAND", .offer = Offer::command, .optional = true}},
      .options = {{.names = "--markdown", .sentence = "docs/CLI.md"}},
      .run = run,
  };
}

}  // namespace pilotlight::cli
