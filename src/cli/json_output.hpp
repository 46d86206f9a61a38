// Parts of a master's document as JSON or YAML, in the master's words and order. Pure.
//
// Takes text that parse_cluster() has accepted. What a terminal must not see is escaped, so that a reader of JSON gets
// back exactly what the master sent.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pilotlight::cli {

enum class Notation : std::uint8_t { json, json_line, yaml };

/// The whole document.
std::string document_text(const std::string& document, Notation notation);
/// The arrays under these keys as one array.
std::string arrays_text(const std::string& document, const std::vector<std::string>& keys, Notation notation);
/// An object of these members; a value is JSON text ("7", "\"x\"", "null").
std::string object_text(const std::vector<std::pair<std::string, std::string>>& members, Notation notation);
/// A text as a JSON value.
std::string json_string(std::string_view text);

}  // namespace pilotlight::cli
