// The class descriptors of each dialect, ready to be written, and what a peer's descriptors tell about its build.
//
// Built once from the generated rows (dialect_tables.hpp), on first use, from any thread; immutable afterwards and
// alive until the process ends. Private to deploy.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "deploy/codec.hpp"
#include "deploy/dialect_tables.hpp"
#include "javaser/value.hpp"

namespace pilotlight::deploy {

/// The descriptors of one dialect.
class Descriptors {
 public:
  static const Descriptors& of(Dialect dialect);

  /// Never null: a class that the dialect does not have (a message of Spark 4 for Spark 3) is the newest one's.
  const javaser::ClassDesc* operator[](Class id) const { return descs_[static_cast<std::size_t>(id)]; }

 private:
  explicit Descriptors(Dialect dialect);

  javaser::Graph graph_;
  std::array<const javaser::ClassDesc*, class_count> descs_{};
};

/// The row of codec_classes.txt with this JVM name.
std::optional<Class> class_by_name(std::string_view name);
/// The dialects in which the class has this SUID; empty: a build that is not served.
DialectSet dialects_with(Class id, std::int64_t suid);

}  // namespace pilotlight::deploy
