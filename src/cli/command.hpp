// A command as data: what it is called, takes, does, prints and ends with. --help, docs/CLI.md, the man pages, the
// completion and the parser are all made from these rows, so none can say what another does not.
//
// Rows live as long as the program. A command with `run` gets its words parsed and checked; one with `run_raw` (master,
// config: their flags come from the table of configuration keys) parses them itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.hpp"

namespace pilotlight::cli {

class Words;

/// What a shell offers for a value.
enum class Offer : std::uint8_t { nothing, choices, file, command, app, driver, member, condition };

struct OptionRow {
  std::string_view names;       ///< "-o,--output": the last is the usual one
  std::string_view value = {};  ///< "FORMAT"; "" = a switch
  std::string_view sentence;
  std::string_view choices = {};  ///< separated by blanks; "" = any value
  std::string_view if_bare = {};  ///< the value may be left out, and is this then: --watch[=SECONDS]
  Offer offer = Offer::nothing;

  [[nodiscard]] std::string_view name() const;  ///< "--output"
};

struct Example {
  std::string_view line;
  std::string_view says;
};

struct ExitRow {
  int code = 0;
  std::string_view says;
};

struct ArgumentRow {
  std::string_view name;          ///< "app|driver", "ID"
  std::string_view choices = {};  ///< separated by blanks
  Offer offer = Offer::nothing;
  bool optional = false;
};

struct CommandRow {
  std::string_view name;
  std::string_view sentence;
  std::vector<Example> examples = {};
  std::vector<ArgumentRow> arguments = {};
  std::string_view text = {};  ///< paragraphs, parted by empty lines
  std::vector<OptionRow> options = {};
  std::vector<ExitRow> exits = {};
  int (*run)(const Words&) = nullptr;
  int (*run_raw)(const Arguments&) = nullptr;
  std::string_view help_names = "-h, --help";
  bool hidden = false;
};

/// All of them, in the order of --help.
std::span<const CommandRow> commands();
const CommandRow* find_command(std::string_view name);

// ---- options that several commands have ----
constexpr std::string_view answer_timeout = "how long masters may take to answer (default: 1s)";
/// --master, --config, --properties-file, --timeout
std::vector<OptionRow> where_options(std::string_view timeout_sentence = answer_timeout);
std::vector<OptionRow> output_options();  ///< -o, --json, --no-header, --no-color, --watch
std::vector<OptionRow> secret_options();  ///< --secret-file
std::vector<OptionRow> joined(std::initializer_list<std::vector<OptionRow>> lists);
std::vector<ExitRow> common_exits();

}  // namespace pilotlight::cli
