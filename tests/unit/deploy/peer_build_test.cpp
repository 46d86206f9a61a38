#include <gtest/gtest.h>

#include "forge.hpp"
#include "golden.hpp"

namespace pilotlight::deploy::test {
namespace {

using Dialects = std::vector<Dialect>;

Evidence evidence_of(const std::string& content) {
  auto result = decode_to_master(content);
  if (const auto* error = std::get_if<DecodeError>(&result)) return error->evidence;
  return std::get<Decoded<ToMaster>>(result).evidence;
}

Evidence golden_evidence(const std::string& version, const std::string& name) {
  return evidence_of(golden(version, name).content);
}

/// A golden message whose class of this name has another SUID.
std::string with_suid(const std::string& version, const std::string& file, std::string_view class_name,
                      std::int64_t suid) {
  auto stream = javaser::read(golden(version, file).content);
  for (auto* object : objects_in(stream->root))
    for (const auto* desc = object->desc; desc; desc = desc->super)
      if (desc->name.ends_with(class_name)) const_cast<javaser::ClassDesc*>(desc)->suid = suid;
  return bytes_of(stream->root);
}

TEST(PeerBuild, BeforeTheFirstMessage_MayBeAnyOfTheServed) {
  const PeerBuild build;
  EXPECT_EQ(build.candidates().size(), 5U);
  EXPECT_EQ(build.scala(), std::nullopt);
  EXPECT_EQ(build.complaint(), std::nullopt);
}

TEST(PeerBuild, CheckExistence_TellsOnlyScala) {
  PeerBuild old;
  old.observe(golden_evidence("3.3.4", "CheckExistence.bin"));
  EXPECT_EQ(old.scala(), Scala::v2_12);
  EXPECT_EQ(old.candidates(), (Dialects{Dialect::spark_3_3, Dialect::spark_3_4}));
  EXPECT_EQ(old.dialect(), Dialect::spark_3_4);
  PeerBuild recent;
  recent.observe(golden_evidence("4.1.4", "CheckExistence.bin"));
  EXPECT_EQ(recent.scala(), Scala::v2_13);
  EXPECT_EQ(recent.candidates(), (Dialects{Dialect::spark_4_0, Dialect::spark_4_1, Dialect::spark_4_3}));
}

TEST(PeerBuild, Worker_IsToldByItsReferenceUpTo41And43) {
  for (const auto& [version, expected] :
       std::vector<std::pair<std::string, Dialects>>{{"3.3.4", {Dialect::spark_3_3}},
                                                     {"3.5.6", {Dialect::spark_3_4}},
                                                     {"4.0.5", {Dialect::spark_4_0}},
                                                     {"4.1.4", {Dialect::spark_4_1, Dialect::spark_4_3}},
                                                     {"4.3.0", {Dialect::spark_4_1, Dialect::spark_4_3}}}) {
    PeerBuild build;
    build.observe(golden_evidence(version, "RegisterWorker.bin"));
    EXPECT_EQ(build.candidates(), expected) << version;
    EXPECT_EQ(build.complaint(), std::nullopt);
  }
}

TEST(PeerBuild, Application_IsToldByItsProfile) {
  for (const char* version : {"3.3.4", "3.5.6", "4.0.5", "4.1.4", "4.3.0"}) {
    PeerBuild build;
    build.observe(golden_evidence(version, "RegisterApplication.bin"));
    EXPECT_EQ(build.candidates(), Dialects{*dialect_of_version(version)}) << version;
  }
}

TEST(PeerBuild, SeveralMessages_NarrowTheChoice) {
  PeerBuild build;
  build.observe(golden_evidence("4.1.4", "CheckExistence.bin"));
  build.observe(golden_evidence("4.1.4", "RegisterWorker.bin"));
  EXPECT_EQ(build.candidates(), (Dialects{Dialect::spark_4_1, Dialect::spark_4_3}));
  build.observe(golden_evidence("4.1.4", "RegisterApplication.bin"));
  EXPECT_EQ(build.candidates(), Dialects{Dialect::spark_4_1});
}

TEST(PeerBuild, ExecutorDescription_TellsSpark33From34) {
  PeerBuild build;
  build.observe(golden_evidence("3.3.4", "WorkerLatestState.bin"));
  EXPECT_EQ(build.candidates(), Dialects{Dialect::spark_3_3});
}

TEST(PeerBuild, SubmitClient_LeavesAllOfItsScalaVersion) {
  PeerBuild build;
  build.observe(golden_evidence("4.1.4", "RequestSubmitDriver.bin"));
  EXPECT_EQ(build.candidates(), (Dialects{Dialect::spark_4_0, Dialect::spark_4_1, Dialect::spark_4_3}));
}

TEST(PeerBuild, UnknownReference_IsComplainedOf) {
  PeerBuild build;
  build.observe(evidence_of(with_suid("3.5.6", "RegisterWorker.bin", "rpc.RpcEndpointRef", 123)));
  EXPECT_EQ(build.candidates(), Dialects{});
  EXPECT_EQ(build.dialect(), std::nullopt);
  EXPECT_EQ(build.scala(), Scala::v2_12);
  EXPECT_EQ(build.complaint(),
            "this peer's build is not served: its org.apache.spark.rpc.RpcEndpointRef has serialVersionUID 123 (Scala "
            "2.12); this master serves Spark 3.3, 3.4, 3.5, 4.0, 4.1, 4.2, 4.3");
}

TEST(PeerBuild, Spark35ForScala213_IsNamed) {
  PeerBuild build;
  build.observe(evidence_of(with_suid("4.1.4", "RegisterWorker.bin", "rpc.RpcEndpointRef", 7061521101402579207)));
  EXPECT_EQ(build.candidates(), Dialects{});
  EXPECT_NE(build.complaint()->find("Spark 3.4 or 3.5 built for Scala 2.13"), std::string::npos);
}

TEST(PeerBuild, UnknownMessageClass_IsAnUnknownScala) {
  PeerBuild build;
  build.observe(evidence_of(with_suid("3.5.6", "CheckExistence.bin", "CheckExistence", 42)));
  EXPECT_EQ(build.scala(), std::nullopt);
  EXPECT_EQ(build.candidates(), Dialects{});
  EXPECT_NE(build.complaint()->find("CheckExistence has serialVersionUID 42 (of an unknown Scala version)"),
            std::string::npos);
}

TEST(PeerBuild, MessagesOfTwoLines_AreComplainedOf) {
  PeerBuild build;
  build.observe(golden_evidence("3.5.6", "RegisterWorker.bin"));
  build.observe(golden_evidence("4.1.4", "RegisterWorker.bin"));
  EXPECT_EQ(build.candidates(), Dialects{});
  EXPECT_NE(build.complaint()->find("different Spark versions"), std::string::npos);
}

TEST(PeerBuild, MessageThatCannotBeRead_StillTellsTheBuild) {
  auto stream = javaser::read(golden("3.5.6", "RegisterWorker.bin").content);
  for (auto* object : objects_in(stream->root)) set_field(object, "host", javaser::Null{});
  PeerBuild build;
  build.observe(evidence_of(bytes_of(stream->root)));
  EXPECT_EQ(build.candidates(), Dialects{Dialect::spark_3_4});
}

}  // namespace
}  // namespace pilotlight::deploy::test
