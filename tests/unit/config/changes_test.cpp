#include "config/changes.hpp"

#include <gtest/gtest.h>

namespace pilotlight::config {
namespace {

Merged with(const std::vector<std::pair<std::string, std::string>>& values) {
  std::vector<Setting> settings;
  for (const auto& [key, value] : values) settings.push_back({Source::command_line_key, key, value, "-c"});
  return merge(settings);
}

TEST(Changes, NothingChangesBetweenEqualTexts) {
  EXPECT_TRUE(changes(with({}), with({})).empty());
  EXPECT_TRUE(changes(with({{"spark.worker.timeout", "30"}}), with({{"spark.worker.timeout", "30"}})).empty());
  EXPECT_TRUE(changes(with({}), with({{"spark.worker.timeout", "60"}})).empty()) << "60 is the default";
}

TEST(Changes, NamesOldAndNewValueAndWhetherItIsTaken) {
  const auto found = changes(with({{"spark.worker.timeout", "30"}}),
                             with({{"spark.worker.timeout", "90"}, {"pilotlight.log.level", "debug"}}));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "pilotlight.log.level");
  EXPECT_EQ(found[0].before, "info");
  EXPECT_EQ(found[0].after, "debug");
  EXPECT_TRUE(found[0].reloadable);
  EXPECT_EQ(found[1].name, "spark.worker.timeout");
  EXPECT_FALSE(found[1].reloadable);
}

TEST(Changes, AKeyThatIsGoneIsBackAtItsDefault) {
  const auto found = changes(with({{"pilotlight.log.level", "debug"}}), with({}));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].after, "info");
}

TEST(Changes, SecretsAreHidden) {
  const auto found = changes(with({}), with({{"pilotlight.cluster.secretFile", "/etc/other"}}));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].after.find("/etc/other"), std::string::npos);
}

}  // namespace
}  // namespace pilotlight::config
