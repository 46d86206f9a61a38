// The target of a request line → path and query. Pure, never throws.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pilotlight::http {

struct Target {
  std::string path;   ///< begins with '/', percent-decoded once; may hold any byte but NUL
  std::string query;  ///< raw, without '?'
};

/// Takes "/path?query" and, as HTTP/1.1 demands, "http://host/path?query". nullopt: neither of them, or a path with
/// a broken percent sequence or an encoded NUL.
std::optional<Target> parse_target(std::string_view target);

}  // namespace pilotlight::http
