// The one table of configuration keys of `pilotlight master` (D10).
//
// Everything is read and generated from its rows: YAML, Spark's properties, environment, flags, the sample file, the
// reference page, `config show`. Pure; the rows live as long as the program. A row without a field that it fills is a
// bug that a test finds (fill_settings.hpp). Checking values: validate.hpp; what a value may be: allowed() here.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pilotlight::config {

/// How a value is written and what it may be.
enum class Type : std::uint8_t {
  text,
  path,
  host,     ///< a host name, an IPv4 address, or an IPv6 address in []  (Spark's checkHost, spec §10.2)
  boolean,  ///< true | false
  integer,
  seconds,       ///< a time; a bare number counts seconds
  milliseconds,  ///< a time; a bare number counts milliseconds
  bytes,         ///< a size; a bare number counts bytes
  port,          ///< 0 = any free port, else 1024 to 65535 (as Spark asks)
  choice,        ///< one of Key::choices, in any case
  id_pattern,    ///< Java format with one %s (time) and one %d (number), no white space (spec §12)
};

/// What becomes of a key that the user set.
enum class Status : std::uint8_t {
  supported,
  ignored,  ///< known, without effect here: named at start when it differs from `fallback`
  refused,  ///< not built yet and unsafe to ignore: an error when it is switched on
};

struct Key {
  std::string_view name;              ///< spark.deploy.recoveryMode; with '*' it stands for many (never for supported)
  std::string_view older_name = {};   ///< an older Spark spelling that still works
  std::string_view environment = {};  ///< variables, separated by spaces; the first that is set counts
  std::string_view flags = {};        ///< of the command line, separated by spaces; the first is the usual one
  Type type = Type::text;
  std::string_view fallback = {};       ///< default as it would be written; for ignored keys: what Pilotlight does
  std::string_view fallback_note = {};  ///< said instead of `fallback` where the default is computed
  std::string_view example = {};        ///< stands in the sample file when there is no fixed default
  std::int64_t minimum = 0;             ///< integer; seconds and milliseconds: in ms; bytes
  std::int64_t maximum = std::numeric_limits<std::int32_t>::max();
  std::string_view choices = {};          ///< separated by spaces, in the order of the enumeration they fill
  std::string_view refused_choices = {};  ///< Spark's other values, not built yet
  bool reloadable = false;                ///< a running master takes a new value at SIGHUP
  std::string_view sentence = {};         ///< what it does, one sentence
  Status status = Status::supported;
  std::string_view reason = {};  ///< why it is ignored or refused
};

/// A section of the reference page.
struct Area {
  std::string_view title;
  std::vector<Key> keys;
};

/// Supported keys, by area, in the order of the reference page.
std::span<const Area> supported_areas();
/// Ignored and refused keys, by area; more special patterns stand before more general ones.
std::span<const Area> unsupported_areas();
/// The row for a key as a user writes it (its own name, its older name, or a pattern that fits), or nullptr.
const Key* find_key(std::string_view written);
/// All rows of both lists.
std::vector<const Key*> all_keys();
/// All spellings that find_key knows exactly: names and older names, no patterns.
std::vector<std::string_view> all_names();

/// "a time from 1s to 365d; a bare number counts seconds": for messages and the reference.
std::string allowed(const Key& key);
/// The words of a list in a row ("SPARK_MASTER_HOST SPARK_MASTER_IP").
std::vector<std::string_view> words(std::string_view list);

/// A variable of Spark's scripts that means nothing to a native master, and why; for the reference page.
struct UnusedVariable {
  std::string_view names;
  std::string_view reason;
};
std::span<const UnusedVariable> unused_variables();

}  // namespace pilotlight::config
