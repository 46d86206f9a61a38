// What is generated from the table of commands: --help, docs/CLI.md, man pages, completion scripts. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"

namespace pilotlight::cli {

/// `pilotlight --help`.
std::string main_help();
/// `pilotlight COMMAND --help`: examples first.
std::string command_help(const CommandRow& command);
/// "pilotlight kill app|driver ID [options]"
std::string usage_line(const CommandRow& command);

/// "show a cluster" → "Show a cluster."
std::string as_sentence(std::string_view text);

/// docs/CLI.md.
std::string reference_page();
/// pilotlight(1), or pilotlight-COMMAND(1), in man(7) macros.
std::string man_page(const CommandRow* command);
/// The adaptor of a shell ("bash", "zsh", "fish") to `pilotlight __complete`.
std::string_view completion_script(std::string_view shell);

/// "status\tshow a cluster …" for each word that may stand at the end of `words`; ":files" when a file may.
/// `ids` asks the cluster for live ids.
std::vector<std::string> candidates(const Arguments& words, std::vector<std::string> (*ids)(Offer, const Arguments&));

}  // namespace pilotlight::cli
