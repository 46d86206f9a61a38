// Scala's collections, options and objects as any Spark line writes them: spec §3.3 (2.12), §3.7 (2.13).
//
// Pure functions over a graph that was read from a peer; they trust nothing, bound their loops by the Decoding's
// budget, and give an Error that says what is wrong ("is a java.lang.String, not a sequence") for the caller to put
// the field's name before. Private to deploy; called by Fields.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "deploy/decoding.hpp"
#include "javaser/value.hpp"

namespace pilotlight::deploy {

/// The class that a value stands for: of a Scala 2.13 module proxy the module, of null "null".
std::string_view class_of(const javaser::Value& value);
/// The class that a module proxy names; null for anything else.
const javaser::ClassDesc* module_of(const javaser::Value& value);
/// Whether the descriptor or one of its superclasses has this name.
bool is_a(const javaser::ClassDesc* desc, std::string_view class_name);
inline bool is_null(const javaser::Value& value) { return std::holds_alternative<javaser::Null>(value); }

using Values = std::vector<javaser::Value>;
using Entries = std::vector<std::pair<javaser::Value, javaser::Value>>;

Result<Values> read_sequence(const javaser::Value& value, Decoding& decoding);
Result<Entries> read_map(const javaser::Value& value, Decoding& decoding);
/// nullopt for None and null.
Result<std::optional<javaser::Value>> read_option(const javaser::Value& value);

}  // namespace pilotlight::deploy
