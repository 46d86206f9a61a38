// Streams written by hand, for tests: the words of spec §3.1 as small functions that give bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace pilotlight::javaser::bytes_of {

inline std::string header() { return "\xAC\xED" + std::string("\x00\x05", 2); }
inline std::string u8(std::uint8_t value) { return std::string(1, static_cast<char>(value)); }
inline std::string u16(std::uint16_t value) {
  std::string out;
  ByteWriter(out).u16(value);
  return out;
}
inline std::string i32(std::int32_t value) {
  std::string out;
  ByteWriter(out).i32(value);
  return out;
}
inline std::string i64(std::int64_t value) {
  std::string out;
  ByteWriter(out).i64(value);
  return out;
}
inline std::string utf(std::string_view text) {
  return u16(static_cast<std::uint16_t>(text.size())) + std::string(text);
}
inline std::string string(std::string_view text) { return u8(0x74) + utf(text); }
inline std::string long_string(std::string_view text) {
  return u8(0x7C) + i64(static_cast<std::int64_t>(text.size())) + std::string(text);
}
inline std::string block(std::string_view bytes) {
  return u8(0x77) + u8(static_cast<std::uint8_t>(bytes.size())) + std::string(bytes);
}
inline std::string long_block(std::string_view bytes) {
  return u8(0x7A) + i32(static_cast<std::int32_t>(bytes.size())) + std::string(bytes);
}
/// The n-th thing with a handle, from 0.
inline std::string ref(std::int32_t n) { return u8(0x71) + i32(0x7E0000 + n); }

inline const std::string null = u8(0x70);
inline const std::string object = u8(0x73);
inline const std::string array = u8(0x75);
inline const std::string class_object = u8(0x76);
inline const std::string end = u8(0x78);
inline const std::string reset = u8(0x79);
inline const std::string enum_constant = u8(0x7E);

inline std::string field(char type, std::string_view name, const std::string& type_name = {}) {
  return u8(static_cast<std::uint8_t>(type)) + utf(name) + type_name;
}
/// A class descriptor of `count` fields up to its annotation; `end` and the superclass are to follow.
inline std::string open_desc(std::string_view name, std::uint8_t flags, std::uint16_t count = 0,
                             const std::string& fields = {}, std::int64_t suid = 1) {
  return u8(0x72) + utf(name) + i64(suid) + u8(flags) + u16(count) + fields;
}
inline std::string desc(std::string_view name, std::uint8_t flags, std::uint16_t count = 0,
                        const std::string& fields = {}, const std::string& super = null) {
  return open_desc(name, flags, count, fields) + end + super;
}

}  // namespace pilotlight::javaser::bytes_of
