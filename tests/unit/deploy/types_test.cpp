#include "deploy/types.hpp"

#include <gtest/gtest.h>

#include "deploy/messages.hpp"

namespace pilotlight::deploy {
namespace {

TEST(Dialects, Names_GoBothWays) {
  for (const Dialect dialect : all_dialects) EXPECT_EQ(dialect_by_name(name_of(dialect)), dialect);
  EXPECT_EQ(dialect_by_name("4.2"), std::nullopt);
}

TEST(Dialects, OfAVersion_AreThoseServed) {
  for (const auto& [version, dialect] :
       std::vector<std::pair<std::string, Dialect>>{{"3.3.4", Dialect::spark_3_3},
                                                    {"3.4.0", Dialect::spark_3_4},
                                                    {"3.5.9", Dialect::spark_3_4},
                                                    {"4.0.5", Dialect::spark_4_0},
                                                    {"4.1.4", Dialect::spark_4_1},
                                                    {"4.2.0-SNAPSHOT", Dialect::spark_4_1},
                                                    {"4.3", Dialect::spark_4_3}})
    EXPECT_EQ(dialect_of_version(version), dialect) << version;
  for (const char* version : {"", "3", "3.2.4", "4.4.0", "4.30.0", "4.1x", "14.1.0", "4.", "four.one"})
    EXPECT_EQ(dialect_of_version(version), std::nullopt) << version;
}

TEST(Dialects, Scala_ChangesWithSpark4) {
  EXPECT_EQ(scala_of(Dialect::spark_3_4), Scala::v2_12);
  EXPECT_EQ(scala_of(Dialect::spark_4_0), Scala::v2_13);
  EXPECT_EQ(served_versions(), "3.3, 3.4, 3.5, 4.0, 4.1, 4.2, 4.3");
}

TEST(Addresses, WellFormed_AreParsedAndPrinted) {
  for (const std::string text : {"10.0.0.1:7077", "host.example.org:0", "[::1]:65535"}) {
    const auto address = parse_address(text);
    ASSERT_TRUE(address.has_value()) << text;
    EXPECT_EQ(to_string(*address), text);
  }
  EXPECT_EQ(parse_address("[::1]:80")->host, "[::1]");
}

TEST(Addresses, Malformed_AreRefused) {
  for (const char* text : {"", ":", "host", "host:", ":7077", "host:-1", "host:65536", "host:7077x", "host: 7077",
                           "::1:80", "[]:80", "[::1:80", "host:+1"})
    EXPECT_EQ(parse_address(text), std::nullopt) << text;
}

TEST(States, Names_GoBothWays) {
  for (int i = 0; i < 7; ++i) {
    const auto state = static_cast<ExecutorState>(i);
    EXPECT_EQ(executor_state_by_name(to_string(state)), state);
  }
  for (int i = 0; i < 8; ++i) {
    const auto state = static_cast<DriverState>(i);
    EXPECT_EQ(driver_state_by_name(to_string(state)), state);
  }
  EXPECT_EQ(to_string(ExecutorState::decommissioned), "DECOMMISSIONED");
  EXPECT_EQ(to_string(DriverState::relaunching), "RELAUNCHING");
  EXPECT_EQ(executor_state_by_name("running"), std::nullopt);
}

TEST(States, Decommissioned_IsNotFinished) {
  EXPECT_FALSE(is_finished(ExecutorState::decommissioned));
  EXPECT_FALSE(is_finished(ExecutorState::launching));
  EXPECT_FALSE(is_finished(ExecutorState::running));
  for (const auto state : {ExecutorState::killed, ExecutorState::failed, ExecutorState::lost, ExecutorState::exited})
    EXPECT_TRUE(is_finished(state));
}

TEST(MessageNames, AreSparksOwn) {
  EXPECT_EQ(message_name(ToMaster(RegisterWorker{})), "RegisterWorker");
  EXPECT_EQ(message_name(ToWorker(MasterChanged{})), "MasterChanged");
  EXPECT_EQ(message_name(ToDriver(ExecutorUpdated{})), "ExecutorUpdated");
  EXPECT_EQ(message_name(Reply(BooleanReply{})), "Boolean");
  const ToMaster internal = InternalMessage{"org.apache.spark.deploy.master.MasterMessages$ElectedLeader$"};
  EXPECT_EQ(message_name(internal), "ElectedLeader");
}

}  // namespace
}  // namespace pilotlight::deploy
