#include "http/text.hpp"

#include <gtest/gtest.h>

namespace pilotlight::http {
namespace {

TEST(ValidUtf8, WellFormedText_StaysAsItIs) {
  for (const std::string text : {"", "plain", "\xc3\xa9", "\xe2\x82\xac", "\xed\x9f\xbf\xee\x80\x80",
                                 "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf", "\x7f"})
    EXPECT_EQ(valid_utf8(text), text);
}

TEST(ValidUtf8, BytesThatAreNoCharacter_BecomeReplacementCharacters) {
  const std::string r = "\xef\xbf\xbd";
  EXPECT_EQ(valid_utf8("a\xff"
                       "b"),
            "a" + r + "b");
  EXPECT_EQ(valid_utf8("\xc3"), r);  // cut
  EXPECT_EQ(valid_utf8("\xc3("), r + "(");
  EXPECT_EQ(valid_utf8("\xc0\xaf"), r + r);  // overlong
  EXPECT_EQ(valid_utf8("\xe0\x80\xaf"), r + r + r);
  EXPECT_EQ(valid_utf8("\xed\xa0\x80"), r + r + r);          // a lone surrogate
  EXPECT_EQ(valid_utf8("\xf4\x90\x80\x80"), r + r + r + r);  // beyond U+10FFFF
  EXPECT_EQ(valid_utf8("\xf0\x9f\x98"), r + r + r);
}

TEST(HtmlEscaped, EverythingThatCouldEndTextOrAttribute_IsEscaped) {
  EXPECT_EQ(html_escaped("<script>alert(\"1\" & '2')</script>"),
            "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;");
  EXPECT_EQ(html_escaped(std::string_view("a\0b\x1b", 4)),
            "a\xef\xbf\xbd"
            "b\xef\xbf\xbd");
}

TEST(JsonQuoted, ControlCharacters_AreEscapedAsJacksonDoes) {
  EXPECT_EQ(json_quoted("\"\\/\b\f\n\r\t"), R"("\"\\/\b\f\n\r\t")");
  EXPECT_EQ(json_quoted(std::string_view("\0\x1b\x7f", 3)), "\"\\u0000\\u001B\x7f\"");
  EXPECT_EQ(json_quoted("<b> \xc3\xa9 \xff"), "\"<b> \xc3\xa9 \xef\xbf\xbd\"");
}

}  // namespace
}  // namespace pilotlight::http
