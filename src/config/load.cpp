#include "config/load.hpp"

#include <utility>

#include "config/fill_settings.hpp"
#include "config/java_opts.hpp"
#include "config/properties_file.hpp"
#include "config/validate.hpp"
#include "config/yaml_file.hpp"

namespace pilotlight::config {
namespace {

/// Reads the sources one after the other, in the order in which they win.
class Reader {
 public:
  explicit Reader(const Inputs& inputs) : inputs_(inputs) {}

  void read_all() {
    if (const auto& path = inputs_.command_line.config_file)
      read_yaml(*path);
    else if (const auto named = variable("PILOTLIGHT_CONFIG"); !named.empty())
      read_yaml(named);
    if (const auto& path = inputs_.command_line.properties_file)
      read_properties(*path, true);
    else if (const auto standard = default_properties_file())
      read_properties(*standard, false);
    append(settings_from_environment(inputs_.environment));
    read_java_opts("SPARK_DAEMON_JAVA_OPTS", Source::daemon_java_opts);
    read_java_opts("SPARK_MASTER_OPTS", Source::master_opts);
    append(inputs_.command_line.flags);
    for (const auto& text : inputs_.command_line.keys) read_key(text);
  }

  std::vector<Setting> settings;
  std::vector<std::string> errors;

 private:
  void append(std::vector<Setting> more) {
    for (auto& setting : more) settings.push_back(std::move(setting));
  }

  [[nodiscard]] std::string variable(const std::string& name) const {
    const auto found = inputs_.environment.find(name);
    return found == inputs_.environment.end() ? std::string() : found->second;
  }

  /// Where Spark looks (spec §10.2).
  [[nodiscard]] std::optional<std::string> default_properties_file() const {
    if (const auto directory = variable("SPARK_CONF_DIR"); !directory.empty())
      return directory + "/spark-defaults.conf";
    if (const auto home = variable("SPARK_HOME"); !home.empty()) return home + "/conf/spark-defaults.conf";
    return std::nullopt;
  }

  std::optional<std::string> content(const std::string& path, bool must_exist) {
    auto text = inputs_.read_file(path);
    if (!text) {
      errors.push_back(path + ": " + text.error().message);
      return std::nullopt;
    }
    if (!text->has_value() && must_exist) errors.push_back(path + ": there is no such file");
    return std::move(*text);
  }

  static std::string place(const std::string& path, std::size_t line) { return path + ":" + std::to_string(line); }

  void read_yaml(const std::string& path) {
    const auto text = content(path, true);
    if (!text) return;
    auto yaml = parse_yaml(*text);
    for (const auto& problem : yaml.problems) errors.push_back(place(path, problem.line) + ": " + problem.message);
    for (auto& value : yaml.values)
      settings.push_back({Source::yaml, std::move(value.key), std::move(value.value), place(path, value.line)});
  }

  void read_properties(const std::string& path, bool must_exist) {
    const auto text = content(path, must_exist);
    if (!text) return;
    auto properties = parse_properties(*text);
    if (!properties) {
      errors.push_back(path + ": " + properties.error().message);
      return;
    }
    for (auto& property : *properties)
      settings.push_back(
          {Source::properties, std::move(property.key), std::move(property.value), place(path, property.line)});
  }

  void read_java_opts(const std::string& name, Source source) {
    auto options = parse_java_opts(variable(name));
    if (!options) {
      errors.push_back(name + ": " + options.error().message);
      return;
    }
    for (auto& [key, value] : *options) settings.push_back({source, std::move(key), std::move(value), name});
  }

  void read_key(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      errors.push_back("-c " + text.substr(0, equals) + ": must be -c key=value");
      return;
    }
    settings.push_back({Source::command_line_key, text.substr(0, equals), text.substr(equals + 1), "-c"});
  }

  const Inputs& inputs_;
};

void append(std::vector<std::string>& to, std::vector<std::string> more) {
  for (auto& line : more) to.push_back(std::move(line));
}

}  // namespace

Loaded load_master(const Inputs& inputs) {
  Reader reader(inputs);
  reader.read_all();
  Loaded loaded;
  loaded.merged = merge(reader.settings);

  Validated validated = validate(loaded.merged);
  loaded.errors = std::move(reader.errors);
  append(loaded.errors, loaded.merged.errors);
  append(loaded.errors, std::move(validated.errors));
  append(loaded.warnings, loaded.merged.warnings);
  append(loaded.warnings, std::move(validated.warnings));

  const auto custom = inputs.environment.find("SPARK_LOCAL_HOSTNAME");
  const bool has_custom = custom != inputs.environment.end() && !custom->second.empty();
  const Chosen* host = loaded.merged.find("pilotlight.master.host");
  const bool is_named = host != nullptr && !trim(host->value).empty();
  const bool is_needed =
      !is_named || trim(host->value) == "0.0.0.0" || trim(host->value) == "[::]" || trim(host->value) == "::";
  if (has_custom)
    loaded.default_host = custom->second;
  else if (is_needed)
    loaded.default_host = inputs.local_host();
  if (!is_named && !is_host(loaded.default_host))
    loaded.errors.push_back("this machine's name cannot be a host (" +
                            std::string(has_custom ? "SPARK_LOCAL_HOSTNAME" : "hostname") +
                            "): name one with --host or SPARK_MASTER_HOST");
  if (loaded.errors.empty()) loaded.settings = fill_settings(validated, loaded.default_host);
  return loaded;
}

}  // namespace pilotlight::config
