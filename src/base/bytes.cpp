#include "base/bytes.hpp"

namespace pilotlight {
namespace {

constexpr std::uint32_t replacement = 0xFFFD;

/// A decoded character and how many bytes it took; taken = 0 at a malformed place.
struct Decoded {
  std::uint32_t character = replacement;
  std::size_t taken = 0;
};

std::uint32_t byte_at(std::string_view text, std::size_t at) { return static_cast<std::uint8_t>(text[at]); }
bool continues(std::string_view text, std::size_t at) { return at < text.size() && (byte_at(text, at) & 0xC0U) == 0x80U; }

Decoded decode_utf8(std::string_view text, std::size_t at) {
  const std::uint32_t first = byte_at(text, at);
  if (first < 0x80) return {first, 1};
  std::size_t length = 0;
  std::uint32_t character = 0;
  std::uint32_t smallest = 0;
  if ((first & 0xE0U) == 0xC0U) { length = 2; character = first & 0x1FU; smallest = 0x80; }
  else if ((first & 0xF0U) == 0xE0U) { length = 3; character = first & 0x0FU; smallest = 0x800; }
  else if ((first & 0xF8U) == 0xF0U) { length = 4; character = first & 0x07U; smallest = 0x10000; }
  else return {};
  for (std::size_t i = 1; i < length; ++i) {
    if (!continues(text, at + i)) return {};
    character = (character << 6U) | (byte_at(text, at + i) & 0x3FU);
  }
  const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
  if (character < smallest || character > 0x10FFFF || surrogate) return {};
  return {character, length};
}

/// One UTF-16 unit of modified UTF-8 (1 to 3 bytes).
Decoded decode_unit(std::string_view text, std::size_t at) {
  const std::uint32_t first = byte_at(text, at);
  if (first < 0x80) return {first, 1};
  if ((first & 0xE0U) == 0xC0U && continues(text, at + 1))
    return {((first & 0x1FU) << 6U) | (byte_at(text, at + 1) & 0x3FU), 2};
  if ((first & 0xF0U) == 0xE0U && continues(text, at + 1) && continues(text, at + 2))
    return {((first & 0x0FU) << 12U) | ((byte_at(text, at + 1) & 0x3FU) << 6U) | (byte_at(text, at + 2) & 0x3FU), 3};
  return {};
}

void append_3_bytes(std::string& out, std::uint32_t unit) {
  out += static_cast<char>(0xE0U | (unit >> 12U));
  out += static_cast<char>(0x80U | ((unit >> 6U) & 0x3FU));
  out += static_cast<char>(0x80U | (unit & 0x3FU));
}

void append_utf8(std::string& out, std::uint32_t character) {
  if (character < 0x80) {
    out += static_cast<char>(character);
  } else if (character < 0x800) {
    out += static_cast<char>(0xC0U | (character >> 6U));
    out += static_cast<char>(0x80U | (character & 0x3FU));
  } else if (character < 0x10000) {
    append_3_bytes(out, character);
  } else {
    out += static_cast<char>(0xF0U | (character >> 18U));
    out += static_cast<char>(0x80U | ((character >> 12U) & 0x3FU));
    out += static_cast<char>(0x80U | ((character >> 6U) & 0x3FU));
    out += static_cast<char>(0x80U | (character & 0x3FU));
  }
}

bool is_plain(std::string_view text) {
  for (const char c : text)
    if (static_cast<std::uint8_t>(c) - 1U >= 0x7FU) return false;  // NUL and everything above 0x7F
  return true;
}

}  // namespace

std::string to_modified_utf8(std::string_view utf8) {
  if (is_plain(utf8)) return std::string(utf8);
  std::string out;
  out.reserve(utf8.size() + 8);
  for (std::size_t at = 0; at < utf8.size();) {
    const Decoded decoded = decode_utf8(utf8, at);
    at += decoded.taken == 0 ? 1 : decoded.taken;
    if (decoded.character == 0) {
      out += "\xC0\x80";
    } else if (decoded.character < 0x10000) {
      append_utf8(out, decoded.character);
    } else {
      const std::uint32_t rest = decoded.character - 0x10000;
      append_3_bytes(out, 0xD800U + (rest >> 10U));
      append_3_bytes(out, 0xDC00U + (rest & 0x3FFU));
    }
  }
  return out;
}

std::string from_modified_utf8(std::string_view bytes) {
  if (is_plain(bytes)) return std::string(bytes);
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size();) {
    const Decoded unit = decode_unit(bytes, at);
    if (unit.taken == 0) {
      append_utf8(out, replacement);
      ++at;
      continue;
    }
    at += unit.taken;
    if (unit.character < 0xD800 || unit.character > 0xDFFF) {
      append_utf8(out, unit.character);
      continue;
    }
    const Decoded low = unit.character < 0xDC00 && at < bytes.size() ? decode_unit(bytes, at) : Decoded{};
    if (low.taken != 0 && low.character >= 0xDC00 && low.character <= 0xDFFF) {
      append_utf8(out, 0x10000U + ((unit.character - 0xD800U) << 10U) + (low.character - 0xDC00U));
      at += low.taken;
    } else {
      append_utf8(out, replacement);
    }
  }
  return out;
}

bool is_modified_utf8(std::string_view bytes) {
  if (is_plain(bytes)) return true;
  for (std::size_t at = 0; at < bytes.size();) {
    const Decoded unit = decode_unit(bytes, at);
    if (unit.taken == 0) return false;
    at += unit.taken;
  }
  return true;
}

}  // namespace pilotlight
