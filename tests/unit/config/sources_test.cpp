// The readers of the sources: properties files, -D words, YAML.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/java_opts.hpp"
#include "config/properties_file.hpp"
#include "config/yaml_file.hpp"

namespace pilotlight::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

std::vector<std::pair<std::string, std::string>> properties(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> result;
  const auto parsed = parse_properties(text);
  EXPECT_TRUE(parsed.ok());
  if (parsed)
    for (const auto& property : *parsed) result.emplace_back(property.key, property.value);
  return result;
}

TEST(PropertiesFile, EachWayToPartKeyAndValue_IsRead) {
  EXPECT_THAT(properties("a 1\nb=2\nc:3\nd = 4\n e\t:\t5 \nf==6\ng\n\n"),
              ElementsAre(Pair("a", "1"), Pair("b", "2"), Pair("c", "3"), Pair("d", "4"), Pair("e", "5"),
                          Pair("f", "=6"), Pair("g", "")));
}

TEST(PropertiesFile, Comments_AreSkippedAndNeverContinued) {
  EXPECT_THAT(properties("# a 1\\\n  ! b 2\nc 3 # not a comment\n"), ElementsAre(Pair("c", "3 # not a comment")));
}

TEST(PropertiesFile, BackslashAtTheEnd_ContinuesTheLine) {
  EXPECT_THAT(properties("a one,\\\n    two\nb x\\\\\nc 3\nd \\\n#4\n"),
              ElementsAre(Pair("a", "one,two"), Pair("b", "x\\"), Pair("c", "3"), Pair("d", "#4")));
}

TEST(PropertiesFile, BackslashAtTheEndOfTheFile_IsDropped) {
  EXPECT_THAT(properties("a 1\\"), ElementsAre(Pair("a", "1")));
}

TEST(PropertiesFile, AnyLineEnd_PartsLines) {
  EXPECT_THAT(properties("a 1\r\nb 2\rc 3\\\r\n4"), ElementsAre(Pair("a", "1"), Pair("b", "2"), Pair("c", "34")));
}

TEST(PropertiesFile, Escapes_AreJavas) {
  EXPECT_THAT(properties("k\\=e\\ y\\:x v\\tw\\q\nu \\u00e4\\u20AC\\uD83D\\uDE00\nl \\ud83dx\\udE00\n"),
              ElementsAre(Pair("k=e y:x", "v\twq"), Pair("u", "\u00e4\u20ac\U0001F600"), Pair("l", "\uFFFDx\uFFFD")));
}

TEST(PropertiesFile, MalformedUnicodeEscape_NamesTheLine) {
  const auto parsed = parse_properties("a 1\nb C:\\users\n");
  ASSERT_FALSE(parsed.ok());
  EXPECT_THAT(parsed.error().message, HasSubstr("line 2"));
}

TEST(PropertiesFile, LineNumbers_AreWhereKeysStand) {
  const auto parsed = parse_properties("# x\n\na 1\\\n 2\n\nb 3\n");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ((*parsed)[0].line, 3U);
  EXPECT_EQ((*parsed)[1].line, 6U);
}

TEST(JavaOpts, Quotes_KeepBlanksTogether) {
  const auto words = split_words("  -Da='x y' \"-Db=\\\"q\\\" z\" -Dc=a\\ b '' -Dd='\\n' ");
  ASSERT_TRUE(words.ok());
  EXPECT_THAT(*words, ElementsAre("-Da=x y", "-Db=\"q\" z", "-Dc=a b", "", "-Dd=\\n"));
}

TEST(JavaOpts, OnlyDefinitions_ComeBackInOrder) {
  const auto options =
      parse_java_opts("-Xmx2g -Dspark.a=1=2 -verbose:gc -Dspark.b -D -javaagent:x.jar=-Dspark.c=1 -Dspark.a=3");
  ASSERT_TRUE(options.ok());
  EXPECT_THAT(*options, ElementsAre(Pair("spark.a", "1=2"), Pair("spark.b", ""), Pair("spark.a", "3")));
}

