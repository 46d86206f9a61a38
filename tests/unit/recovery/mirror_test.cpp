#include "recovery/mirror.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/recovery/zk_world.hpp"

namespace pilotlight::recovery {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Commit commit(std::uint64_t number, const std::vector<core::RecordOp>& operations) {
  Commit commit;
  commit.number = number;
  for (const auto& operation : operations) append_row_changes(operation, commit.changes);
  return commit;
}

Mirror empty_mirror() {
  Mirror mirror;
  Chunk chunk;
  chunk.first = chunk.last = true;
  EXPECT_TRUE(mirror.load(chunk));
  return mirror;
}

TEST(Mirror, KnowsNothingUntilItIsLoaded) {
  Mirror mirror;
  EXPECT_FALSE(mirror.complete());
  EXPECT_FALSE(mirror.apply(commit(1, {sample_worker("w")})));
  EXPECT_FALSE(mirror.load({}));  // not the first
  EXPECT_THAT(mirror.rows(), IsEmpty());
}

TEST(Mirror, FollowsCommitsInOrder) {
  auto mirror = empty_mirror();
  EXPECT_TRUE(mirror.apply(commit(1, {sample_worker("w"), sample_app("b"), sample_progress("b")})));
  EXPECT_TRUE(mirror.apply(commit(2, {})));
  auto changed = sample_worker("w");
  changed.cores = 3;
  EXPECT_TRUE(mirror.apply(commit(3, {sample_app("a"), changed, core::Counters{4, 5}})));
  EXPECT_EQ(mirror.number(), 3U);
  EXPECT_THAT(keys_of(mirror), ElementsAre("worker/w", "app/b", "progress/b", "app/a", "counters/"));
  auto recovered = mirror.recovered();
  ASSERT_EQ(recovered.workers.size(), 1U);
  EXPECT_EQ(recovered.workers[0].cores, 3);
  ASSERT_EQ(recovered.apps.size(), 2U);
  EXPECT_EQ(recovered.apps[0].id.text, "b");
  EXPECT_EQ(recovered.progress.size(), 1U);
  EXPECT_EQ(recovered.counters.next_driver_number, 5);
  EXPECT_TRUE(mirror.apply(commit(4, {core::RemoveApp{AppId("b")}})));
  EXPECT_THAT(keys_of(mirror), ElementsAre("worker/w", "app/a", "counters/"));
  EXPECT_EQ(mirror.find("app", "b"), nullptr);
  ASSERT_NE(mirror.find("app", "a"), nullptr);
  EXPECT_EQ(mirror.find("app", "a")->first, (Place{3, 0}));
}

TEST(Mirror, RefusesAGapAndAllThatFollows) {
  auto mirror = empty_mirror();
  EXPECT_TRUE(mirror.apply(commit(1, {sample_worker("w")})));
  EXPECT_TRUE(mirror.apply(commit(1, {core::RemoveWorker{WorkerId("w")}})));  // known already
  EXPECT_EQ(mirror.rows().size(), 1U);
  EXPECT_FALSE(mirror.apply(commit(3, {sample_worker("x")})));
  EXPECT_FALSE(mirror.complete());
  EXPECT_FALSE(mirror.apply(commit(2, {sample_worker("y")})));
  auto other = empty_mirror();
  EXPECT_TRUE(other.apply(commit(1, {sample_worker("z")})));
  EXPECT_TRUE(mirror.load(other.snapshot({}, 1 << 20U)));
  EXPECT_TRUE(mirror.complete());
  EXPECT_TRUE(mirror.apply(commit(2, {})));
  EXPECT_THAT(keys_of(mirror), ElementsAre("worker/z"));
}

TEST(Mirror, ASnapshotIsTheSameInChunksOfAnySize) {
  auto mirror = empty_mirror();
  std::vector<core::RecordOp> operations;
  for (int i = 0; i < 50; ++i) operations.emplace_back(sample_worker("w" + std::to_string(i)));
  operations.emplace_back(sample_app("a"));
  operations.emplace_back(large_worker("big", 500'000));
  EXPECT_TRUE(mirror.apply(commit(1, operations)));
  mirror.remark("worker x: broken");
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{3000}, std::size_t{1} << 30U}) {
    const auto copy = copy_of(mirror, bytes);
    EXPECT_EQ(rows_of(copy), rows_of(mirror));
    EXPECT_EQ(copy.number(), 1U);
    EXPECT_TRUE(copy.complete());
    EXPECT_THAT(copy.recovered().set_aside, ElementsAre("worker x: broken"));
  }
  const auto chunk = mirror.snapshot({}, 3000);
  EXPECT_LT(chunk.rows.size(), 20U);
  EXPECT_FALSE(chunk.last);
  EXPECT_EQ(mirror.find("worker", "big")->second.parts, 2U);
}

TEST(Mirror, CommitsGoOnWhileASnapshotIsSent) {
  auto leader = empty_mirror();
  std::vector<core::RecordOp> operations;
  for (int i = 0; i < 30; ++i) operations.emplace_back(sample_worker("w" + std::to_string(i)));
  EXPECT_TRUE(leader.apply(commit(1, operations)));
  Mirror joining;
  std::uint64_t number = 1;
  const auto both = [&](const std::vector<core::RecordOp>& changes) {
    const auto next = commit(++number, changes);
    EXPECT_TRUE(leader.apply(next));
    EXPECT_TRUE(joining.apply(next));
  };
  Place after;
  for (int step = 0;; ++step) {
    auto chunk = leader.snapshot(after, 1);
    const bool last = chunk.last;
    after = chunk.rows.back().created;
    EXPECT_TRUE(joining.load(std::move(chunk)));
    if (last) break;
    auto changed = sample_worker("w29");  // not sent yet
    changed.cores = step + 1;
    auto sent = sample_worker("w0");
    sent.cores = step + 2;
    both({changed, sent});
    if (step < 10) both({core::RemoveWorker{WorkerId("w" + std::to_string(20 - step))}});
    if (step < 5) both({sample_app("a" + std::to_string(step)), sample_worker("w" + std::to_string(20 - step))});
  }
  EXPECT_TRUE(joining.complete());
  EXPECT_EQ(rows_of(joining), rows_of(leader));
}

TEST(Mirror, AChunkOfAnotherTimeBreaksTheLoad) {
  auto leader = empty_mirror();
  EXPECT_TRUE(leader.apply(commit(1, {sample_worker("a"), sample_worker("b")})));
  Mirror joining;
  EXPECT_TRUE(joining.load(leader.snapshot({}, 1)));
  EXPECT_TRUE(leader.apply(commit(2, {})));
  EXPECT_FALSE(joining.load(leader.snapshot({1, 0}, 1)));  // commit 2 never came
  EXPECT_FALSE(joining.complete());
  EXPECT_FALSE(joining.apply(commit(2, {})));
}

TEST(Mirror, WhatCannotBeReadKeepsItsPlaceAndItsText) {
  auto mirror = empty_mirror();
  Commit strange;
  strange.number = 1;
  strange.changes = {{"shuttle", "s1", R"({"version":1})"}, {"worker", "w", R"({"version":9})"}};
  EXPECT_TRUE(mirror.apply(strange));
  EXPECT_TRUE(mirror.apply(commit(2, {sample_worker("v"), sample_progress("none")})));
  EXPECT_TRUE(mirror.has_unreadable());
  const auto recovered = mirror.recovered();
  EXPECT_EQ(recovered.workers.size(), 1U);
  EXPECT_THAT(recovered.progress, IsEmpty());
  EXPECT_THAT(recovered.set_aside,
              ElementsAre(HasSubstr("shuttle s1: "), HasSubstr("worker w: it was written by a newer"),
                          HasSubstr("progress none: its application")));
  const auto copy = copy_of(mirror);
  EXPECT_EQ(rows_of(copy), rows_of(mirror));
  EXPECT_EQ(copy.recovered().set_aside, recovered.set_aside);
  EXPECT_TRUE(mirror.apply(commit(3, {sample_worker("w")})));
  EXPECT_FALSE(mirror.has_unreadable());  // a kind that is not known is none of our business
  EXPECT_EQ(mirror.recovered().workers.size(), 2U);
  EXPECT_EQ(mirror.recovered().workers[0].id.text, "w");  // where it was
}

}  // namespace
}  // namespace pilotlight::recovery
