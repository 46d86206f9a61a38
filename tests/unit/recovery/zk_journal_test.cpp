#include "recovery/zk_journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/recovery/zk_world.hpp"

namespace pilotlight::recovery {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using What = JournalNews::What;

bool is_multi(const zk::Request& request) { return std::holds_alternative<zk::Multi>(request); }

/// What ZooKeeper holds, read anew, is what the leader and its standby know.
void expect_all_alike(Leader& leader) {
  const auto again = leader.world.read();
  EXPECT_EQ(rows_of(again.mirror), rows_of(leader.mirror));
  EXPECT_EQ(rows_of(leader.standby), rows_of(leader.mirror));
  EXPECT_EQ(again.commit.number, leader.mirror.number());
  EXPECT_EQ(leader.standby.number(), leader.mirror.number());
  EXPECT_TRUE(leader.standby.complete());
  EXPECT_THAT(again.orphans, IsEmpty());
}

TEST(ZkJournal, ABatchIsOneFencedMulti) {
  ZkWorld world;
  Leader leader(world);
  world.submitted.clear();
  EXPECT_EQ(leader.commit({sample_worker("w"), sample_app("a"), sample_progress("a"), core::Counters{1, 2}}),
            What::durable);
  ASSERT_EQ(world.submitted.size(), 1U);
  const auto& operations = std::get<zk::Multi>(world.submitted[0]).operations;
  ASSERT_EQ(operations.size(), 6U);
  EXPECT_EQ(std::get<zk::Check>(operations[0]).path, "/spark/pilotlight/epoch");
  EXPECT_EQ(std::get<zk::Set>(operations[1]).path, "/spark/pilotlight/commit");
  EXPECT_EQ(std::get<zk::Set>(operations[1]).data, R"({"number":1,"epoch":1})");
  EXPECT_NE(std::get<zk::Set>(operations[1]).version, zk::any_version);
  EXPECT_EQ(std::get<zk::Create>(operations[2]).path, "/spark/pilotlight/records/worker/w");
  EXPECT_THAT(keys_of(leader.mirror), ElementsAre("worker/w", "app/a", "progress/a", "counters/"));
  expect_all_alike(leader);
}

TEST(ZkJournal, CreatesSetsAndDeletesAsRecordsAreThereOrNot) {
  ZkWorld world;
  Leader leader(world);
  EXPECT_EQ(leader.commit({sample_worker("w"), sample_worker("v")}), What::durable);
  auto changed = sample_worker("w");
  changed.cores = 1;
  EXPECT_EQ(leader.commit({changed, core::RemoveWorker{WorkerId("v")}, core::RemoveWorker{WorkerId("never")}}),
            What::durable);
  EXPECT_EQ(leader.commit({core::RemoveWorker{WorkerId("w")}, sample_worker("w"), sample_worker("v")}), What::durable);
  EXPECT_THAT(keys_of(leader.mirror), ElementsAre("worker/w", "worker/v"));
  EXPECT_EQ(leader.mirror.number(), 3U);
  EXPECT_EQ(world.submitted.size(), 3U + static_cast<std::size_t>(std::ranges::count_if(
                                             world.submitted, [](const auto& r) { return !is_multi(r); })));
  expect_all_alike(leader);
}

TEST(ZkJournal, NothingToWriteIsDurableAtOnce) {
  ZkWorld world;
  Leader leader(world);
  EXPECT_EQ(leader.journal.begin({}).what, What::durable);
  EXPECT_EQ(leader.journal.begin({core::RemoveApp{AppId("none")}}).what, What::durable);
  EXPECT_EQ(leader.journal.number(), 0U);
}

TEST(ZkJournal, OfSeveralValuesInOneMultiTheLastIsWritten) {
  ZkWorld world;
  Leader leader(world);
  auto progress = sample_progress("a");
  std::vector<core::RecordOp> operations{sample_app("a"), progress, sample_worker("w")};
  for (int i = 0; i < 10; ++i) {
    progress.next_executor_id = 100 + i;
    operations.emplace_back(progress);
  }
  EXPECT_EQ(leader.commit(operations), What::durable);
  ASSERT_EQ(leader.commits.back().changes.size(), 3U);
  EXPECT_EQ(leader.mirror.recovered().progress.at(0).next_executor_id, 109);
  EXPECT_THAT(keys_of(leader.mirror), ElementsAre("app/a", "progress/a", "worker/w"));
  expect_all_alike(leader);
}

TEST(ZkJournal, ManyRecordsTakeManyMultisInOrder) {
  ZkWorld world;
  Leader leader(world);
  world.submitted.clear();
  std::vector<core::RecordOp> operations;
  for (int i = 0; i < 40; ++i) operations.emplace_back(large_worker("w" + std::to_string(i), 60'000));
  auto news = leader.journal.begin(operations);
  EXPECT_GE(news.asks.size(), 5U);  // pipelined: all at once
  EXPECT_EQ(leader.run(std::move(news)), What::durable);
  EXPECT_EQ(leader.mirror.rows().size(), 40U);
  EXPECT_EQ(leader.commits.size(), leader.mirror.number());
  expect_all_alike(leader);
}

TEST(ZkJournal, ALongRecordIsSplitAndCleanedUpAfter) {
  ZkWorld world;
  Leader leader(world);
  const auto app = large_app("a", std::size_t{2} << 20U);
  EXPECT_EQ(leader.commit({sample_worker("w"), app, sample_progress("a"), core::Counters{1, 0}}), What::durable);
  EXPECT_GT(world.children("/spark/pilotlight/records/app").size(), 5U);
  expect_all_alike(leader);
  EXPECT_EQ(*world.read().mirror.recovered().apps.at(0).description.raw, *app.description.raw);

  // Shorter, longer, gone: no part of another time stays behind.
  EXPECT_EQ(leader.commit({large_app("a", 200'000)}), What::durable);
  EXPECT_EQ(world.children("/spark/pilotlight/records/app").size(), 1U + 2U);
  expect_all_alike(leader);
  EXPECT_EQ(leader.commit({sample_app("a")}), What::durable);
  EXPECT_THAT(world.children("/spark/pilotlight/records/app"), ElementsAre("a"));
  expect_all_alike(leader);
  EXPECT_EQ(leader.commit({app}), What::durable);
  EXPECT_EQ(leader.commit({core::RemoveApp{AppId("a")}}), What::durable);
  EXPECT_THAT(world.children("/spark/pilotlight/records/app"), IsEmpty());
  expect_all_alike(leader);
}

TEST(ZkJournal, WhatCannotBeStoredIsRefusedBeforeAnythingIsBegun) {
  ZkWorld world;
  Leader leader(world);
  auto news = leader.journal.begin({sample_worker("w"), large_worker("huge", largest_value)});
  EXPECT_EQ(news.what, What::failed);
  EXPECT_NE(news.error.message.find("worker huge"), std::string::npos) << news.error.message;
  EXPECT_FALSE(leader.journal.busy());
  EXPECT_EQ(leader.journal.begin({sample_worker(std::string(longest_name + 1, 'w'))}).what, What::failed);
  EXPECT_EQ(leader.commit({sample_worker("w")}), What::durable);
  expect_all_alike(leader);
}

TEST(ZkJournal, ALostFenceEndsItAndNothingIsWritten) {
  ZkWorld world;
  Leader leader(world);
  EXPECT_EQ(leader.commit({sample_worker("w")}), What::durable);
  world.claim();
  EXPECT_EQ(leader.commit({sample_worker("v"), large_app("a", 900'000)}), What::fence_lost);
  EXPECT_FALSE(leader.journal.busy());
  EXPECT_THAT(keys_of(world.read().mirror), ElementsAre("worker/w"));
}

TEST(ZkJournal, AWriteOfTheElectionsOwnMovesTheFence) {
  ZkWorld world;
  Leader leader(world);
  auto news = leader.journal.begin({sample_worker("w")});
  world.submit(news.asks);
  // The election's write comes after the multi and before the next one.
  const auto moved = world.by_hand(zk::Set{world.layout.epoch(), "voters", zk::any_version}).stat.version;
  leader.journal.fence_moved(moved);
  EXPECT_EQ(leader.run({}), What::durable);
  EXPECT_EQ(leader.commit({sample_worker("v")}), What::durable);
  expect_all_alike(leader);
}

TEST(ZkJournal, AConnectionThatIsLostAnywhereLosesNothingAndDoesNothingTwice) {
  // Every request of a batch of many multis, with parts, is cut off before or after it is done.
  for (const auto fault : {zk::Fault::before, zk::Fault::after})
    for (int victim = 0; victim < 11; ++victim) {
      SCOPED_TRACE(victim);
      ZkWorld world;
      Leader leader(world);
      EXPECT_EQ(leader.commit({sample_worker("gone"), large_worker("a", 500'000)}), What::durable);
      const auto before = leader.mirror.number();
      int request = 0;
      world.faults = [&](const zk::Request&) { return request++ == victim ? fault : zk::Fault::none; };
      EXPECT_EQ(leader.commit({core::RemoveWorker{WorkerId("gone")}, large_worker("b", 260'000),
                               large_worker("c", 260'000), large_worker("a", 900'000), sample_worker("d")}),
                What::durable);
      world.faults = {};
      EXPECT_THAT(keys_of(leader.mirror), ElementsAre("worker/a", "worker/b", "worker/c", "worker/d"));
      EXPECT_GT(leader.mirror.number(), before + 3);
      for (std::size_t i = 0; i < leader.commits.size(); ++i) EXPECT_EQ(leader.commits[i].number, i + 1);
      // Each happened once, and none was refused.
      EXPECT_EQ(world.stat(world.layout.commit())->version, static_cast<std::int32_t>(leader.mirror.number()));
      EXPECT_EQ(world.refused, 0);
      expect_all_alike(leader);
    }
}

TEST(ZkJournal, ALeaderThatDiesAnywhereLeavesAPrefixOfTheBatch) {
  const std::vector<core::RecordOp> batch{large_worker("b", 260'000), large_worker("c", 260'000),
                                          large_worker("a", 500'000), sample_worker("d")};
  const std::vector<std::string> all{"worker/b", "worker/c", "worker/a", "worker/d"};
  for (std::size_t submitted = 0; submitted < 8; ++submitted)
    for (std::size_t answered = 0; answered <= submitted; ++answered) {
      SCOPED_TRACE(std::to_string(submitted) + " submitted, " + std::to_string(answered) + " answered");
      ZkWorld world;
      Leader leader(world);
      auto news = leader.journal.begin(batch);
      if (submitted > news.asks.size()) continue;
      news.asks.resize(submitted);
      world.submit(news.asks);
      auto answers = world.answers();
      answers.resize(answered);
      std::uint64_t told = 0;
      for (const auto& answer : answers)
        for (const auto& commit : leader.journal.on_answer(answer).commits) told = commit.number;

      Leader successor(world);
      EXPECT_EQ(successor.mirror.number(), submitted);
      EXPECT_LE(told, submitted);
      const auto found = keys_of(successor.mirror);
      ASSERT_LE(found.size(), all.size());
      EXPECT_TRUE(std::equal(found.begin(), found.end(), all.begin()));
      for (const auto& [place, row] : successor.mirror.rows()) EXPECT_TRUE(row.record) << row.reason;
      // What the dead one left behind is swept, and does not stand in the way of the same batch.
      while (successor.journal.untidy()) EXPECT_EQ(successor.run(successor.journal.tidy()), What::durable);
      EXPECT_EQ(successor.commit(batch), What::durable);
      EXPECT_EQ(keys_of(successor.mirror), all);
      expect_all_alike(successor);
    }
}

TEST(ZkJournal, OrphansInTheWayAreOverwrittenAndThenNotSwept) {
  ZkWorld world;
  const auto app = large_app("a", 1'000'000);
  {
    Leader dead(world);
    auto news = dead.journal.begin({app});
    news.asks.pop_back();
    world.submit(news.asks);
    world.answers();
  }
  Leader successor(world);
  const auto parts = world.children("/spark/pilotlight/records/app").size();
  EXPECT_GT(parts, 1U);
  // As many commits later the parts of another record may bear the very names.
  const auto value = [&] {
    std::vector<RowChange> changes;
    append_row_changes(app, changes);
    return *changes[0].value;
  }();
  while (successor.mirror.number() + parts_of(value.size()) + 1 < 40) successor.commit({core::Counters{1, 1}});
  for (std::uint32_t i = 0; i < 2; ++i)
    world.by_hand(zk::Create{"/spark/pilotlight/records/app/" + part_name("a", 40, i), "junk", false, false});
  Leader third(world);
  EXPECT_TRUE(third.journal.untidy());
  EXPECT_EQ(third.commit({app}), What::durable);
  EXPECT_EQ(third.mirror.number(), 40U);
  EXPECT_EQ(third.run(third.journal.tidy()), What::durable);
  expect_all_alike(third);
}

TEST(ZkJournal, AStragglerOfALostConnectionIsHarmless) {
  ZkWorld world;
  Leader leader(world);
  EXPECT_EQ(leader.commit({sample_worker("a")}), What::durable);
  // The multi hangs somewhere; the connection is lost; the look at `commit` does not see it.
  auto news = leader.journal.begin({sample_worker("w")});
  const auto hanging = news.asks.at(0);
  zk::Answered lost;
  lost.request = hanging.id;
  lost.code = zk::Code::connection_loss;
  EXPECT_EQ(leader.journal.on_answer(lost).what, What::unknown);
  world.submit(leader.journal.resume());
  const auto looked = world.answers();
  // Now it arrives, and what is submitted again does not fit any more.
  EXPECT_EQ(world.by_hand(hanging.request).code, zk::Code::ok);
  JournalNews again;
  for (const auto& answer : looked)
    for (auto& ask : leader.journal.on_answer(answer).asks) again.asks.push_back(std::move(ask));
  EXPECT_EQ(leader.run(std::move(again)), What::durable);
  EXPECT_EQ(leader.mirror.number(), 2U);
  // And once more, much later.
  EXPECT_EQ(leader.commit({core::RemoveWorker{WorkerId("w")}}), What::durable);
  EXPECT_EQ(world.by_hand(hanging.request).code, zk::Code::bad_version);
  expect_all_alike(leader);
}

TEST(ZkJournal, AnotherLeadersCommitIsNotTakenForOurs) {
  ZkWorld world;
  Leader old(world);
  EXPECT_EQ(old.commit({sample_worker("a")}), What::durable);
  auto news = old.journal.begin({sample_worker("mine")});
  zk::Answered lost;
  lost.request = news.asks.at(0).id;  // never sent
  lost.code = zk::Code::connection_loss;
  EXPECT_EQ(old.journal.on_answer(lost).what, What::unknown);
  Leader other(world);
  EXPECT_EQ(other.commit({sample_worker("theirs")}), What::durable);  // the number that ours would have had
  JournalNews resumed;
  resumed.asks = old.journal.resume();
  EXPECT_EQ(old.run(std::move(resumed)), What::fence_lost);
  EXPECT_EQ(keys_of(old.mirror), std::vector<std::string>{"worker/a"});
}

TEST(ZkJournal, ExpiredSessionsAndUnansweredLooksAreUnknownToo) {
  ZkWorld world;
  Leader leader(world);
  auto news = leader.journal.begin({sample_worker("w")});
  zk::Answered answer;
  answer.request = news.asks.at(0).id;
  answer.code = zk::Code::session_expired;
  EXPECT_EQ(leader.journal.on_answer(answer).what, What::unknown);
  EXPECT_EQ(leader.journal.on_answer(answer).what, What::nothing);  // duplicate
  const auto looks = leader.journal.resume();
  ASSERT_EQ(looks.size(), 2U);
  answer.request = looks[1].id;
  answer.code = zk::Code::connection_loss;
  EXPECT_EQ(leader.journal.on_answer(answer).what, What::unknown);
  JournalNews resumed;
  resumed.asks = leader.journal.resume();
  EXPECT_EQ(leader.run(std::move(resumed)), What::durable);
  EXPECT_TRUE(leader.journal.resume().empty());
  expect_all_alike(leader);
}

TEST(ZkJournal, WhatPeopleDidToTheRecordsIsPutRight) {
  ZkWorld world;
  Leader leader(world);
  EXPECT_EQ(leader.commit({sample_worker("a"), sample_worker("b"), large_app("c", 900'000)}), What::durable);
  world.by_hand(zk::Delete{"/spark/pilotlight/records/worker/a", zk::any_version});
  world.by_hand(zk::Delete{"/spark/pilotlight/records/worker/b", zk::any_version});
  world.by_hand(zk::Create{"/spark/pilotlight/records/worker/n", "junk", false, false});
  world.by_hand(zk::Delete{"/spark/pilotlight/records/driver", zk::any_version});
  world.by_hand(zk::Set{"/spark/pilotlight/commit",
                        R"({"number":)" + std::to_string(leader.mirror.number()) + R"(,"epoch":1})", zk::any_version});
  EXPECT_EQ(leader.commit({sample_worker("a"), core::RemoveWorker{WorkerId("b")}, sample_worker("n"),
                           sample_driver("d"), core::RemoveApp{AppId("c")}}),
            What::durable);
  EXPECT_THAT(keys_of(leader.mirror), ElementsAre("worker/a", "worker/n", "driver/d"));
  expect_all_alike(leader);
}

TEST(ZkJournal, RefusalsAreErrorsAndCanBeTriedAgain) {
  ZkWorld world;
  Leader leader(world);
  auto news = leader.journal.begin({sample_worker("w")});
  zk::Answered answer;
  answer.request = news.asks.at(0).id;
  answer.code = zk::Code::no_auth;
  auto failed = leader.journal.on_answer(answer);
  EXPECT_EQ(failed.what, What::failed);
  EXPECT_EQ(failed.error.error_class, ErrorClass::fatal);
  JournalNews resumed;
  resumed.asks = leader.journal.resume();
  EXPECT_EQ(leader.run(std::move(resumed)), What::durable);

  world.by_hand(zk::Set{"/spark/pilotlight/commit", R"({"number":77,"epoch":1})", zk::any_version});
  EXPECT_EQ(leader.commit({sample_worker("v")}), What::failed);
  EXPECT_NE(leader.error.message.find("77"), std::string::npos) << leader.error.message;
  world.by_hand(zk::Delete{"/spark/pilotlight/commit", zk::any_version});
  resumed.asks = leader.journal.resume();
  EXPECT_EQ(leader.run(std::move(resumed)), What::failed);
}

TEST(ZkJournal, TheCommitNodeIsMadeAnewBeforeItsVersionsEnd) {
  ZkWorld world;
  world.read();
  ZkJournal* journal = nullptr;
  auto leadership = world.claim();
  auto read = world.read();
  ZkJournal own(world.layout, read.mirror, world.ids());
  journal = &own;
  leadership.commit_version = 0x7fffffff;
  journal->lead(leadership);
  const auto news = journal->begin({sample_worker("w"), large_app("a", 900'000)});
  ASSERT_GT(news.asks.size(), 2U);
  const auto& first = std::get<zk::Multi>(news.asks[0].request).operations;
  EXPECT_EQ(std::get<zk::Delete>(first.at(1)).version, 0x7fffffff);
  EXPECT_EQ(std::get<zk::Create>(first.at(2)).path, world.layout.commit());
  const auto& second = std::get<zk::Multi>(news.asks[1].request).operations;
  EXPECT_EQ(std::get<zk::Set>(second.at(1)).version, 0);
}

TEST(ZkJournal, UnreadableRowsAreCopiedAsideBeforeTheyAreReplaced) {
  ZkWorld world;
  {
    Leader leader(world);
    EXPECT_EQ(leader.commit({sample_worker("w"), sample_worker("v"), large_app("a", 900'000)}), What::durable);
  }
  const std::string worker = "/spark/pilotlight/records/worker/";
  const auto header = world.data(worker + "w").substr(0, world.data(worker + "w").find('\n') + 1);
  world.by_hand(zk::Set{worker + "w", header + R"({"version":99})", zk::any_version});
  world.by_hand(zk::Set{worker + "v", "junk", zk::any_version});
  for (const auto& name : world.children("/spark/pilotlight/records/app"))
    if (name.find("-1") != std::string::npos)
      world.by_hand(zk::Delete{"/spark/pilotlight/records/app/" + name, zk::any_version});

  Leader leader(world);
  EXPECT_EQ(leader.mirror.recovered().set_aside.size(), 3U);
  EXPECT_TRUE(leader.mirror.recovered().workers.empty());
  EXPECT_EQ(leader.commit({sample_worker("w")}), What::durable);  // replaced at once
  EXPECT_TRUE(leader.journal.untidy());
  EXPECT_EQ(leader.run(leader.journal.tidy()), What::durable);  // the others, at leisure
  EXPECT_FALSE(leader.journal.untidy());
  EXPECT_EQ(leader.mirror.recovered().set_aside.size(), 2U);
  EXPECT_THAT(keys_of(leader.mirror), ElementsAre("worker/w"));
  EXPECT_EQ(world.children("/spark/pilotlight/set_aside/worker").size(), 2U);
  EXPECT_GT(world.children("/spark/pilotlight/set_aside/app").size(), 1U);
  EXPECT_THAT(world.children("/spark/pilotlight/records/app"), IsEmpty());
  for (const auto& name : world.children("/spark/pilotlight/set_aside/worker")) {
    const auto data = world.data("/spark/pilotlight/set_aside/worker/" + name);
    const auto node = read_node(data);
    ASSERT_TRUE(node);
    EXPECT_FALSE(node->reason.empty());
    EXPECT_TRUE(node->value == "junk" || node->value == R"({"version":99})") << node->value;
  }
  const auto again = world.read();
  EXPECT_EQ(again.mirror.recovered().set_aside.size(), 3U);
  EXPECT_EQ(again.mirror.recovered().workers.size(), 1U);
  EXPECT_EQ(rows_of(leader.standby), rows_of(leader.mirror));
}

}  // namespace
}  // namespace pilotlight::recovery
