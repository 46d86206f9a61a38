// Java Object Serialization, reading: bytes from a peer → a Graph. Pure; called by deploy's codec.
//
// Trusts nothing: every count is checked against what is left and against Limits before memory is taken, depth is
// bounded, and bad input gives an Error that names the byte offset. Never throws, never recurses without bound, takes
// time in proportion to the stream. The bytes are copied into the graph: the caller's buffer may go at once.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.hpp"
#include "javaser/value.hpp"

namespace pilotlight::javaser {

/// What one stream may cost. The defaults serve any real Spark message with a wide margin.
struct Limits {
  std::size_t bytes = 64U << 20U;  ///< of the whole stream
  std::size_t depth = 200;         ///< nesting of objects, arrays and descriptors; also superclasses of one class
  std::size_t handles = 500'000;   ///< objects, strings, arrays, descriptors together
  std::size_t string_bytes = 16U << 20U;
  std::size_t array_items = 4U << 20U;
  std::size_t fields = 1'000;  ///< of one class; also interfaces of a proxy
  /// Bytes that nodes and values take, besides a copy of the stream. Reading may take about twice that for a moment.
  std::size_t memory = 16U << 20U;
};

/// Reads `AC ED 00 05` and one object. What follows it (a TC_RESET, say) is ignored (spec §2.1).
///
/// Not known to this reader, each an error: a TC_RESET inside an object, a TC_EXCEPTION (the writer gave up), data of
/// an externalizable class in the old form without block data (only its class knows where they end).
Result<Stream> read(std::string_view stream, const Limits& limits = {});

}  // namespace pilotlight::javaser
