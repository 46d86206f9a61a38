// Java Object Serialization, reading: bytes from a peer → a Graph. Pure; called by deploy's codec.
//
// Trusts nothing: every count is checked against what is left and against Limits before memory is taken, depth is
// bounded, and bad input gives an Error that names the byte offset. Never throws, never recurses without bound.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.hpp"
#include "javaser/value.hpp"

namespace pilotlight::javaser {

/// What one stream may cost. The defaults serve any real Spark message with a wide margin.
struct Limits {
  std::size_t bytes = 64U << 20U;      ///< of the whole stream
  std::size_t depth = 200;             ///< nesting of objects, arrays and descriptors
  std::size_t handles = 500'000;       ///< objects, strings, arrays, descriptors together
  std::size_t string_bytes = 16U << 20U;
  std::size_t array_items = 4U << 20U;
  std::size_t fields = 1'000;          ///< of one class
};

/// Reads `AC ED 00 05` and one object. What follows it (a TC_RESET, say) is ignored (spec §2.1).
Result<Stream> read(std::string_view stream, const Limits& limits = {});

}  // namespace pilotlight::javaser
