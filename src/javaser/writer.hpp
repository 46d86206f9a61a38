// Java Object Serialization, writing: a Graph → bytes a JVM reads. Pure; called by deploy's codec.
//
// Nodes met twice become back references. `by_identity` does that only for the same node (what a JVM does, so a
// stream that was read is written back byte for byte); `by_value` also for equal strings and equal class descriptors,
// which makes messages that we build ourselves short. Descriptors marked `unshared` are written out each time.
// Cannot fail: a graph that cannot be written (an object with other fields than its class, say) is a bug. Nesting
// costs heap, not native stack.
#pragma once

#include <string>

#include "javaser/value.hpp"

namespace pilotlight::javaser {

enum class Sharing { by_identity, by_value };

/// `AC ED 00 05` and the value, which is Null, an object, string, array, enum constant, class or class descriptor.
/// A null node pointer is written as null. A number is written with its field's or array's type, whichever of
/// Value's number types holds it.
std::string write(const Value& root, Sharing sharing);

}  // namespace pilotlight::javaser
