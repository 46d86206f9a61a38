// Big-endian reading and writing over plain byte strings, and Java's "modified UTF-8".
//
// Used by every codec. A ByteReader never reads past its view: a short read sets `failed()` and yields zeros,
// so a decoder checks once per element instead of once per byte. Nothing here throws.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace pilotlight {

/// Reads big-endian numbers from a view that must outlive the reader.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] std::size_t offset() const { return offset_; }
  [[nodiscard]] std::size_t remaining() const { return bytes_.size() - offset_; }
  [[nodiscard]] bool at_end() const { return offset_ == bytes_.size(); }
  /// A read went past the end; every value since then is zero or empty.
  [[nodiscard]] bool failed() const { return failed_; }

  std::uint8_t u8() { return static_cast<std::uint8_t>(number<std::uint8_t>()); }
  std::uint16_t u16() { return number<std::uint16_t>(); }
  std::int32_t i32() { return static_cast<std::int32_t>(number<std::uint32_t>()); }
  std::int64_t i64() { return static_cast<std::int64_t>(number<std::uint64_t>()); }

  /// The next byte, which stays to be read; 0 at the end.
  [[nodiscard]] std::uint8_t peek() const { return at_end() ? 0 : static_cast<std::uint8_t>(bytes_[offset_]); }
  /// A view of the next `count` bytes; empty and failed() when there are fewer.
  std::string_view bytes(std::size_t count) {
    if (count > remaining()) return fail();
    const auto view = bytes_.substr(offset_, count);
    offset_ += count;
    return view;
  }
  /// All that is left.
  std::string_view rest() { return bytes(remaining()); }

 private:
  template <typename Unsigned>
  Unsigned number() {
    const auto view = bytes(sizeof(Unsigned));
    if (view.size() != sizeof(Unsigned)) return 0;
    Unsigned value = 0;
    for (const char byte : view) value = static_cast<Unsigned>((value << 8U) | static_cast<std::uint8_t>(byte));
    return value;
  }
  std::string_view fail() {
    failed_ = true;
    offset_ = bytes_.size();
    return {};
  }

  std::string_view bytes_;
  std::size_t offset_ = 0;
  bool failed_ = false;
};

/// Appends big-endian numbers to a string.
class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}

  void u8(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }
  void u16(std::uint16_t value) { number(value); }
  void i32(std::int32_t value) { number(static_cast<std::uint32_t>(value)); }
  void i64(std::int64_t value) { number(static_cast<std::uint64_t>(value)); }
  void bytes(std::string_view view) { out_.append(view); }

 private:
  template <typename Unsigned>
  void number(Unsigned value) {
    char text[sizeof(Unsigned)];
    for (std::size_t i = 0; i < sizeof(Unsigned); ++i)
      text[i] = static_cast<char>(static_cast<std::uint8_t>(value >> (8U * (sizeof(Unsigned) - 1 - i))));
    out_.append(text, sizeof text);
  }

  std::string& out_;
};

/// UTF-8 → Java's modified UTF-8 (NUL as C0 80, characters above U+FFFF as two surrogates of 3 bytes each).
/// Bytes that are not UTF-8 become U+FFFD, so the result is always readable by a JVM.
std::string to_modified_utf8(std::string_view utf8);
/// Modified UTF-8 → UTF-8. What is malformed (a lone surrogate, a cut sequence) becomes U+FFFD.
std::string from_modified_utf8(std::string_view bytes);
/// Whether the bytes are well-formed modified UTF-8 (lone surrogates count as well-formed, as in Java).
bool is_modified_utf8(std::string_view bytes);

}  // namespace pilotlight
