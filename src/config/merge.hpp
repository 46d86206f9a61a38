// From many settings to one value per key: the last source wins, and each value remembers where it came from.
//
// Pure. Order: setting.hpp. One exception, as in Spark (spec §10.2): spark.master.ui.port from the properties file or a
// -D beats SPARK_MASTER_WEBUI_PORT and --webui-port (start-master.sh always passes that flag); only -c beats it.
// Unknown keys: an error in YAML and -c (both are ours), ignored in Spark's sources, which also hold the settings of
// applications and of the JVM; there a key that is nearly one of ours gives a warning.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/schema.hpp"
#include "config/setting.hpp"

namespace pilotlight::config {

/// The value of one key that won.
struct Chosen {
  const Key* key = nullptr;
  std::string value;
  std::string origin;
  Source source = Source::built_in;
};

struct Merged {
  /// By name: the row's name, or as written where the row is a pattern. Only keys that some source set.
  std::map<std::string, Chosen, std::less<>> values;
  std::vector<std::string> errors;
  std::vector<std::string> warnings;

  [[nodiscard]] const Chosen* find(std::string_view name) const;
};

/// `settings` in the order in which they stand in their sources; a later one of the same source wins.
Merged merge(const std::vector<Setting>& settings);

/// Settings of the SPARK_* variables that the table names. An empty variable counts as not set (start-master.sh).
std::vector<Setting> settings_from_environment(const std::map<std::string, std::string>& environment);

}  // namespace pilotlight::config
