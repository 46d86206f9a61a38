#include "javaser/dump.hpp"

#include <gtest/gtest.h>

#include "javaser/reader.hpp"
#include "unit/javaser/golden_streams.hpp"

namespace pilotlight::javaser {
namespace {

std::string dumped(const std::string& name) { return dump(read(golden_stream(name)).value().root); }

TEST(Dump, SmallMessage_ShowsFieldsAndClasses) {
  EXPECT_EQ(dumped("3.5.6/foreign/ApplicationRemoved.bin"),
            "#1 org.apache.spark.deploy.DeployMessages$ApplicationRemoved\n"
            "  message = \"KILLED\"\n"
            "class org.apache.spark.deploy.DeployMessages$ApplicationRemoved suid -2193879537607548452 flags 02\n"
            "  Ljava/lang/String; message\n");
}

TEST(Dump, ListProxy_ShowsWhatItsClassWrote) {
  const std::string text = dumped("4.1.4/foreign/KillExecutors.bin");
  EXPECT_NE(text.find("executorIds = #2 scala.collection.generic.DefaultSerializationProxy\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("written by scala.collection.generic.DefaultSerializationProxy:\n"
                      "      block of 4: 00 00 00 02\n"
                      "      \"3\"\n"
                      "      \"4\"\n"),
            std::string::npos)
      << text;
}

TEST(Dump, Cycle_PointsBack) {
  const std::string text = dumped("3.5.6/foreign/RpcFailure.bin");
  EXPECT_NE(text.find("cause = -> #2\n"), std::string::npos) << text;
}

TEST(Dump, EveryGoldenStream_HasText) {
  for (const auto& golden : golden_streams())
    EXPECT_GT(dump(read(golden.bytes).value().root).size(), 20U) << golden.name;
}

TEST(Dump, OddText_IsEscaped) {
  Graph graph;
  EXPECT_EQ(dump(graph.string("a\"b\\\n\x01")), "\"a\\\"b\\\\\\x0a\\x01\"\n");
}

TEST(Dump, DeepNesting_IsCut) {
  Graph graph;
  ClassDesc* desc = graph.class_desc();
  desc->name = "Node";
  desc->fields.push_back({'L', "next", graph.string("LNode;")});
  Value next = Null{};
  for (int i = 0; i < 100'000; ++i) {
    ObjectNode* node = graph.object(desc);
    node->fields.push_back(next);
    next = node;
  }
  EXPECT_NE(dump(next).find("(deeper levels left out)"), std::string::npos);
}

}  // namespace
}  // namespace pilotlight::javaser
