#include "recovery/zk_layout.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "recovery/record_codec.hpp"
#include "unit/recovery/samples.hpp"

namespace pilotlight::recovery {
namespace {

TEST(ZkLayout, PathsAreBelowTheConfiguredDirectory) {
  const ZkLayout layout("/spark/");
  EXPECT_EQ(layout.epoch(), "/spark/pilotlight/epoch");
  EXPECT_EQ(layout.commit(), "/spark/pilotlight/commit");
  EXPECT_EQ(layout.records("worker"), "/spark/pilotlight/records/worker");
  EXPECT_EQ(ZkLayout("/").commit(), "/pilotlight/commit");
}

TEST(ZkLayout, EveryIdHasANameThatLeadsBackToIt) {
  const std::vector<std::string> ids = {"worker-20260101-10.0.0.1-7078",
                                        "",
                                        ".",
                                        "..",
                                        "...",
                                        "a/b",
                                        "%",
                                        "%41",
                                        "a b",
                                        "\x01\x7f",
                                        "wörker",
                                        "%part-1-0",
                                        "zookeeper",
                                        std::string("\0x", 2)};
  for (const auto& id : ids) {
    const auto name = name_of_id(id);
    EXPECT_FALSE(name.empty());
    EXPECT_EQ(name.find('/'), std::string::npos) << name;
    EXPECT_TRUE(name != "." && name != "..");
    for (const char c : name) EXPECT_TRUE(c > 0x20 && c < 0x7f) << name;
    const auto read = read_name(name);
    ASSERT_TRUE(read) << name;
    EXPECT_EQ(read->id, id);
    EXPECT_FALSE(read->part_of) << name;
  }
  EXPECT_EQ(name_of_id("a/b"), "a%2Fb");
}

TEST(ZkLayout, NamesThatWeNeverWriteAreNone) {
  for (const std::string name : {"%4", "%zz", "%41", "%2f", "a b", "ü", "a%part-", "a%part-1", "a%part-1-",
                                 "a%part-01-0", "a%part-x-0", "a%part-1-0-0", "%part-1-0x", "%%"})
    EXPECT_FALSE(read_name(name)) << name;
}

TEST(ZkLayout, PartsAreNamedAfterTheCommitThatNamesThem) {
  const auto read = read_name(part_name(name_of_id("app/1"), 17, 4));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->id, "app/1");
  EXPECT_EQ(read->part_of, 17U);
  EXPECT_EQ(read->index, 4U);
}

TEST(ZkLayout, ANodeHoldsItsHeaderAndTheValue) {
  Envelope envelope{17, {12, 3}, 0, 0, 0, {}, R"({"version":1})"};
  const auto data = node_data(envelope);
  EXPECT_EQ(data, "{\"version\":1,\"commit\":17,\"created\":[12,3]}\n{\"version\":1}");
  const auto read = read_node(data);
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(read->commit, 17U);
  EXPECT_EQ(read->created, (Place{12, 3}));
  EXPECT_EQ(read->value, R"({"version":1})");
  EXPECT_EQ(read->parts, 0U);
}

TEST(ZkLayout, AManifestHoldsTheHeaderAlone) {
  const std::string value(largest_part + 1, 'v');
  Envelope envelope{17, {12, 3}, parts_of(value.size()), value.size(), checksum_of(value), {}, value};
  const auto data = node_data(envelope);
  EXPECT_LT(data.size(), 200U);
  const auto read = read_node(data);
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(read->parts, 2U);
  EXPECT_EQ(read->size, value.size());
  EXPECT_EQ(read->checksum, checksum_of(value));
}

TEST(ZkLayout, WhatIsNoNodeOfOursIsAnError) {
  for (const std::string data :
       {"", "\n", "{}\n", "{\"version\":1,\"commit\":1}\n{}", "{\"version\":2,\"commit\":1,\"created\":[1,0]}\n{}",
        "{\"version\":1,\"commit\":-1,\"created\":[1,0]}\n{}", "{\"version\":1,\"commit\":1,\"created\":[0,0]}\n{}",
        "{\"version\":1,\"commit\":1,\"created\":[1]}\n{}",
        "{\"version\":1,\"commit\":1,\"created\":[1,0],\"parts\":99999,\"size\":1,"
        "\"checksum\":\"0\"}\n",
        "{\"version\":1,\"commit\":1,\"created\":[1,0],\"parts\":2,\"size\":1,"
        "\"checksum\":\"z\"}\n",
        "[]\n", "1\n"})
    EXPECT_FALSE(read_node(data)) << data;
}

TEST(ZkLayout, TheCommitNodeNamesNumberAndEpoch) {
  const auto data = commit_data({std::uint64_t{1} << 60U, 7});
  EXPECT_EQ(data, R"({"number":1152921504606846976,"epoch":7})");
  const auto mark = read_commit(data);
  ASSERT_TRUE(mark);
  EXPECT_EQ(mark->number, std::uint64_t{1} << 60U);
  EXPECT_EQ(mark->epoch, 7U);
  for (const std::string bad : {"", "17", "{}", R"({"number":1})", R"({"number":-1,"epoch":1})"})
    EXPECT_FALSE(read_commit(bad)) << bad;
}

TEST(ZkLayout, EveryKindThatIsWrittenHasAPlace) {
  std::vector<RowChange> changes;
  for (const core::RecordOp& operation : std::vector<core::RecordOp>{
           sample_worker("w"), sample_app("a"), sample_progress("a"), sample_driver("d"), sample_executor("a", 1),
           core::Counters{1, 2}, core::RemoveWorker{WorkerId("w")}, core::RemoveApp{AppId("a")},
           core::RemoveDriver{DriverId("d")}, core::RemoveExecutor{{AppId("a"), ExecutorId(1)}}})
    append_row_changes(operation, changes);
  for (const auto& change : changes) EXPECT_TRUE(is_record_kind(change.kind)) << change.kind;
}

}  // namespace
}  // namespace pilotlight::recovery
