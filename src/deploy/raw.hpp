// Parts of a peer's message kept as bytes, to be echoed to another peer untouched (spec §3.6).
//
// A raw part is a whole Java stream of its own, written with the identities that the peer's stream had, so that
// classes nobody here knows (a SerializedLambda, say) survive. Private to deploy; pure.
#pragma once

#include "deploy/decoding.hpp"
#include "deploy/types.hpp"
#include "javaser/reader.hpp"
#include "javaser/value.hpp"

namespace pilotlight::deploy {

/// The sub-graph as a stream of its own. A sub-graph that would nest too deep to be read again is a failure.
RawBytes raw_of(const javaser::Value& value, const Fields& from, std::string_view field);
/// Whether every class in the graph is one that any JVM has.
bool holds_only_java_classes(const javaser::Value& root);
/// Reads what raw_of wrote, or what a record kept of it.
Result<javaser::Stream> read_raw(const RawBytes& raw);

}  // namespace pilotlight::deploy
