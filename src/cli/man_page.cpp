#include <algorithm>

#include "cli/documents.hpp"

namespace pilotlight::cli {
namespace {

/// What troff would take for its own.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else if ((c == '.' || c == '\'') && (result.empty() || result.back() == '\n')) {
      result += "\\&";
      result += c;
    } else {
      result += c;
    }
  }
  return result;
}

std::string bold(std::string_view text) { return "\\fB" + escaped(text) + "\\fR"; }

void add_paragraphs(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find("\n\n"), text.size());
    out += ".PP\n" + escaped(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 2, text.size()));
  }
}

void add_options(std::string& out, const CommandRow& command) {
  out += ".SH OPTIONS\n";
  for (const auto& option : command.options) {
    std::string names(option.names);
    for (std::size_t at = 0; (at = names.find(',', at)) != std::string::npos; at += 2) names.insert(at + 1, " ");
    out += ".TP\n" + bold(names);
    if (!option.value.empty())
      out += option.if_bare.empty() ? " \\fI" + escaped(option.value) + "\\fR"
                                    : "[=\\fI" + escaped(option.value) + "\\fR]";
    out += "\n" + escaped(option.sentence) + "\n";
  }
  out += ".TP\n" + bold(command.help_names) + "\nprint a short help\n";
}

void add_examples(std::string& out, const CommandRow& command) {
  if (command.examples.empty()) return;
  out += ".SH EXAMPLES\n";
  for (const auto& example : command.examples)
    out += ".PP\n" + escaped(example.says) + ":\n.PP\n.RS 4\n.nf\n" + escaped(example.line) + "\n.fi\n.RE\n";
}

void add_exits(std::string& out, const CommandRow& command) {
  if (command.exits.empty()) return;
  out += ".SH EXIT STATUS\n";
  for (const auto& row : command.exits)
    out += ".TP\n" + bold(std::to_string(row.code)) + "\n" + escaped(row.says) + "\n";
}

std::string title(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return ".TH \"" + name + "\" 1 \"\" \"Pilotlight " PILOTLIGHT_VERSION "\" \"Pilotlight\"\n.nh\n.ad l\n";
}

std::string page_of(const CommandRow& command) {
  const std::string name = "pilotlight-" + std::string(command.name);
  std::string out = title(name) + ".SH NAME\n" + escaped(name) + " \\- " + escaped(command.sentence) + "\n";
  out += ".SH SYNOPSIS\n.nf\n" + bold("pilotlight " + std::string(command.name)) +
         escaped(usage_line(command).substr(11 + command.name.size())) + "\n.fi\n";
  out += ".SH DESCRIPTION\n" + escaped(as_sentence(command.sentence)) + "\n";
  add_paragraphs(out, command.text);
  add_options(out, command);
  add_examples(out, command);
  add_exits(out, command);
  return out + ".SH SEE ALSO\n\\fBpilotlight\\fR(1)\n";
}

std::string overview() {
  std::string out =
      title("pilotlight") +
      ".SH NAME\npilotlight \\- the master of an Apache Spark standalone cluster, and its command line\n"
      ".SH SYNOPSIS\n.nf\n\\fBpilotlight\\fR \\fICOMMAND\\fR [options]\n.fi\n.SH DESCRIPTION\n"
      "Pilotlight is a small daemon in place of the Master of Apache Spark's standalone mode, with several\n"
      "masters of which one leads. Unmodified Spark workers, drivers and spark\\-submit connect to it.\n"
      "Options may stand before or after the command.\n.SH COMMANDS\n";
  for (const auto& command : commands())
    if (!command.hidden)
      out += ".TP\n" + bold(command.name) + "\n" + escaped(command.sentence) + "; \\fBpilotlight\\-" +
             escaped(command.name) + "\\fR(1)\n";
  out +=
      ".SH ENVIRONMENT\n"
      ".TP\n\\fBPILOTLIGHT_MASTER\\fR, \\fBSPARK_MASTER_URL\\fR\nthe cluster, as for \\fB\\-\\-master\\fR\n"
      ".TP\n\\fBPILOTLIGHT_CONFIG\\fR\nthe YAML configuration, as for \\fB\\-\\-config\\fR\n"
      ".TP\n\\fBNO_COLOR\\fR\nnot empty: no colours\n"
      ".SH FILES\n"
      ".TP\n\\fI/etc/pilotlight/pilotlight.yaml\\fR\nthe package's configuration; commands that ask a cluster read it "
      "when "
      "nothing else names one\n";
  return out;
}

}  // namespace

std::string man_page(const CommandRow* command) { return command == nullptr ? overview() : page_of(*command); }

}  // namespace pilotlight::cli
