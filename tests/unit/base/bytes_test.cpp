#include "base/bytes.hpp"

#include <gtest/gtest.h>

namespace pilotlight {
namespace {

using namespace std::string_literals;

const std::string clef_utf8 = "\xF0\x9D\x84\x9E";              // U+1D11E
const std::string clef_modified = "\xED\xA0\xB4\xED\xB4\x9E";  // D834 DD1E
const std::string lone_surrogate = "\xED\xA0\xB4";
const std::string unknown = "\xEF\xBF\xBD";

TEST(ByteReader, ReadsBigEndianNumbers) {
  const std::string bytes = "\x01\x02\x03\xFF\xFF\xFF\xFE\x80\x00\x00\x00\x00\x00\x00\x00"s;
  ByteReader in(bytes);
  EXPECT_EQ(in.u8(), 1);
  EXPECT_EQ(in.u16(), 0x0203);
  EXPECT_EQ(in.i32(), -2);
  EXPECT_EQ(in.i64(), INT64_MIN);
  EXPECT_TRUE(in.at_end());
  EXPECT_FALSE(in.failed());
}

TEST(ByteReader, PastTheEnd_FailsForGoodAndYieldsZeros) {
  ByteReader in("\x01\x02\x03");
  EXPECT_EQ(in.i32(), 0);
  EXPECT_TRUE(in.failed());
  EXPECT_EQ(in.u8(), 0);
  EXPECT_EQ(in.bytes(1), "");
  EXPECT_EQ(in.remaining(), 0U);
}

TEST(ByteReader, Peek_LeavesTheByte) {
  ByteReader in("\x7F");
  EXPECT_EQ(in.peek(), 0x7F);
  EXPECT_EQ(in.u8(), 0x7F);
  EXPECT_EQ(in.peek(), 0);
  EXPECT_FALSE(in.failed());
}

TEST(ByteWriter, WritesWhatByteReaderReads) {
  std::string bytes;
  ByteWriter out(bytes);
  out.u8(0xAB);
  out.u16(0xFFFE);
  out.i32(-7);
  out.i64(INT64_MIN);
  out.bytes("tail");
  ByteReader in(bytes);
  EXPECT_EQ(in.u8(), 0xAB);
  EXPECT_EQ(in.u16(), 0xFFFE);
  EXPECT_EQ(in.i32(), -7);
  EXPECT_EQ(in.i64(), INT64_MIN);
  EXPECT_EQ(in.rest(), "tail");
}

TEST(ModifiedUtf8, PlainText_IsTheSame) {
  const std::string text = "spark://Master@10.0.0.1:7077 gr\xC3\xBC\xC3\x9F \xE2\x82\xAC";
  EXPECT_EQ(to_modified_utf8(text), text);
  EXPECT_EQ(from_modified_utf8(text), text);
  EXPECT_TRUE(is_modified_utf8(text));
}

TEST(ModifiedUtf8, NulAndCharactersBeyondFFFF_HaveTheirOwnForm) {
  const std::string utf8 = "a\0b"s + clef_utf8 + "c";
  const std::string modified =
      "a\xC0\x80"
      "b"s +
      clef_modified + "c";
  EXPECT_EQ(to_modified_utf8(utf8), modified);
  EXPECT_EQ(from_modified_utf8(modified), utf8);
  EXPECT_TRUE(is_modified_utf8(modified));
}

TEST(ModifiedUtf8, AnywhereInALongText_IsFound) {
  for (std::size_t at = 0; at < 20; ++at) {
    std::string text(20, 'x');
    text.insert(at, 1, '\0');
    EXPECT_EQ(from_modified_utf8(to_modified_utf8(text)), text) << at;
    EXPECT_FALSE(is_modified_utf8(text)) << at;
    EXPECT_EQ(to_modified_utf8(text).size(), text.size() + 1);
  }
}

TEST(ModifiedUtf8, WhatIsNoUtf8_BecomesTheReplacementCharacter) {
  EXPECT_EQ(to_modified_utf8("a\xFFz"), "a" + unknown + "z");
  EXPECT_EQ(to_modified_utf8("a\xE2\x82"), "a" + unknown);            // cut
  EXPECT_EQ(to_modified_utf8("\xC1\x81"), unknown + unknown);         // overlong
  EXPECT_EQ(to_modified_utf8("\xF4\x90\x80\x80").find(unknown), 0U);  // beyond 10FFFF
  EXPECT_TRUE(is_modified_utf8(to_modified_utf8(lone_surrogate + "\x80\xF8\xED")));
}

TEST(ModifiedUtf8, Malformed_IsRefusedAndReplaced) {
  const std::string malformed[] = {"\0"s,       "\x80",    "\xC2", "\xC2x",    "\xE2\x82",
                                   "\xE2\x82x", clef_utf8, "\xFF", "\xC1\x81", "\xE0\x80\x80"};
  for (const std::string& bytes : malformed) {
    EXPECT_FALSE(is_modified_utf8(bytes));
    EXPECT_NE(from_modified_utf8("<" + bytes + ">").find(unknown), std::string::npos);
    EXPECT_TRUE(from_modified_utf8("<" + bytes + ">").ends_with(">"));
  }
}

TEST(ModifiedUtf8, LoneSurrogates_AreWellFormedButNoText) {
  const std::string low = "\xED\xB4\x9E";
  for (const std::string& bytes : {lone_surrogate, low, low + lone_surrogate}) {
    EXPECT_TRUE(is_modified_utf8(bytes));
    EXPECT_EQ(from_modified_utf8(bytes).substr(0, 3), unknown);
  }
  EXPECT_EQ(from_modified_utf8(lone_surrogate + "x"), unknown + "x");
  EXPECT_EQ(from_modified_utf8(lone_surrogate + clef_modified), unknown + clef_utf8);
}

}  // namespace
}  // namespace pilotlight
