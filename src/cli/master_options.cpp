#include "cli/master_options.hpp"

#include <CLI/CLI.hpp>
#include <list>

#include "config/nearest.hpp"
#include "config/value.hpp"

namespace pilotlight::cli {
namespace {

/// Where CLI11 puts the value of one row's flags.
struct FlagValue {
  const config::Key* key = nullptr;
  std::string flag;
  std::string value;
  CLI::Option* option = nullptr;
};

std::string option_names(const config::Key& key, ShortH short_h) {
  std::string names;
  for (const auto flag : config::words(key.flags)) {
    if (short_h == ShortH::help && flag == "-h") continue;
    names.append(names.empty() ? "" : ",").append(flag);
  }
  return names;
}

/// Spark's master answers a port that is no number with its usage.
std::string whole_number(const std::string& text) {
  return config::parse_integer(text) ? std::string() : "'" + text + "' is not a number";
}

std::list<FlagValue> add_table_flags(CLI::App& app, ShortH short_h) {
  std::list<FlagValue> values;
  for (const auto& area : config::supported_areas()) {
    for (const auto& key : area.keys) {
      if (key.flags.empty()) continue;
      auto& value = values.emplace_back();
      value.key = &key;
      value.flag = config::words(key.flags).front();
      value.option = app.add_option(option_names(key, short_h), value.value)->take_last();
      if (key.type == config::Type::port) value.option->check(CLI::Validator(whole_number, "", ""));
    }
  }
  return values;
}

Error not_expected(const std::string& word, const std::list<FlagValue>& values) {
  if (!word.starts_with('-')) return fatal("'" + word + "' is not expected here: only options are");
  std::vector<std::string_view> names = {"--config", "--properties-file", "--help"};
  for (const auto& value : values)
    for (const auto flag : config::words(value.key->flags)) names.push_back(flag);
  const auto name = word.substr(0, word.find('='));
  const auto near = config::nearest(name, names, 2);
  return fatal("there is no option '" + name + "'" +
               (near ? "; did you mean '" + std::string(*near) + "'?" : std::string()));
}

}  // namespace

Result<MasterOptions> parse_master_options(const Arguments& arguments, ShortH short_h, bool takes_set) {
  MasterOptions result;
  CLI::App app;
  app.set_help_flag(short_h == ShortH::help ? "-h,--help" : "--help");
  app.allow_extras();
  auto values = add_table_flags(app, short_h);
  std::string config_file;
  std::string properties_file;
  const auto* config_option = app.add_option("--config", config_file)->take_last();
  const auto* properties_option = app.add_option("--properties-file", properties_file)->take_last();
  app.add_option("-c", result.command_line.keys)->allow_extra_args(false)->take_all();
  if (takes_set) app.add_flag("--set", result.only_set);
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    result.help = true;
    return result;
  } catch (const CLI::ParseError& error) {
    return fatal(error.what());
  }
  if (const auto extras = app.remaining(); !extras.empty()) return not_expected(extras.front(), values);
  for (auto& value : values)
    if (value.option->count() > 0)
      result.command_line.flags.push_back(
          {config::Source::flag, std::string(value.key->name), std::move(value.value), std::move(value.flag)});
  if (config_option->count() > 0) result.command_line.config_file = std::move(config_file);
  if (properties_option->count() > 0) result.command_line.properties_file = std::move(properties_file);
  return result;
}

}  // namespace pilotlight::cli
