#include "cli/terminal_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pilotlight::cli {
namespace {

using ::testing::ElementsAre;

TEST(Visible, ControlsAndEscapesBecomeText) {
  EXPECT_EQ(visible("a\x1b[31mred\x07\n\t\x7f"), "a\\x1b[31mred\\x07\\x0a\\x09\\x7f");
  EXPECT_EQ(visible("\u009b31m"), "\\x9b31m");         // a one-character CSI
  EXPECT_EQ(visible("x\u202ey"), "x\\u202ey");         // right-to-left override
  EXPECT_EQ(visible("x\u200by"), "x\\u200by");         // zero-width space
  EXPECT_EQ(visible("\U000e0041"), "\\udb40\\udc41");  // a tag
}

TEST(Visible, WhatIsNoUtf8BecomesText) {
  EXPECT_EQ(visible("\xff"), "\\xff");
  EXPECT_EQ(visible("\xc3"), "\\xc3");                    // cut
  EXPECT_EQ(visible("\xc0\xaf"), "\\xc0\\xaf");           // overlong '/'
  EXPECT_EQ(visible("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(visible("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
}

TEST(Visible, OrdinaryTextStays) {
  for (const char* text : {"plain", "Überstunden", "每日報告", "😀", "a\u0301"}) EXPECT_EQ(visible(text), text);
}

TEST(VisibleInJson, EscapesAreJsons) {
  EXPECT_EQ(visible_in_json("\"\u202e\U000e0041\"\n"), "\"\\u202e\\udb40\\udc41\"\n");
}

TEST(Columns, WideCountTwoAndCombiningNone) {
  EXPECT_EQ(columns_of("abc"), 3U);
  EXPECT_EQ(columns_of("每日"), 4U);
  EXPECT_EQ(columns_of("한글"), 4U);
  EXPECT_EQ(columns_of("😀"), 2U);
  EXPECT_EQ(columns_of("cafe\u0301"), 4U);
  EXPECT_EQ(columns_of("é"), 1U);
  EXPECT_EQ(columns_of("ｱ"), 1U);  // a half-width form
}

TEST(Cut, NeverSplitsACharacterAndNeverExceeds) {
  EXPECT_EQ(cut("abcdef", 6), "abcdef");
  EXPECT_EQ(cut("abcdefg", 6), "abcd..");
  EXPECT_EQ(cut("每日報告", 7), "每日..");
  EXPECT_EQ(cut("每日報告", 6), "每日..");
  EXPECT_EQ(cut("abc", 2), "..");
  EXPECT_EQ(cut("abc", 0), "");
  for (std::size_t width = 0; width < 10; ++width) EXPECT_LE(columns_of(cut("a每b日c報d告", width)), width);
}

TEST(Pad, CountsColumns) {
  EXPECT_EQ(pad("每", 4, false), "每  ");
  EXPECT_EQ(pad("每", 4, true), "  每");
  EXPECT_EQ(pad("long", 2, false), "long");
}

TEST(Wrap, BreaksAtBlanks) {
  EXPECT_THAT(wrap("one two  three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("a verylongword b", 4), ElementsAre("a", "verylongword", "b"));
  EXPECT_THAT(wrap("", 4), ElementsAre());
}

}  // namespace
}  // namespace pilotlight::cli
