// One value that one source gives to one key: what every reader of a source produces and merge() takes. Pure data.
#pragma once

#include <cstdint>
#include <string>

namespace pilotlight::config {

/// Where a value comes from; a later source wins over an earlier one (merge.hpp has the one exception).
enum class Source : std::uint8_t {
  built_in,          ///< the default
  yaml,              ///< --config FILE, else PILOTLIGHT_CONFIG
  properties,        ///< --properties-file, else spark-defaults.conf
  environment,       ///< SPARK_* variables
  daemon_java_opts,  ///< -D in SPARK_DAEMON_JAVA_OPTS
  master_opts,       ///< -D in SPARK_MASTER_OPTS
  flag,              ///< --host, --port, …
  command_line_key,  ///< -c key=value
};

struct Setting {
  Source source = Source::built_in;
  std::string key;     ///< as written
  std::string value;   ///< as written
  std::string origin;  ///< for people: "SPARK_MASTER_OPTS", "/etc/pilotlight/pilotlight.yaml:12", "--port"
};

}  // namespace pilotlight::config