TEST(JavaOpts, UnfinishedQuote_IsAnErrorWithoutTheText) {
  for (const char* text : {"-Da='hunter2", "-Da=\"hunter2", "-Da=hunter2\\"}) {
    const auto words = split_words(text);
    ASSERT_FALSE(words.ok()) << text;
    EXPECT_EQ(words.error().message.find("hunter2"), std::string::npos);
  }
}

std::vector<std::pair<std::string, std::string>> yaml(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> result;
  const auto content = parse_yaml(text);
  EXPECT_TRUE(content.problems.empty()) << content.problems.front().message;
  for (const auto& value : content.values) result.emplace_back(value.key, value.value);
  return result;
}

TEST(Yaml, NestedAndDotted_AreTheSameKey) {
  EXPECT_THAT(yaml("spark.a.b: 1\nspark:\n  c:\n    d: two words\n    e.f: 'x'\n  g: true\n"),
              ElementsAre(Pair("spark.a.b", "1"), Pair("spark.c.d", "two words"), Pair("spark.c.e.f", "x"),
                          Pair("spark.g", "true")));
}

TEST(Yaml, EmptyOrOnlyComments_SetsNothing) {
  EXPECT_TRUE(yaml("").empty());
  EXPECT_TRUE(yaml("# a: 1\n").empty());
  EXPECT_TRUE(yaml("---\n").empty());
}

TEST(Yaml, Lines_AreWhereKeysStand) {
  const auto content = parse_yaml("# x\nspark:\n  a:\n    1\n  b: 2\n");
  ASSERT_EQ(content.values.size(), 2U);
  EXPECT_EQ(content.values[0].line, 3U);
  EXPECT_EQ(content.values[1].line, 5U);
}

struct BadYaml {
  const char* text;
  std::size_t line;
  const char* message;
};

class YamlProblem : public ::testing::TestWithParam<BadYaml> {};

TEST_P(YamlProblem, IsNamedWithItsLine) {
  const auto content = parse_yaml(GetParam().text);
  ASSERT_EQ(content.problems.size(), 1U);
  EXPECT_EQ(content.problems[0].line, GetParam().line);
  EXPECT_THAT(content.problems[0].message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, YamlProblem,
    ::testing::Values(BadYaml{"a: 1\nb: [1, 2]\n", 2, "b is a list"}, BadYaml{"- 1\n", 1, "must be a map"},
                      BadYaml{"hello\n", 1, "must be a map"}, BadYaml{"a: 1\nb:\n", 2, "b has no value"},
                      BadYaml{"a: &x 1\nb: *x\n", 2, "aliases"}, BadYaml{"a: 1\n\nb: 2\na: 3\n", 4, "first in line 1"},
                      BadYaml{"a: 1\nb: c: d\n", 2, "not YAML"}, BadYaml{"a: 1\n---\nb: 2\n", 1, "more than one"},
                      BadYaml{"? {a: 1}\n: 2\n", 1, "cannot be a key"}));

TEST(Yaml, AfterARefusedPart_TheRestIsRead) {
  const auto content = parse_yaml("a: [1, {b: 2}]\nc: 3\nd: ~\ne: 4\n");
  EXPECT_EQ(content.problems.size(), 2U);
  ASSERT_EQ(content.values.size(), 2U);
  EXPECT_EQ(content.values[0].key, "c");
  EXPECT_EQ(content.values[1].key, "e");
}

TEST(Yaml, DeepNesting_IsRefusedNotFollowed) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "{a: ";
  EXPECT_FALSE(parse_yaml(text).problems.empty());
  text = std::string(100'000, '[');
  EXPECT_FALSE(parse_yaml(text).problems.empty());
}

}  // namespace
}  // namespace pilotlight::config
