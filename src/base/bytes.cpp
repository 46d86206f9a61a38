#include "base/bytes.hpp"

namespace pilotlight {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return at < bytes.size() ? static_cast<std::uint8_t>(bytes[at]) : 0;
}
bool is_continuation(std::uint8_t byte) { return (byte & 0xC0U) == 0x80U; }
bool is_surrogate(std::uint32_t unit) { return unit >= 0xD800 && unit < 0xE000; }

/// One character or one malformed stretch: how many bytes it takes, and what it says.
struct Step {
  std::size_t size = 1;
  std::uint32_t code = 0;
  bool valid = false;
};

/// Reads up to `length` bytes of a sequence; a malformed one ends before the byte that does not fit.
Step sequence(std::string_view bytes, std::size_t at, std::size_t length) {
  std::uint32_t code = byte_at(bytes, at) & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const std::uint8_t byte = byte_at(bytes, at + i);
    if (!is_continuation(byte)) return {i, 0, false};
    code = (code << 6U) | (byte & 0x3FU);
  }
  return {length, code, true};
}

Step utf8_step(std::string_view bytes, std::size_t at) {
  const std::uint8_t first = byte_at(bytes, at);
  if (first < 0x80) return {1, first, true};
  std::size_t length = 0;
  if (first >= 0xC2 && first < 0xE0) length = 2;
  if (first >= 0xE0 && first < 0xF0) length = 3;
  if (first >= 0xF0 && first < 0xF5) length = 4;
  if (length == 0) return {};
  const Step step = sequence(bytes, at, length);
  if (!step.valid) return step;
  constexpr std::uint32_t shortest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (step.code < shortest[length] || step.code > 0x10FFFF || is_surrogate(step.code)) return {};
  return step;
}

/// One UTF-16 unit.
Step modified_step(std::string_view bytes, std::size_t at) {
  const std::uint8_t first = byte_at(bytes, at);
  if (first != 0 && first < 0x80) return {1, first, true};
  const std::size_t length = (first & 0xE0U) == 0xC0 ? 2 : (first & 0xF0U) == 0xE0 ? 3 : 0;
  if (length == 0) return {};
  const Step step = sequence(bytes, at, length);
  if (!step.valid) return step;
  const bool is_shortest = length == 2 ? step.code >= 0x80 || step.code == 0 : step.code >= 0x800;
  return is_shortest ? step : Step{};
}

void append_unit(std::string& out, std::uint32_t unit) {
  if (unit < 0x80) {
    out.push_back(static_cast<char>(unit));
  } else if (unit < 0x800) {
    out.push_back(static_cast<char>(0xC0U | (unit >> 6U)));
    out.push_back(static_cast<char>(0x80U | (unit & 0x3FU)));
  } else {
    out.push_back(static_cast<char>(0xE0U | (unit >> 12U)));
    out.push_back(static_cast<char>(0x80U | ((unit >> 6U) & 0x3FU)));
    out.push_back(static_cast<char>(0x80U | (unit & 0x3FU)));
  }
}

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x10000) return append_unit(out, code);
  out.push_back(static_cast<char>(0xF0U | (code >> 18U)));
  out.push_back(static_cast<char>(0x80U | ((code >> 12U) & 0x3FU)));
  out.push_back(static_cast<char>(0x80U | ((code >> 6U) & 0x3FU)));
  out.push_back(static_cast<char>(0x80U | (code & 0x3FU)));
}

/// Where both encodings stop to say the same: the first byte that is NUL or not ASCII.
std::size_t plain_prefix(std::string_view bytes) {
  constexpr std::uint64_t lows = 0x0101010101010101U;
  constexpr std::uint64_t highs = 0x8080808080808080U;
  std::size_t at = 0;
  for (; at + sizeof(std::uint64_t) <= bytes.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    if (((word | (word - lows)) & highs) != 0) break;
  }
  while (at < bytes.size() && byte_at(bytes, at) != 0 && byte_at(bytes, at) < 0x80) ++at;
  return at;
}

}  // namespace

std::string to_modified_utf8(std::string_view utf8) {
  std::size_t at = plain_prefix(utf8);
  std::string out(utf8.substr(0, at));
  while (at < utf8.size()) {
    const Step step = utf8_step(utf8, at);
    at += step.size;
    if (!step.valid) {
      out.append(replacement);
    } else if (step.code == 0) {
      out.append("\xC0\x80");
    } else if (step.code < 0x10000) {
      append_unit(out, step.code);
    } else {
      append_unit(out, 0xD800 + ((step.code - 0x10000) >> 10U));
      append_unit(out, 0xDC00 + ((step.code - 0x10000) & 0x3FFU));
    }
  }
  return out;
}

std::string from_modified_utf8(std::string_view bytes) {
  std::size_t at = plain_prefix(bytes);
  std::string out(bytes.substr(0, at));
  while (at < bytes.size()) {
    const Step step = modified_step(bytes, at);
    at += step.size;
    if (!step.valid) {
      out.append(replacement);
    } else if (!is_surrogate(step.code)) {
      append_utf8(out, step.code);
    } else {
      const Step low = at < bytes.size() ? modified_step(bytes, at) : Step{};
      const bool is_pair = step.code < 0xDC00 && low.valid && low.code >= 0xDC00 && low.code < 0xE000;
      if (is_pair) {
        at += low.size;
        append_utf8(out, 0x10000 + ((step.code - 0xD800) << 10U) + (low.code - 0xDC00));
      } else {
        out.append(replacement);
      }
    }
  }
  return out;
}

bool is_modified_utf8(std::string_view bytes) {
  std::size_t at = plain_prefix(bytes);
  while (at < bytes.size()) {
    const Step step = modified_step(bytes, at);
    if (!step.valid) return false;
    at += step.size;
  }
  return true;
}

}  // namespace pilotlight
