#include "cli/terminal_text.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>

#include "cli/character_widths.hpp"

namespace pilotlight::cli {
namespace {

struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

bool is_tail(char byte) { return (static_cast<std::uint8_t>(byte) & 0xC0U) == 0x80U; }

/// The first character of what is not empty.
Character first_of(std::string_view text) {
  const auto lead = static_cast<std::uint8_t>(text[0]);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};
  char32_t code = lead & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if (!is_tail(text[i])) return {};
    code = (code << 6U) | (static_cast<std::uint8_t>(text[i]) & 0x3FU);
  }
  static constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < least[bytes] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return {};
  return {code, bytes, true};
}

bool is_in(std::span<const Range> ranges, char32_t code) {
  const auto* found = std::lower_bound(std::data(ranges), std::data(ranges) + ranges.size(), code,
                                       [](const Range& range, char32_t value) { return range.last < value; });
  return found != std::data(ranges) + ranges.size() && found->first <= code;
}

bool is_unseen(char32_t code) { return code < 0x20 || code == 0x7F || is_in(unseen_characters, code); }

std::string hex(std::uint32_t value, std::size_t digits) {
  std::string result(digits, '0');
  for (std::size_t i = 0; i < digits; ++i) result[digits - 1 - i] = "0123456789abcdef"[(value >> (4 * i)) & 0xFU];
  return result;
}

/// As JSON has it: above U+FFFF two of them.
std::string escape(char32_t code) {
  if (code <= 0xFFFF) return "\\u" + hex(code, 4);
  const auto rest = static_cast<std::uint32_t>(code - 0x10000);
  return "\\u" + hex(0xD800 + (rest >> 10U), 4) + "\\u" + hex(0xDC00 + (rest & 0x3FFU), 4);
}

std::size_t width_of(char32_t code) {
  if (code < 0x300) return 1;
  if (is_in(combining_characters, code)) return 0;
  return is_in(wide_characters, code) ? 2 : 1;
}

}  // namespace

std::string visible(std::string_view untrusted) {
  std::string result;
  result.reserve(untrusted.size());
  while (!untrusted.empty()) {
    const auto character = first_of(untrusted);
    if (!character.valid)
      result += "\\x" + hex(static_cast<std::uint8_t>(untrusted[0]), 2);
    else if (character.code < 0x100 && is_unseen(character.code))
      result += "\\x" + hex(character.code, 2);
    else if (is_unseen(character.code))
      result += escape(character.code);
    else
      result += untrusted.substr(0, character.bytes);
    untrusted.remove_prefix(character.bytes);
  }
  return result;
}

std::string visible_in_json(std::string_view json) {
  std::string result;
  result.reserve(json.size());
  while (!json.empty()) {
    const auto character = first_of(json);
    // Line ends of a writer stand between values; inside texts they are escaped already.
    if (!character.valid)
      result += "\\ufffd";
    else if (character.code != '\n' && is_unseen(character.code))
      result += escape(character.code);
    else
      result += json.substr(0, character.bytes);
    json.remove_prefix(character.bytes);
  }
  return result;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const auto character = first_of(text);
    columns += character.valid ? width_of(character.code) : 1;
    text.remove_prefix(character.bytes);
  }
  return columns;
}

std::string cut(std::string_view text, std::size_t columns) {
  if (columns_of(text) <= columns) return std::string(text);
  const std::size_t room = columns > 2 ? columns - 2 : 0;
  std::string result;
  std::size_t used = 0;
  while (!text.empty()) {
    const auto character = first_of(text);
    const auto width = character.valid ? width_of(character.code) : 1;
    if (used + width > room) break;
    used += width;
    result += text.substr(0, character.bytes);
    text.remove_prefix(character.bytes);
  }
  return result + std::string(std::min<std::size_t>(2, columns), '.');
}

std::string pad(std::string_view text, std::size_t columns, bool to_the_right) {
  const auto used = columns_of(text);
  const std::string blanks(columns > used ? columns - used : 0, ' ');
  return to_the_right ? blanks + std::string(text) : std::string(text) + blanks;
}

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto blank = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, blank);
    text.remove_prefix(std::min(blank + 1, text.size()));
    if (word.empty()) continue;
    if (lines.empty() || columns_of(lines.back()) + 1 + columns_of(word) > columns)
      lines.emplace_back(word);
    else
      lines.back().append(" ").append(word);
  }
  return lines;
}

}  // namespace pilotlight::cli
