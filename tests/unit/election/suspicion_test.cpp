#include "election/suspicion.hpp"

#include <gtest/gtest.h>

#include "unit/election/samples.hpp"

namespace pilotlight::election {
namespace {

using namespace std::chrono_literals;

constexpr Instant zero{1000s};
constexpr Duration moment = 1ns;

/// Master "a" leads in epoch 5; this is "b".
EpochRecord led_by_a(const std::string& voters, std::uint64_t epoch = 5) {
  EpochRecord record;
  record.epoch = Epoch(epoch);
  record.leader = sample_member("a");
  for (const char voter : voters) record.voters.push_back(sample_member(std::string(1, voter)));
  return record;
}

class SuspicionTest : public testing::Test {
 protected:
  void promised_by(const std::string& voters, std::uint64_t epoch = 5, Fence fence = 9) {
    for (const char voter : voters)
      suspicion_.promise_received("nonce-" + std::string(1, voter), {Epoch(epoch), fence, Evidence::dead}, zero);
  }
  Suspicion suspicion_{Timing{}, "nonce-b"};
};

TEST_F(SuspicionTest, SilencePromisesOnceAndAtItsTime) {
  suspicion_.follow(led_by_a("abc"), 9, zero);
  EXPECT_FALSE(suspicion_.leader_is_silent(zero + 500ms - moment));
  EXPECT_TRUE(suspicion_.heard(zero + 100ms));
  EXPECT_FALSE(suspicion_.leader_is_silent(zero + 600ms - moment));
  const auto promise = suspicion_.leader_is_silent(zero + 600ms);
  ASSERT_TRUE(promise);
  EXPECT_EQ(promise->epoch, Epoch(5));
  EXPECT_EQ(promise->fence, 9);
  EXPECT_EQ(promise->evidence, Evidence::silent);
  EXPECT_EQ(suspicion_.noticed(), zero + 100ms) << "the first heartbeat that did not come";
  EXPECT_FALSE(suspicion_.leader_is_silent(zero + 700ms));
  EXPECT_TRUE(suspicion_.own_promise());
}

TEST_F(SuspicionTest, APromiseIsNotTakenBackWithinItsVersion) {
  suspicion_.follow(led_by_a("abc"), 9, zero);
  ASSERT_TRUE(suspicion_.leader_is_silent(zero + 500ms));
  EXPECT_FALSE(suspicion_.heard(zero + 501ms)) << "its heartbeats get no answer";
  suspicion_.paused(zero + 502ms);
  suspicion_.follow(led_by_a("abc"), 9, zero + 503ms);
  EXPECT_FALSE(suspicion_.heard(zero + 504ms));
  EXPECT_FALSE(suspicion_.leader_is_dead(zero + 505ms)) << "it was promised before";
}

TEST_F(SuspicionTest, ANewVersionBeginsAnew) {
  suspicion_.follow(led_by_a("abc"), 9, zero);
  ASSERT_TRUE(suspicion_.leader_is_silent(zero + 500ms));
  promised_by("c");
  ASSERT_TRUE(suspicion_.may_depose());
  suspicion_.follow(led_by_a("abc"), 10, zero + 600ms);
  EXPECT_FALSE(suspicion_.may_depose());
  EXPECT_TRUE(suspicion_.heard(zero + 600ms));
  EXPECT_FALSE(suspicion_.own_promise());
}

TEST_F(SuspicionTest, TheSameLeaderWithOtherVotersGoesOnBeingHeard) {
  suspicion_.follow(led_by_a("abc"), 9, zero);
  suspicion_.follow(led_by_a("abcd"), 10, zero + 400ms);
  EXPECT_TRUE(suspicion_.leader_is_silent(zero + 500ms)) << "a change of the voters is no heartbeat";
}

TEST_F(SuspicionTest, ALeaderHasItsFullTimeFromWhomItMakesAVoter) {
  // Cut off by resets, taken for dead, and back when the network has healed (tests/ha: refused_to_other_masters).
  suspicion_.follow(led_by_a("abc"), 9, zero);
  suspicion_.follow(led_by_a("a"), 10, zero + 200ms);
  suspicion_.follow(led_by_a("abc"), 11, zero + 25s);
  EXPECT_FALSE(suspicion_.leader_is_silent(zero + 25s + 500ms - moment)) << "its silence is older than its vote";
  EXPECT_TRUE(suspicion_.leader_is_silent(zero + 25s + 500ms));
}

TEST_F(SuspicionTest, ANewLeaderHasItsFullTime) {
  suspicion_.follow(led_by_a("abc"), 9, zero);
  auto record = led_by_a("abc", 6);
  record.leader = sample_member("c");
  suspicion_.follow(record, 10, zero + 400ms);
  EXPECT_FALSE(suspicion_.leader_is_silent(zero + 899ms));
  EXPECT_TRUE(suspicion_.leader_is_silent(zero + 900ms));
}

TEST_F(SuspicionTest, TheSameMasterInANewEpochHasItsFullTime) {
  suspicion_.follow(led_by_a("abc"), 9, zero);
  suspicion_.follow(led_by_a("abc", 6), 10, zero + 400ms);
  EXPECT_FALSE(suspicion_.leader_is_silent(zero + 899ms)) << "it may have answered heartbeats of the new epoch";
  EXPECT_TRUE(suspicion_.leader_is_silent(zero + 900ms));
}

TEST_F(SuspicionTest, OfTwoSilenceProvesNothing) {
  suspicion_.follow(led_by_a("ab"), 9, zero);
  EXPECT_FALSE(suspicion_.leader_is_silent(zero + 1h));
  EXPECT_FALSE(suspicion_.may_depose());
  EXPECT_TRUE(suspicion_.leader_is_dead(zero + 1h));
  EXPECT_TRUE(suspicion_.may_depose());
  EXPECT_TRUE(suspicion_.decided_alone());
  EXPECT_EQ(suspicion_.evidence(), Evidence::dead);
}

TEST_F(SuspicionTest, APauseReArmsTheSilence) {
  suspicion_.follow(led_by_a("abc"), 9, zero);
  suspicion_.paused(zero + 2s);
  EXPECT_FALSE(suspicion_.leader_is_silent(zero + 2499ms));
  EXPECT_TRUE(suspicion_.leader_is_silent(zero + 2500ms));
}

TEST_F(SuspicionTest, WhoeverIsNoVoterPromisesNothing) {
  suspicion_.follow(led_by_a("acd"), 9, zero);
  EXPECT_FALSE(suspicion_.leader_is_silent(zero + 1s));
  EXPECT_FALSE(suspicion_.leader_is_dead(zero + 1s));
  EXPECT_TRUE(suspicion_.heard(zero + 1s));
}

TEST_F(SuspicionTest, OnlyVotersPromisesOfThisVersionCount) {
  suspicion_.follow(led_by_a("abcde"), 9, zero);
  promised_by("xyz");       // no voters
  promised_by("a");         // the leader itself
  promised_by("cd", 4);     // of another epoch
  promised_by("cd", 5, 8);  // of another version
  ASSERT_TRUE(suspicion_.leader_is_dead(zero));
  EXPECT_FALSE(suspicion_.may_depose());
  promised_by("cccc");
  EXPECT_FALSE(suspicion_.may_depose()) << "one voter has one voice";
  promised_by("d");
  EXPECT_TRUE(suspicion_.may_depose()) << "three of five";
  EXPECT_FALSE(suspicion_.decided_alone());
}

TEST_F(SuspicionTest, OfThreeTwoDepose) {
  suspicion_.follow(led_by_a("abc"), 9, zero);
  ASSERT_TRUE(suspicion_.leader_is_dead(zero));
  EXPECT_FALSE(suspicion_.may_depose());
  promised_by("c");
  EXPECT_TRUE(suspicion_.may_depose());
}

TEST_F(SuspicionTest, OfOneNobodyDeposes) {
  suspicion_.follow(led_by_a("a"), 9, zero);
  EXPECT_FALSE(suspicion_.leader_is_dead(zero));
  EXPECT_FALSE(suspicion_.may_depose());
}

TEST_F(SuspicionTest, WhileNobodyIsFollowedNothingIsSuspected) {
  EXPECT_FALSE(suspicion_.leader_is_dead(zero));
  suspicion_.follow(led_by_a("abc"), 9, zero);
  ASSERT_TRUE(suspicion_.leader_is_dead(zero));
  promised_by("c");
  suspicion_.forget();
  EXPECT_FALSE(suspicion_.may_depose());
  EXPECT_FALSE(suspicion_.leader_is_silent(zero + 1h));
  EXPECT_FALSE(suspicion_.own_promise());
}

TEST_F(SuspicionTest, WhatWasPromisedStaysPromisedWhenTheLeaderSeemsToBeGone) {
  suspicion_.follow(led_by_a("abc"), 9, zero);
  ASSERT_TRUE(suspicion_.leader_is_silent(zero + 500ms));
  suspicion_.forget();
  EXPECT_FALSE(suspicion_.heard(zero + 600ms)) << "its successor may be speaking";
  suspicion_.follow(led_by_a("abc"), 9, zero + 700ms);
  EXPECT_FALSE(suspicion_.heard(zero + 800ms));
  promised_by("c");
  EXPECT_FALSE(suspicion_.may_depose()) << "that it was silent then says nothing of now";
  EXPECT_TRUE(suspicion_.leader_is_silent(zero + 1300ms));
  EXPECT_TRUE(suspicion_.may_depose());
  suspicion_.follow(led_by_a("abc"), 10, zero + 1400ms);
  EXPECT_TRUE(suspicion_.heard(zero + 1500ms)) << "another version, another promise";
}

TEST_F(SuspicionTest, TheFirstSignIsTheOneThatIsRemembered) {
  suspicion_.follow(led_by_a("abc"), 9, zero);
  suspicion_.promise_received("nonce-c", {Epoch(5), 9, Evidence::dead}, zero + 10ms);
  suspicion_.leader_is_dead(zero + 20ms);
  EXPECT_EQ(suspicion_.noticed(), zero + 10ms);
}

}  // namespace
}  // namespace pilotlight::election
