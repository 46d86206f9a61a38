#include <algorithm>

#include "cli/documents.hpp"
#include "cli/terminal_text.hpp"

namespace pilotlight::cli {
namespace {

constexpr std::size_t width = 80;
constexpr std::size_t option_column = 26;

void add_wrapped(std::string& out, const std::string& head, std::string_view text, std::size_t indent) {
  const std::string margin(indent, ' ');
  std::string line = head;
  if (columns_of(line) + 2 > indent && !head.empty()) {
    out += line + '\n';
    line.clear();
  }
  for (const auto& part : wrap(text, width - indent)) {
    out += (line.empty() ? margin : pad(line, indent, false)) + part + '\n';
    line.clear();
  }
}

void add_examples(std::string& out, const std::vector<Example>& examples) {
  if (examples.empty()) return;
  std::size_t longest = 0;
  std::size_t total = 0;
  for (const auto& example : examples) longest = std::max(longest, example.line.size());
  for (const auto& example : examples) total = std::max(total, 2 + longest + 3 + example.says.size());
  out += "\nExamples:\n";
  for (const auto& example : examples) {
    if (total <= width)
      out += "  " + pad(example.line, longest + 3, false) + std::string(example.says) + "\n";
    else
      out += "  # " + std::string(example.says) + "\n  " + std::string(example.line) + "\n";
  }
}

void add_paragraphs(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find("\n\n"), text.size());
    out += '\n';
    for (const auto& line : wrap(text.substr(0, end), width)) out += line + '\n';
    text.remove_prefix(std::min(end + 2, text.size()));
  }
}

std::string option_head(const OptionRow& option) {
  std::string names(option.names);
  for (std::size_t at = 0; (at = names.find(',', at)) != std::string::npos; at += 2) names.insert(at + 1, " ");
  if (option.value.empty()) return names;
  return names + (option.if_bare.empty() ? " " + std::string(option.value) : "[=" + std::string(option.value) + "]");
}

}  // namespace

std::string as_sentence(std::string_view text) {
  std::string result(text);
  if (!result.empty() && result[0] >= 'a' && result[0] <= 'z') result[0] = static_cast<char>(result[0] - 'a' + 'A');
  return result + ".";
}

std::string usage_line(const CommandRow& command) {
  std::string line = "pilotlight " + std::string(command.name);
  for (const auto& argument : command.arguments)
    line += argument.optional ? " [" + std::string(argument.name) + "]" : " " + std::string(argument.name);
  return line + (command.options.empty() ? "" : " [options]");
}

std::string command_help(const CommandRow& command) {
  std::string out = as_sentence(command.sentence) + "\n";
  add_examples(out, command.examples);
  out += "\nUsage: " + usage_line(command) + "\n";
  add_paragraphs(out, command.text);
  out += "\nOptions:\n";
  for (const auto& option : command.options)
    add_wrapped(out, "  " + option_head(option), option.sentence, option_column);
  add_wrapped(out, "  " + std::string(command.help_names), "print this", option_column);
  if (!command.exits.empty()) {
    out += "\nExit codes:\n";
    for (const auto& row : command.exits) add_wrapped(out, "  " + pad(std::to_string(row.code), 4, false), row.says, 8);
  }
  return out;
}

std::string main_help() {
  std::string out = "Pilotlight: the master of an Apache Spark standalone cluster.\n";
  add_examples(out, {{"pilotlight master --host 10.0.0.1", "spark://10.0.0.1:7077, web UI on 8080"},
                     {"pilotlight status --master m1,m2,m3", "a whole cluster on one screen"},
                     {"pilotlight health", "is this node's master well"}});
  out += "\nCommands:\n";
  std::size_t longest = 0;
  for (const auto& command : commands())
    if (!command.hidden) longest = std::max(longest, command.name.size());
  for (const auto& command : commands())
    if (!command.hidden) add_wrapped(out, "  " + std::string(command.name), command.sentence, longest + 4);
  out +=
      "\nOptions may stand before or after the command. The cluster is named by --master,\n"
      "PILOTLIGHT_MASTER or SPARK_MASTER_URL, or found in this node's configuration.\n"
      "\n`pilotlight COMMAND --help` says more about one. docs/CLI.md has all of it.\n";
  return out;
}

}  // namespace pilotlight::cli
