// Java's .properties format, as Spark reads spark-defaults.conf: `key value`, `key=value`, `key: value`, # and !
// comments, a backslash at the end of a line to continue it, \t \n \r \f and \uXXXX.
//
// Pure. Values are trimmed of blanks at both ends, as Spark does. All keys come back, Spark's or not, in their order.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace pilotlight::config {

struct Property {
  std::string key;
  std::string value;
  std::size_t line = 0;  ///< 1-based, where the key stands
};

/// The error names the line: only a malformed \u escape is one (Java refuses the whole file for it, too).
Result<std::vector<Property>> parse_properties(std::string_view text);

}  // namespace pilotlight::config
