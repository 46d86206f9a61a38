#include "cli/words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pilotlight::cli {
namespace {

using ::testing::HasSubstr;

Result<Words> parse(std::string_view command, const Arguments& arguments) {
  return parse_words(*find_command(command), arguments);
}

std::string error(std::string_view command, const Arguments& arguments) {
  const auto words = parse(command, arguments);
  return words ? "no error" : words.error().message;
}

TEST(Words, OptionsHaveTheirUsualName) {
  const auto words = parse("status", {"-o", "json", "--master=m1:7077", "--no-color"});
  ASSERT_TRUE(words.ok()) << words.error().message;
  EXPECT_EQ(words->value("--output"), "json");
  EXPECT_EQ(words->value("--master"), "m1:7077");
  EXPECT_TRUE(words->has("--no-color"));
  EXPECT_FALSE(words->has("--watch"));
  EXPECT_EQ(words->value("--config"), std::nullopt);
}

TEST(Words, TheLastOfTwoWins) { EXPECT_EQ(parse("status", {"-o", "json", "-o", "yaml"})->value("--output"), "yaml"); }

TEST(Words, WatchMayBeBare) {
  for (const char* name : {"-w", "--watch"}) {
    const auto words = parse("status", {name, "-o", "json"});
    ASSERT_TRUE(words.ok()) << words.error().message;
    EXPECT_EQ(words->time("--watch", Duration::zero()), std::chrono::seconds(2));
    EXPECT_EQ(words->value("--output"), "json");
  }
  EXPECT_EQ(parse("status", {"--watch=500ms"})->time("--watch", Duration::zero()), std::chrono::milliseconds(500));
}

TEST(Words, Times) {
  EXPECT_EQ(parse("status", {"--timeout", "3"})->time("--timeout", Duration::zero()), std::chrono::seconds(3));
  EXPECT_EQ(parse("status", {"--timeout", "1min"})->time("--timeout", Duration::zero()), std::chrono::minutes(1));
  EXPECT_EQ(parse("status", {})->time("--timeout", std::chrono::seconds(9)), std::chrono::seconds(9));
  for (const char* wrong : {"0", "-1s", "soon", "99999999999d"})
    EXPECT_THAT(error("status", {"--timeout", wrong}), HasSubstr("it is a time"));
}

TEST(Words, Misspelt_NamesTheNearest) {
  EXPECT_THAT(error("status", {"--wach"}), HasSubstr("there is no option '--wach'; did you mean '--watch'?"));
  EXPECT_THAT(error("status", {"--mastr=x"}), HasSubstr("did you mean '--master'?"));
  EXPECT_THAT(error("status", {"-o", "jsn"}), HasSubstr("did you mean 'json'?"));
  EXPECT_THAT(error("status", {"-o", "powerpoint"}), HasSubstr("table, wide, json, yaml, tsv, name"));
  EXPECT_THAT(error("kill", {"ap", "x"}), HasSubstr("did you mean 'app'?"));
  EXPECT_THAT(error("status", {"--nothing-like-it"}), HasSubstr("there is no option '--nothing-like-it'"));
}

TEST(Words, ArgumentsAreCounted) {
  EXPECT_THAT(error("kill", {"app"}), HasSubstr("ID is missing"));
  EXPECT_THAT(error("kill", {}), HasSubstr("app|driver is missing: one of app, driver"));
  EXPECT_THAT(error("kill", {"app", "a", "b"}), HasSubstr("'b' is not expected here"));
  EXPECT_THAT(error("status", {"now"}), HasSubstr("'now' is not expected here"));
  EXPECT_EQ(parse("kill", {"app", "app-1"})->argument(1), "app-1");
  EXPECT_EQ(parse("man", {})->argument(0), "");
}

TEST(Words, MissingValue_IsAnError) { EXPECT_THAT(error("status", {"--master"}), HasSubstr("--master")); }

TEST(Words, Help_WinsOverMistakes) { EXPECT_TRUE(parse("kill", {"--help"})->help()); }

TEST(Table, NamesAreUniqueAndRowsComplete) {
  std::vector<std::string_view> names;
  for (const auto& command : commands()) {
    EXPECT_THAT(names, ::testing::Not(::testing::Contains(command.name)));
    names.push_back(command.name);
    EXPECT_FALSE(command.sentence.empty()) << command.name;
    EXPECT_TRUE((command.run == nullptr) != (command.run_raw == nullptr)) << command.name;
    EXPECT_FALSE(command.sentence.ends_with('.')) << command.name;
  }
}

}  // namespace
}  // namespace pilotlight::cli
