// How values are written: Spark's booleans, numbers, times and sizes, and the rules for hosts and id patterns.
//
// Pure functions from text to value; nullopt means "not such a value", the caller knows the key and says what is
// allowed. White space around a value does not count, as in Spark.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/schema.hpp"

namespace pilotlight::config {

/// One value, read by its key's type.
struct Value {
  std::string text;         ///< trimmed, as written; hosts and patterns
  std::int64_t number = 0;  ///< integer, port; 0 or 1; ms; bytes; index of the choice
};

std::string_view trim(std::string_view text);
/// ASCII only.
std::string lower(std::string_view text);

std::optional<bool> parse_boolean(std::string_view text);
std::optional<std::int64_t> parse_integer(std::string_view text);
/// Milliseconds, of "90", "90s", "2min", "500ms", …; suffixes us ms s m min h d, a bare number counts `unit_ms`.
/// Negative times and such that do not fit 64 bits are no times.
std::optional<std::int64_t> parse_time_ms(std::string_view text, std::int64_t unit_ms);
/// Bytes, of "64m", "1g", "1048576"; suffixes b k kb m mb g gb t tb p pb (powers of 1024).
std::optional<std::int64_t> parse_bytes(std::string_view text);
/// Whether Spark would take it as a host: no ':' unless it is an IPv6 address in [] (spec §10.2).
bool is_host(std::string_view text);
bool is_id_pattern(std::string_view text);

/// Reads and checks a value by its key's row (type, bounds, choices). A bare IPv6 address gets its brackets.
std::optional<Value> parse_value(const Key& key, std::string_view text);

/// "1s", "365d", "100ms": the largest unit that is exact.
std::string format_time(std::int64_t milliseconds);
/// "64m", "1g", "123".
std::string format_bytes(std::int64_t bytes);

}  // namespace pilotlight::config
