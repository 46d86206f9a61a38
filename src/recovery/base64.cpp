#include "recovery/base64.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace pilotlight::recovery {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_digit = 0xff;

constexpr std::array<std::uint8_t, 256> digits = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    table[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return table;
}();

std::uint32_t byte_at(std::string_view bytes, std::size_t i) {
  return i < bytes.size() ? static_cast<std::uint8_t>(bytes[i]) : 0U;
}

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '=');
  auto* out = text.data();
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto group = byte_at(bytes, i) << 16U | byte_at(bytes, i + 1) << 8U | byte_at(bytes, i + 2);
    out[0] = alphabet[group >> 18U];
    out[1] = alphabet[group >> 12U & 63U];
    if (i + 1 < bytes.size()) out[2] = alphabet[group >> 6U & 63U];
    if (i + 2 < bytes.size()) out[3] = alphabet[group & 63U];
    out += 4;
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  std::string bytes(text.size() / 4 * 3, '\0');
  auto* out = bytes.data();
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const std::size_t padded = i + 4 == text.size() ? padding : 0;
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      const auto digit = j >= 4 - padded ? std::uint8_t{0} : digits[static_cast<std::uint8_t>(text[i + j])];
      if (digit == no_digit) return std::nullopt;
      group = group << 6U | digit;
    }
    // Bits beyond the last byte must be zero, so that every byte string has one spelling only.
    if (padded != 0 && (group & ((1U << (8U * padded)) - 1U)) != 0) return std::nullopt;
    for (std::size_t j = 0; j < 3 - padded; ++j) *out++ = static_cast<char>(group >> (16U - 8U * j) & 0xffU);
  }
  bytes.resize(bytes.size() - padding);
  return bytes;
}

}  // namespace pilotlight::recovery
