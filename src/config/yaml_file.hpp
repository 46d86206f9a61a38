// YAML as a configuration: maps of maps, or dotted keys, or both, down to single values.
//
// Reads events, not a tree, so no input can blow up: no aliases, one document, lists are refused, depth is limited.
// `spark: {deploy: {recoveryMode: NONE}}` and `spark.deploy.recoveryMode: NONE` are the same key. Not pure only because
// of yaml-cpp; touches no file.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pilotlight::config {

struct YamlValue {
  std::string key;  ///< dotted
  std::string value;
  std::size_t line = 0;  ///< 1-based
};

struct YamlContent {
  std::vector<YamlValue> values;
  struct Problem {
    std::size_t line = 0;
    std::string message;
  };
  std::vector<Problem> problems;  ///< all of them; after a syntax error nothing further is read
};

YamlContent parse_yaml(std::string_view text);

}  // namespace pilotlight::config
