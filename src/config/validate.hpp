// Checks everything that was set, at once: types, bounds, what is refused until it is built, and how keys go together.
//
// Pure. Errors and warnings name the key, the value (hidden when it may be a secret), where it came from, and what is
// allowed. Ignored keys that were set to something that Pilotlight does not do are named in one warning.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/merge.hpp"
#include "config/value.hpp"

namespace pilotlight::config {

struct Validated {
  /// By the row's name: every supported key that was set or has a default. Complete only when there are no errors.
  std::map<std::string_view, Value> values;
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
};

Validated validate(const Merged& merged);

}  // namespace pilotlight::config
