#include "client/locate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pilotlight::client {
namespace {

using ::testing::HasSubstr;

/// A machine named "node" with these variables and files.
config::Inputs machine(std::map<std::string, std::string> environment, std::map<std::string, std::string> files = {}) {
  config::Inputs inputs;
  inputs.environment = std::move(environment);
  inputs.read_file = [files = std::move(files)](const std::string& path) -> Result<std::optional<std::string>> {
    const auto found = files.find(path);
    return found == files.end() ? std::optional<std::string>() : std::optional(found->second);
  };
  inputs.local_host = [] { return "node"; };
  return inputs;
}

std::string found(const Wanted& wanted, const config::Inputs& inputs) {
  const auto located = locate(wanted, inputs);
  if (!located) return "error: " + located.error().message;
  std::string text = located->origin + ":";
  for (const auto& address : located->place.masters) text += " " + to_string(address);
  if (located->place.queue) text += " zk " + located->place.queue->servers + " " + located->place.queue->directory;
  return text;
}

const char* const zookeeper_yaml =
    "spark.deploy.recoveryMode: ZOOKEEPER\nspark.deploy.zookeeper.url: zk1:2181,zk2:2181\n"
    "spark.deploy.zookeeper.dir: /prod\npilotlight.master.host: m1\n";

TEST(Locate, TheOptionWins) {
  const auto inputs = machine({{"PILOTLIGHT_MASTER", "other:1"}});
  EXPECT_EQ(found({"m1,,m2:7078", {}, {}}, inputs), "--master: m1:7077 m2:7078");
  EXPECT_THAT(found({"m1:x", {}, {}}, inputs), HasSubstr("error: --master: "));
}

TEST(Locate, VariablesInTheirOrder) {
  EXPECT_EQ(found({}, machine({{"PILOTLIGHT_MASTER", "m1"}, {"SPARK_MASTER_URL", "m2"}})),
            "PILOTLIGHT_MASTER: m1:7077");
  EXPECT_EQ(found({}, machine({{"PILOTLIGHT_MASTER", " "}, {"SPARK_MASTER_URL", "spark://m2:7077"}})),
            "SPARK_MASTER_URL: m2:7077");
  EXPECT_EQ(found({}, machine({{"PILOTLIGHT_MASTER", "zk://zk1/x"}})), "PILOTLIGHT_MASTER: zk zk1 /x");
}

TEST(Locate, AConfigurationThatIsNamedBeatsVariables) {
  const auto inputs = machine({{"PILOTLIGHT_MASTER", "other:1"}}, {{"/c.yaml", zookeeper_yaml}});
  EXPECT_EQ(found({{}, "/c.yaml", {}}, inputs), "/c.yaml: m1:7077 zk zk1:2181,zk2:2181 /prod");
  EXPECT_THAT(found({{}, "/none.yaml", {}}, inputs), HasSubstr("/none.yaml: there is no such file"));
}

TEST(Locate, WithoutAnything_ThisNodesMaster) {
  EXPECT_EQ(found({}, machine({})), "the configuration of this node: node:7077");
  EXPECT_EQ(found({}, machine({{"SPARK_MASTER_HOST", "10.0.0.1"}, {"SPARK_MASTER_PORT", "7078"}})),
            "the configuration of this node: 10.0.0.1:7078");
}

TEST(Locate, ThePackagesFileCountsOnlyWhenNothingNamesAnother) {
  const std::map<std::string, std::string> files = {{packaged_configuration, zookeeper_yaml},
                                                    {"/mine.yaml", "pilotlight.master.host: mine\n"}};
  EXPECT_THAT(found({}, machine({}, files)), HasSubstr("zk zk1:2181,zk2:2181 /prod"));
  EXPECT_EQ(found({}, machine({{"PILOTLIGHT_CONFIG", "/mine.yaml"}}, files)),
            "the configuration of this node: mine:7077");
}

TEST(Locate, MistakesAreTold) {
  EXPECT_THAT(found({}, machine({{"SPARK_MASTER_PORT", "x"}})), HasSubstr("SPARK_MASTER_PORT"));
  EXPECT_THAT(found({}, machine({{"SPARK_MASTER_PORT", "0"}})), HasSubstr("any free port"));
}

TEST(ThisNode, IsNotWhatTheEnvironmentCallsTheCluster) {
  const auto inputs =
      machine({{"PILOTLIGHT_MASTER", "m1,m2"}, {"SPARK_MASTER_URL", "m3"}, {"SPARK_MASTER_HOST", "0.0.0.0"}});
  const auto address = this_node({}, inputs);
  ASSERT_TRUE(address.ok());
  EXPECT_NE(to_string(*address), "m1:7077");
}

TEST(SecretFile, OfTheConfiguration) {
  const auto inputs = machine({}, {{"/c.yaml", "pilotlight.cluster.secretFile: /etc/secret\n"}});
  EXPECT_EQ(*secret_file({{}, "/c.yaml", {}}, inputs), "/etc/secret");
  EXPECT_EQ(*secret_file({}, inputs), "");
}

}  // namespace
}  // namespace pilotlight::client
