// Text of strangers (names of applications, hosts, sentences of a master) made fit for a terminal, and measured in its
// columns. Pure functions.
//
// What could move the cursor, change colours, hide or reorder text becomes visible: control characters, escape
// sequences, invisible and direction-changing characters, and bytes that are no UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pilotlight::cli {

/// "\x1b[31m" for an escape sequence, "\u202e" for a change of direction; the rest as it is. Never holds a line end.
std::string visible(std::string_view untrusted);
/// The same inside JSON that was written by a JSON writer: \u escapes, which a reader turns back.
std::string visible_in_json(std::string_view json);

/// Of text that is visible(): wide characters count two, combining ones none.
std::size_t columns_of(std::string_view text);
/// At most so many columns; what is cut ends in "..".
std::string cut(std::string_view text, std::size_t columns);
/// Filled with blanks, at its right or left.
std::string pad(std::string_view text, std::size_t columns, bool to_the_right);
/// Lines of at most so many columns, broken at blanks; a longer word has a line of its own.
std::vector<std::string> wrap(std::string_view text, std::size_t columns);

}  // namespace pilotlight::cli
