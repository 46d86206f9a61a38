#include "config/merge.hpp"

#include <algorithm>

#include "config/nearest.hpp"
#include "config/value.hpp"

namespace pilotlight::config {
namespace {

constexpr std::string_view web_ui_port = "spark.master.ui.port";
constexpr std::size_t near_miss = 2;

bool is_strict(Source source) { return source == Source::yaml || source == Source::command_line_key; }

bool is_spark_property(Source source) {
  return source == Source::properties || source == Source::daemon_java_opts || source == Source::master_opts;
}

/// What decides who wins: the source, but Spark's own key for the UI port stands above the flag. Of two spellings of
/// one key in one source the newer wins, as with Spark's alternatives.
int rank(const Setting& setting, const Key& key) {
  constexpr int step = 16;
  const int source = static_cast<int>(setting.source);
  const int spelling = setting.key == key.name ? 1 : 0;
  const bool lifted = key.name == web_ui_port && is_spark_property(setting.source);
  return lifted ? static_cast<int>(Source::flag) * step + source : source * step + spelling;
}

std::string at(const Setting& setting) { return " (" + setting.origin + ")"; }

bool is_ours_to_judge(std::string_view key) { return key.starts_with("spark.") || key.starts_with("pilotlight."); }

void unknown_key(const Setting& setting, Merged& merged) {
  static const std::vector<std::string_view> names = all_names();
  if (is_strict(setting.source)) {
    const auto near = nearest(setting.key, names, std::max<std::size_t>(near_miss, setting.key.size() / 3));
    merged.errors.push_back("unknown key " + setting.key + at(setting) + ": " +
                            (near ? "did you mean " + std::string(*near) + "?"
                                  : "it means nothing to a master; docs/CONFIGURATION.md lists the keys that do"));
    return;
  }
  if (setting.key.starts_with("pilotlight.")) {
    const auto near = nearest(setting.key, names, setting.key.size() / 3);
    merged.warnings.push_back("unknown key " + setting.key + at(setting) + " has no effect" +
                              (near ? ": did you mean " + std::string(*near) + "?" : std::string("; remove it")));
    return;
  }
  if (!is_ours_to_judge(lower(setting.key))) return;
  if (const auto near = nearest(setting.key, names, near_miss))
    merged.warnings.push_back("unknown key " + setting.key + at(setting) + " has no effect: did you mean " +
                              std::string(*near) + "?");
}

/// People look for the flag's port in vain otherwise.
void warn_of_overridden_ui_port(const std::vector<Setting>& settings, Merged& merged) {
  const Chosen* chosen = merged.find(web_ui_port);
  if (chosen == nullptr || !is_spark_property(chosen->source)) return;
  for (const auto& setting : settings) {
    const bool named = setting.source == Source::flag && setting.key == web_ui_port;
    if (!named || trim(setting.value) == trim(chosen->value)) continue;
    merged.warnings.push_back(setting.origin + " " + setting.value + " has no effect: " + std::string(web_ui_port) +
                              "=" + chosen->value + " (" + chosen->origin + ") goes before it, as in Spark");
    return;
  }
}

}  // namespace

const Chosen* Merged::find(std::string_view name) const {
  const auto found = values.find(name);
  return found == values.end() ? nullptr : &found->second;
}

Merged merge(const std::vector<Setting>& settings) {
  Merged merged;
  std::map<std::string, int, std::less<>> ranks;
  for (const auto& setting : settings) {
    const Key* key = find_key(setting.key);
    if (key == nullptr) {
      unknown_key(setting, merged);
      continue;
    }
    const bool pattern = key->name.find('*') != std::string_view::npos;
    const std::string name = pattern ? setting.key : std::string(key->name);
    const int own_rank = rank(setting, *key);
    const auto [standing, is_first] = ranks.emplace(name, own_rank);
    if (!is_first && own_rank < standing->second) continue;
    standing->second = own_rank;
    merged.values[name] = {key, setting.value, setting.origin, setting.source};
  }
  warn_of_overridden_ui_port(settings, merged);
  return merged;
}

std::vector<Setting> settings_from_environment(const std::map<std::string, std::string>& environment) {
  std::vector<Setting> settings;
  for (const Key* key : all_keys()) {
    for (const auto variable : words(key->environment)) {
      const auto found = environment.find(std::string(variable));
      if (found == environment.end() || found->second.empty()) continue;
      settings.push_back({Source::environment, std::string(key->name), found->second, std::string(variable)});
      break;
    }
  }
  return settings;
}

}  // namespace pilotlight::config
