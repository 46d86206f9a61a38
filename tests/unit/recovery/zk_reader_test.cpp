#include "recovery/zk_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/recovery/zk_world.hpp"

namespace pilotlight::recovery {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using What = JournalNews::What;

TEST(ZkReader, MakesWhatIsMissing) {
  ZkWorld world;
  const auto read = world.read();
  EXPECT_TRUE(read.mirror.complete());
  EXPECT_EQ(read.commit.number, 0U);
  EXPECT_EQ(world.data("/spark/pilotlight/commit"), R"({"number":0,"epoch":0})");
  EXPECT_EQ(world.children("/spark/pilotlight/records").size(), std::size(record_kinds));
  EXPECT_EQ(world.children("/spark/pilotlight/set_aside").size(), std::size(record_kinds));
  world.by_hand(zk::Delete{"/spark/pilotlight/records/driver", zk::any_version});
  EXPECT_TRUE(world.read().mirror.complete());
  EXPECT_EQ(world.children("/spark/pilotlight/records").size(), std::size(record_kinds));
}

TEST(ZkReader, KeepsTheOrderOfCreationWithinACommitToo) {
  ZkWorld world;
  std::vector<core::RecordOp> operations;
  std::vector<std::string> keys;
  for (const int i : {5, 3, 9, 1, 7, 0, 8, 2, 6, 4}) {
    operations.emplace_back(sample_app("a" + std::to_string(i)));
    keys.push_back("app/a" + std::to_string(i));
  }
  Leader leader(world);
  EXPECT_EQ(leader.commit(operations), What::durable);
  std::reverse(operations.begin(), operations.end());
  EXPECT_EQ(leader.commit(operations), What::durable);  // replaced, not created
  EXPECT_EQ(keys_of(world.read().mirror), keys);
}

TEST(ZkReader, NeedsNothingButTheCommitWhenTheMirrorIsUpToDate) {
  ZkWorld world;
  Leader leader(world);
  EXPECT_EQ(leader.commit({sample_worker("a"), sample_app("b")}), What::durable);
  world.submitted.clear();
  const auto read = world.read(std::move(leader.standby));
  EXPECT_TRUE(read.from_mirror);
  EXPECT_EQ(world.submitted.size(), 1U);
  EXPECT_EQ(rows_of(read.mirror), rows_of(leader.mirror));
}

TEST(ZkReader, ReadsAllWhenTheMirrorIsBehindOrIncomplete) {
  ZkWorld world;
  Leader leader(world);
  EXPECT_EQ(leader.commit({sample_worker("a")}), What::durable);
  auto behind = copy_of(leader.mirror);
  EXPECT_EQ(leader.commit({core::RemoveWorker{WorkerId("a")}, sample_worker("b")}), What::durable);
  auto read = world.read(std::move(behind));
  EXPECT_FALSE(read.from_mirror);
  EXPECT_EQ(rows_of(read.mirror), rows_of(leader.mirror));
  auto broken = copy_of(leader.mirror);
  broken.lose();
  EXPECT_FALSE(world.read(std::move(broken)).from_mirror);
}

TEST(ZkReader, NeverHasMoreThanItsShareUnderWay) {
  ZkWorld world;
  Leader leader(world);
  std::vector<core::RecordOp> operations;
  for (int i = 0; i < 2000; ++i) operations.emplace_back(sample_worker("w" + std::to_string(i)));
  EXPECT_EQ(leader.commit(operations), What::durable);
  ZkReader reader(world.layout, world.ids());
  std::size_t most = 0;
  auto asks = reader.start();
  while (reader.state() == ZkReader::State::reading) {
    most = std::max(most, asks.size());
    world.submit(asks);
    asks.clear();
    for (const auto& answer : world.answers())
      for (auto& ask : reader.on_answer(answer)) asks.push_back(std::move(ask));
  }
  EXPECT_LE(most, ZkReader::most_reads);
  EXPECT_GT(most, ZkReader::most_reads / 2);
  EXPECT_EQ(rows_of(reader.take().mirror), rows_of(leader.mirror));
}

TEST(ZkReader, StartsAgainAfterALostConnection) {
  ZkWorld world;
  Leader leader(world);
  EXPECT_EQ(leader.commit({sample_worker("a"), large_app("b", 900'000), sample_worker("c")}), What::durable);
  for (int victim = 0; victim < 25; ++victim) {
    int request = 0;
    world.faults = [&](const zk::Request&) { return request++ == victim ? zk::Fault::after : zk::Fault::none; };
    const auto read = world.read();
    EXPECT_EQ(rows_of(read.mirror), rows_of(leader.mirror));
    EXPECT_THAT(read.orphans, IsEmpty());
  }
}

TEST(ZkReader, ReadsAgainWhatChangedMeanwhile) {
  ZkWorld world;
  Leader leader(world);
  EXPECT_EQ(leader.commit({sample_worker("a"), sample_worker("b")}), What::durable);
  ZkReader reader(world.layout, world.ids());
  auto asks = reader.start();
  for (int round = 0; reader.state() == ZkReader::State::reading; ++round) {
    world.submit(asks);
    auto answers = world.answers();
    if (round == 2) {
      // Another leader's writes, in the middle of it: the old one is deposed and does not know it yet.
      EXPECT_EQ(leader.commit({core::RemoveWorker{WorkerId("a")}, sample_worker("c")}), What::durable);
    }
    asks.clear();
    for (const auto& answer : answers)
      for (auto& ask : reader.on_answer(answer)) asks.push_back(std::move(ask));
    ASSERT_LT(round, 100);
  }
  ASSERT_EQ(reader.state(), ZkReader::State::done);
  EXPECT_EQ(rows_of(reader.take().mirror), rows_of(leader.mirror));
}

TEST(ZkReader, GivesUpWhenTheRecordsNeverStandStill) {
  ZkWorld world;
  Leader leader(world);
  ZkReader reader(world.layout, world.ids());
  auto asks = reader.start();
  for (int round = 0; reader.state() == ZkReader::State::reading && round < 1000; ++round) {
    world.submit(asks);
    const auto answers = world.answers();
    EXPECT_EQ(leader.commit({core::Counters{round, 0}}), What::durable);
    asks.clear();
    for (const auto& answer : answers)
      for (auto& ask : reader.on_answer(answer)) asks.push_back(std::move(ask));
  }
  EXPECT_EQ(reader.state(), ZkReader::State::failed);
  EXPECT_EQ(reader.error().error_class, ErrorClass::retryable);
}

TEST(ZkReader, WhatIsNotOursIsLeftAloneAndListed) {
  ZkWorld world;
  Leader leader(world);
  EXPECT_EQ(leader.commit({sample_worker("a")}), What::durable);
  const std::string records = "/spark/pilotlight/records/";
  for (const std::string path : {"shuttle", "shuttle/s1", "worker/50%", "app/x%part-3-0"})
    world.by_hand(zk::Create{records + path, "data", false, false});
  const auto read = world.read();
  EXPECT_THAT(keys_of(read.mirror), ElementsAre("worker/a"));
  EXPECT_THAT(read.mirror.recovered().set_aside, ElementsAre(HasSubstr("shuttle: 1 record"), HasSubstr("50%")));
  ASSERT_EQ(read.orphans.size(), 1U);
  EXPECT_EQ(read.orphans[0].name, "x%part-3-0");
  EXPECT_TRUE(world.stat(records + "shuttle/s1"));
}

TEST(ZkReader, PartsThatDoNotBelongTogetherAreNoRecord) {
  ZkWorld world;
  Leader leader(world);
  EXPECT_EQ(leader.commit({large_worker("w", 900'000)}), What::durable);
  for (const auto& name : world.children("/spark/pilotlight/records/worker"))
    if (name.ends_with("-1"))
      world.by_hand(zk::Set{"/spark/pilotlight/records/worker/" + name, std::string(largest_part, 'y'), -1});
  const auto recovered = world.read().mirror.recovered();
  EXPECT_THAT(recovered.workers, IsEmpty());
  EXPECT_THAT(recovered.set_aside, ElementsAre(HasSubstr("do not belong together")));
}

TEST(ZkReader, RefusalsAndNonsenseAreErrors) {
  ZkWorld world;
  world.read();
  ZkReader reader(world.layout, world.ids());
  const auto asks = reader.start();
  zk::Answered answer;
  answer.request = asks.at(0).id;
  answer.code = zk::Code::no_auth;
  EXPECT_TRUE(reader.on_answer(answer).empty());
  EXPECT_EQ(reader.state(), ZkReader::State::failed);
  EXPECT_EQ(reader.error().error_class, ErrorClass::fatal);

  const auto again = reader.start();
  answer.request = again.at(0).id;
  answer.code = zk::Code::ok;
  answer.data = "17";
  EXPECT_TRUE(reader.on_answer(answer).empty());
  EXPECT_EQ(reader.state(), ZkReader::State::failed);
}

}  // namespace
}  // namespace pilotlight::recovery
