// A replica that leads alone: its own store, which may fail for a while.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/election/samples.hpp"
#include "unit/replica/replica_world.hpp"

namespace pilotlight::replica {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class LocalReplica : public testing::Test {
 protected:
  LocalReplica() {
    now_.instant = Instant(1000s);
    replica_.lead(now_, {});
    take();
  }
  static Settings settings() {
    Settings settings;
    settings.core.address = {"host-a", 7077};
    return settings;
  }
  void take() {
    for (auto& output : replica_.take_outputs()) {
      if (auto* carry = std::get_if<Carry>(&output)) carried_.push_back(std::move(*carry));
      if (std::holds_alternative<StoreBatch>(output)) ++batches_;
      if (std::holds_alternative<Left>(output)) left_ = true;
      if (auto* line = std::get_if<core::LogLine>(&output)) log_ += line->text + "\n";
    }
  }
  void registers(const std::string& worker) {
    replica_.on_core(now_, registration(worker));
    if (replica_.wants_end_turn()) replica_.end_turn(now_);
    take();
  }
  void stored(Result<void> result) {
    replica_.on_stored(now_, result);
    take();
  }
  void wait(Duration time) {
    now_.instant += time;
    replica_.on_timer(now_);
    take();
  }

  Now now_;
  Replica replica_{settings(), election::sample_member("a")};
  std::vector<Carry> carried_;
  int batches_ = 0;
  bool left_ = false;
  std::string log_;
};

TEST_F(LocalReplica, AnswersWhenTheStoreHasWritten) {
  registers("w1");
  EXPECT_EQ(batches_, 1);
  EXPECT_THAT(replica_.batch(), testing::SizeIs(1));
  EXPECT_THAT(registered(carried_), IsEmpty());
  stored({});
  EXPECT_THAT(registered(carried_), ElementsAre("w1"));
  EXPECT_FALSE(carried_.back().guarded) << "nobody else can lead";
  EXPECT_TRUE(replica_.may_speak(now_.instant));
}

TEST_F(LocalReplica, WhatArrivesMeanwhileIsTheNextBatch) {
  registers("w1");
  registers("w2");
  registers("w3");
  EXPECT_EQ(batches_, 1);
  stored({});
  EXPECT_EQ(batches_, 2);
  EXPECT_THAT(replica_.batch(), testing::SizeIs(2));
  stored({});
  EXPECT_THAT(registered(carried_), ElementsAre("w1", "w2", "w3"));
}

TEST_F(LocalReplica, AFailedCommitIsMadeAgainWithTheSameOperationsLaterAndLater) {
  registers("w1");
  for (const auto pause : {100ms, 200ms, 400ms}) {
    stored(retryable("the disk is full"));
    registers("w2");
    const auto before = batches_;
    wait(pause - 1ms);
    EXPECT_EQ(batches_, before);
    wait(1ms);
    EXPECT_EQ(batches_, before + 1);
    EXPECT_THAT(replica_.batch(), testing::SizeIs(1));
  }
  EXPECT_THAT(registered(carried_), IsEmpty());
  stored({});
  EXPECT_THAT(registered(carried_), ElementsAre("w1"));
  EXPECT_NE(log_.find("the disk is full"), std::string::npos);
  EXPECT_EQ(log_.find("the disk is full"), log_.rfind("the disk is full")) << "said once";
  EXPECT_NE(log_.find("is written again"), std::string::npos);
  stored({});
  EXPECT_THAT(registered(carried_), testing::Contains("w2"));
}

TEST_F(LocalReplica, PausesAreNeverLongerThanFiveSeconds) {
  registers("w1");
  for (int times = 0; times < 12; ++times) {
    stored(retryable("no"));
    wait(5s);
  }
  EXPECT_EQ(batches_, 13);
  stored({});
  EXPECT_THAT(registered(carried_), ElementsAre("w1"));
}

TEST_F(LocalReplica, HandsOverToNobodyAndLeavesAtOnce) {
  EXPECT_FALSE(replica_.transfer(now_, std::nullopt));
  replica_.leave(now_);
  take();
  EXPECT_TRUE(left_);
  const auto cluster = replica_.cluster(now_.instant);
  EXPECT_FALSE(cluster.elected);
  EXPECT_EQ(cluster.leader, "spark://host-a:7077");
  EXPECT_EQ(cluster.members.size(), 1U);
}

}  // namespace
}  // namespace pilotlight::replica
