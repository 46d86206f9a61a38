#include "cli/words.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <list>

#include "config/nearest.hpp"
#include "config/schema.hpp"
#include "config/value.hpp"

namespace pilotlight::cli {
namespace {

constexpr std::int64_t longest_time_ms = 365LL * 24 * 3600 * 1000;

std::vector<std::string_view> split(std::string_view list, char at) {
  std::vector<std::string_view> result;
  while (!list.empty()) {
    const auto end = std::min(list.find(at), list.size());
    if (end > 0) result.push_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return result;
}

std::string did_you_mean(std::string_view text, const std::vector<std::string_view>& candidates) {
  const auto near = config::nearest(text, candidates, 2);
  return near ? "; did you mean '" + std::string(*near) + "'?" : std::string();
}

std::string listed(const std::vector<std::string_view>& choices) {
  std::string text;
  for (const auto choice : choices) text.append(text.empty() ? "" : ", ").append(choice);
  return text;
}

Result<void> check_choice(std::string_view what, const std::string& value, std::string_view choices) {
  const auto allowed = split(choices, ' ');
  if (allowed.empty() || std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return {};
  const auto hint = did_you_mean(value, allowed);
  return fatal(std::string(what) + " cannot be '" + value + "'" +
               (hint.empty() ? ", only one of: " + listed(allowed) : hint));
}

bool is_time(std::string_view option) { return option == "--timeout" || option == "--watch"; }

Result<void> check_time(std::string_view option, const std::string& value) {
  const auto ms = config::parse_time_ms(value, 1000);
  if (ms && *ms > 0 && *ms <= longest_time_ms) return {};
  return fatal(std::string(option) + " cannot be '" + value + "': it is a time, as 2s, 500ms or 1min");
}

/// "-w{2s},--watch{2s}": CLI11's way to say what a bare flag means.
std::string with_value(const OptionRow& row) {
  std::string names;
  for (const auto name : split(row.names, ','))
    names.append(names.empty() ? "" : ",").append(name).append("{").append(row.if_bare).append("}");
  return names;
}

/// Where CLI11 puts what it finds for one row.
struct Found {
  const OptionRow* row = nullptr;
  std::string value;
  CLI::Option* option = nullptr;
};

std::list<Found> add_options(CLI::App& app, const CommandRow& command) {
  std::list<Found> found;
  for (const auto& row : command.options) {
    auto& entry = found.emplace_back();
    entry.row = &row;
    std::string names(row.names);
    if (row.value.empty())
      entry.option = app.add_flag(names);
    else if (!row.if_bare.empty())
      entry.option = app.add_flag(with_value(row), entry.value);
    else
      entry.option = app.add_option(names, entry.value);
    entry.option->take_last();
  }
  return found;
}

std::vector<std::string_view> option_names(const CommandRow& command) {
  std::vector<std::string_view> names = {"--help"};
  for (const auto& row : command.options)
    for (const auto name : split(row.names, ',')) names.push_back(name);
  return names;
}

Result<void> check_arguments(const CommandRow& command, const std::vector<std::string>& given) {
  const auto& rows = command.arguments;
  if (given.size() > rows.size()) return fatal("'" + given[rows.size()] + "' is not expected here");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i >= given.size()) {
      if (rows[i].optional) return {};
      return fatal(std::string(rows[i].name) + " is missing" +
                   (rows[i].choices.empty() ? "" : ": one of " + listed(split(rows[i].choices, ' '))));
    }
    if (auto ok = check_choice(rows[i].name, given[i], rows[i].choices); !ok) return ok;
  }
  return {};
}

}  // namespace

std::string_view OptionRow::name() const { return names.substr(names.rfind(',') + 1); }

std::optional<std::string> Words::value(std::string_view option) const {
  const auto found = options_.find(option);
  return found == options_.end() ? std::nullopt : std::optional(found->second);
}

std::string Words::argument(std::size_t index) const {
  return index < arguments_.size() ? arguments_[index] : std::string();
}

Duration Words::time(std::string_view option, Duration fallback) const {
  const auto text = value(option);
  const auto ms = text ? config::parse_time_ms(*text, 1000) : std::nullopt;
  return ms ? Duration(std::chrono::milliseconds(*ms)) : fallback;
}

Result<Words> parse_words(const CommandRow& command, const Arguments& arguments) {
  Words words;
  CLI::App app;
  app.set_help_flag("-h,--help");
  app.allow_extras();
  std::vector<std::string> given;
  auto found = add_options(app, command);
  app.add_option("arguments", given);
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    words.options_["--help"] = "";
    return words;
  } catch (const CLI::ParseError& error) {
    return fatal(error.what());
  }
  for (const auto& word : app.remaining()) {
    const auto name = word.substr(0, word.find('='));
    return fatal("there is no option '" + name + "'" + did_you_mean(name, option_names(command)));
  }
  for (auto& entry : found) {
    if (entry.option->count() == 0) continue;
    const auto name = entry.row->name();
    if (!entry.row->value.empty()) {
      if (auto ok = check_choice(name, entry.value, entry.row->choices); !ok) return ok.error();
      if (is_time(name))
        if (auto ok = check_time(name, entry.value); !ok) return ok.error();
    }
    words.options_[std::string(name)] = std::move(entry.value);
  }
  if (auto ok = check_arguments(command, given); !ok) return ok.error();
  words.arguments_ = std::move(given);
  return words;
}

}  // namespace pilotlight::cli
