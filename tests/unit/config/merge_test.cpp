// Who wins, and what becomes of keys that nobody knows.
#include "config/merge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/nearest.hpp"

namespace pilotlight::config {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Source all_sources[] = {
    Source::yaml,        Source::properties, Source::environment,     Source::daemon_java_opts,
    Source::master_opts, Source::flag,       Source::command_line_key};

Setting from(Source source, std::string key, std::string value, std::string origin = "somewhere") {
  return {source, std::move(key), std::move(value), std::move(origin)};
}

TEST(Merge, TheLaterSource_WinsWhateverTheOrder) {
  for (std::size_t lower = 0; lower < std::size(all_sources); ++lower) {
    for (std::size_t higher = lower + 1; higher < std::size(all_sources); ++higher) {
      const Setting low = from(all_sources[lower], "pilotlight.master.port", "1");
      const Setting high = from(all_sources[higher], "pilotlight.master.port", "2");
      EXPECT_EQ(merge({low, high}).find("pilotlight.master.port")->value, "2") << lower << " < " << higher;
      EXPECT_EQ(merge({high, low}).find("pilotlight.master.port")->value, "2") << lower << " < " << higher;
    }
  }
}

TEST(Merge, TwiceInOneSource_TheLastWins) {
  const auto merged =
      merge({from(Source::flag, "pilotlight.master.port", "1"), from(Source::flag, "pilotlight.master.port", "2")});
  EXPECT_EQ(merged.find("pilotlight.master.port")->value, "2");
}

TEST(Merge, TheWinner_RemembersItsOrigin) {
  const auto merged = merge({from(Source::yaml, "spark.worker.timeout", "1", "a.yaml:3"),
                             from(Source::master_opts, "spark.worker.timeout", "2", "SPARK_MASTER_OPTS")});
  EXPECT_EQ(merged.find("spark.worker.timeout")->origin, "SPARK_MASTER_OPTS");
}

TEST(Merge, UiPortInSparksSources_BeatsVariableAndFlagButNotC) {
  for (const Source source : {Source::properties, Source::daemon_java_opts, Source::master_opts}) {
    const std::vector<Setting> settings = {
        from(source, "spark.master.ui.port", "1111"),
        from(Source::environment, "spark.master.ui.port", "2222", "SPARK_MASTER_WEBUI_PORT"),
        from(Source::flag, "spark.master.ui.port", "3333", "--webui-port")};
    EXPECT_EQ(merge(settings).find("spark.master.ui.port")->value, "1111");
    EXPECT_THAT(merge(settings).warnings,
                ElementsAre(AllOf(HasSubstr("--webui-port 3333 has no effect"), HasSubstr("1111"))));
    auto with_key = settings;
    with_key.push_back(from(Source::command_line_key, "spark.master.ui.port", "4444", "-c"));
    EXPECT_EQ(merge(with_key).find("spark.master.ui.port")->value, "4444");
    EXPECT_THAT(merge(with_key).warnings, IsEmpty());
  }
}

TEST(Merge, UiPortInTwoOfSparksSources_TheLaterWins) {
  const auto merged = merge(
      {from(Source::master_opts, "spark.master.ui.port", "2"), from(Source::properties, "spark.master.ui.port", "1")});
  EXPECT_EQ(merged.find("spark.master.ui.port")->value, "2");
}

TEST(Merge, UiPortInYaml_LosesToTheFlag) {
  const auto merged =
      merge({from(Source::yaml, "spark.master.ui.port", "1"), from(Source::flag, "spark.master.ui.port", "2")});
  EXPECT_EQ(merged.find("spark.master.ui.port")->value, "2");
}

TEST(Merge, OlderSpelling_IsTheSameKeyAndLosesToTheNewerInOneSource) {
  auto merged = merge({from(Source::properties, "spark.deploy.spreadOut", "false")});
  EXPECT_EQ(merged.find("spark.deploy.spreadOutApps")->value, "false");
  merged = merge({from(Source::properties, "spark.deploy.spreadOutApps", "true"),
                  from(Source::properties, "spark.deploy.spreadOut", "false")});
  EXPECT_EQ(merged.find("spark.deploy.spreadOutApps")->value, "true");
  merged = merge({from(Source::properties, "spark.deploy.spreadOutApps", "true"),
                  from(Source::master_opts, "spark.deploy.spreadOut", "false")});
  EXPECT_EQ(merged.find("spark.deploy.spreadOutApps")->value, "false");
}

TEST(Merge, KeysOfAPattern_StayApart) {
  const auto merged = merge({from(Source::properties, "spark.ssl.standalone.enabled", "true"),
                             from(Source::properties, "spark.ssl.protocol", "x")});
  EXPECT_EQ(merged.find("spark.ssl.standalone.enabled")->key->status, Status::refused);
  EXPECT_EQ(merged.find("spark.ssl.protocol")->key->status, Status::ignored);
}

TEST(UnknownKey, InYamlOrC_IsAnErrorThatNamesTheNearest) {
  for (const Source source : {Source::yaml, Source::command_line_key}) {
    const auto merged = merge({from(source, "spark.deploy.recoveryMod", "hunter2", "x.yaml:7")});
    EXPECT_THAT(merged.errors, ElementsAre(AllOf(HasSubstr("spark.deploy.recoveryMod"), HasSubstr("x.yaml:7"),
                                                 HasSubstr("did you mean spark.deploy.recoveryMode?"))));
    EXPECT_EQ(merged.errors[0].find("hunter2"), std::string::npos);
  }
}

TEST(UnknownKey, NearToNothing_SaysWhereTheKeysAre) {
  const auto merged = merge({from(Source::command_line_key, "colour", "red")});
  EXPECT_THAT(merged.errors, ElementsAre(HasSubstr("docs/CONFIGURATION.md")));
}

TEST(UnknownKey, InSparksSources_IsPassedOver) {
  for (const Source source : {Source::properties, Source::daemon_java_opts, Source::master_opts}) {
    const auto merged =
        merge({from(source, "spark.executor.memory", "2g"), from(source, "spark.worker.cleanup.enabled", "true"),
               from(source, "spark.worker.ui.port", "8081"), from(source, "spark.ui.port", "4040"),
               from(source, "spark.storage.decommission.enabled", "true"), from(source, "log4j.debug", "true"),
               from(source, "spark.driver.port", "7000"), from(source, "user.timezone", "UTC")});
    EXPECT_THAT(merged.errors, IsEmpty());
    EXPECT_THAT(merged.warnings, IsEmpty());
    EXPECT_TRUE(merged.values.empty());
  }
}

TEST(UnknownKey, NearMissInSparksSources_IsAWarning) {
  for (const char* key :
       {"spark.deploy.recoverMode", "spark.deploy.recoverymode", "spark.worker.timeuot", "Spark.worker.timeout"}) {
    const auto merged = merge({from(Source::master_opts, key, "x")});
    EXPECT_THAT(merged.errors, IsEmpty());
    EXPECT_THAT(merged.warnings, ElementsAre(AllOf(HasSubstr(key), HasSubstr("did you mean spark.")))) << key;
  }
}

TEST(UnknownKey, OfOursInSparksSources_IsAlwaysAWarning) {
  const auto merged = merge({from(Source::master_opts, "pilotlight.nothing.likeThat", "1")});
  EXPECT_THAT(merged.warnings, ElementsAre(HasSubstr("pilotlight.nothing.likeThat")));
}

TEST(Environment, TheFirstVariableThatIsSet_Counts) {
  auto settings = settings_from_environment(
      {{"SPARK_MASTER_HOST", ""}, {"SPARK_MASTER_IP", "10.0.0.9"}, {"SPARK_LOCAL_IP", "10.0.0.1"}});
  ASSERT_EQ(settings.size(), 2U);
  EXPECT_EQ(settings[0].key, "pilotlight.master.host");
  EXPECT_EQ(settings[0].value, "10.0.0.9");
  EXPECT_EQ(settings[0].origin, "SPARK_MASTER_IP");
  EXPECT_EQ(settings[1].key, "pilotlight.ui.host");
  settings = settings_from_environment({{"SPARK_MASTER_HOST", "a"}, {"SPARK_MASTER_IP", "b"}});
  ASSERT_EQ(settings.size(), 1U);
  EXPECT_EQ(settings[0].value, "a");
}

TEST(EditDistance, CountsInsertionsDeletionsChangesAndSwaps) {
  EXPECT_EQ(edit_distance("abc", "ABC"), 0U);
  EXPECT_EQ(edit_distance("abc", "ab"), 1U);
  EXPECT_EQ(edit_distance("abc", "axc"), 1U);
  EXPECT_EQ(edit_distance("abc", "acb"), 1U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
}

}  // namespace
}  // namespace pilotlight::config
