// Which class descriptors are one and the same when sharing by value. Private to javaser, part of one write.
#pragma once

#include "javaser/flat_map.hpp"
#include "javaser/value.hpp"

namespace pilotlight::javaser {

struct ByAddress {
  static std::size_t hash(const void* node);
  static bool equal(const void* a, const void* b) { return a == b; }
};

/// Descriptors are equal when name, suid, flags, fields and superclass are. Those that are unshared, proxies, or
/// carry a class annotation equal only themselves.
class ClassSharing {
 public:
  /// The first descriptor seen that equals this one. Time: that of its own fields, its superclasses once.
  const ClassDesc* representative(const ClassDesc* desc);

 private:
  struct Entry {
    const ClassDesc* desc = nullptr;
    const ClassDesc* super = nullptr;  ///< representative of the superclass
  };
  struct ByContent {
    static std::size_t hash(const Entry& entry);
    static bool equal(const Entry& a, const Entry& b);
  };

  FlatMap<const void*, const ClassDesc*, ByAddress> known_;
  FlatMap<Entry, const ClassDesc*, ByContent> distinct_;
  std::vector<const ClassDesc*> chain_;
};

}  // namespace pilotlight::javaser
