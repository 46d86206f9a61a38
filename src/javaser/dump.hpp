// A graph as an indented text tree, for people who look at what crossed the wire: tests, docs, debugging.
//
// A developer's tool: it shows every string in full, passwords in an environment included. Never log its output
// and never show it to anybody who may not read the stream itself. Cannot fail; cycles and deep nesting are cut.
#pragma once

#include <string>

#include "javaser/value.hpp"

namespace pilotlight::javaser {

/// One line for each value, children indented by two blanks. Objects and arrays have a number, `#2`, by which a later
/// `-> #2` means the same one again. At the end the classes: name, SUID, flags, fields, superclass.
std::string dump(const Value& root);

}  // namespace pilotlight::javaser
