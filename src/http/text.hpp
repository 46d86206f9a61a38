// Text from peers on its way into pages and JSON: made valid and harmless. Pure, never throws.
#pragma once

#include <string>
#include <string_view>

namespace pilotlight::http {

/// 0 to 15; -1 for anything but a hexadecimal digit.
int hex_digit(char c);
/// The text with every byte that is not part of a well-formed UTF-8 character replaced by U+FFFD.
std::string valid_utf8(std::string_view text);
/// For element content and quoted attributes; also makes the UTF-8 valid.
std::string html_escaped(std::string_view text);
/// A JSON string with its quotes, escaped as Jackson does; also makes the UTF-8 valid.
std::string json_quoted(std::string_view text);
void append_json_quoted(std::string& out, std::string_view text);

}  // namespace pilotlight::http
