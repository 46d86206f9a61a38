// Java Object Serialization, writing: a Graph → bytes a JVM reads. Pure; called by deploy's codec.
//
// Nodes met twice become back references. `by_identity` does that only for the same node (what a JVM does, so a
// stream that was read is written back byte for byte); `by_value` also for equal strings and equal descriptors,
// which makes messages that we build ourselves short. Cannot fail: a graph that cannot be written is a bug.
#pragma once

#include <string>

#include "javaser/value.hpp"

namespace pilotlight::javaser {

enum class Sharing { by_identity, by_value };

/// `AC ED 00 05` and the value.
std::string write(const Value& root, Sharing sharing);

}  // namespace pilotlight::javaser
