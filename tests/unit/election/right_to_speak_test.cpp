#include "election/right_to_speak.hpp"

#include <gtest/gtest.h>

#include "unit/election/samples.hpp"

namespace pilotlight::election {
namespace {

using namespace std::chrono_literals;

constexpr Instant zero{1000s};
constexpr Duration moment = 1ns;

std::vector<Member> members(const std::string& names) {
  std::vector<Member> members;
  for (const char name : names) members.push_back(sample_member(std::string(1, name)));
  return members;
}

/// Master "a" leads from `zero` on; its session lasts 10 s, so it may speak until 7.9 s after the start of an answer.
class RightToSpeakTest : public testing::Test {
 protected:
  void lead(const std::string& voters, Instant started = zero, Instant not_before = zero) {
    right_.session_granted(10s);
    right_.begin(members(voters), started, not_before);
  }
  void answered(const std::string& voters, Instant sent) {
    const auto sequence = right_.heartbeat_sent(sent);
    for (const char voter : voters) right_.heartbeat_answered("nonce-" + std::string(1, voter), sequence);
  }
  std::string obstacle(Instant now) {
    const char* text = right_.obstacle(now);
    return text == nullptr ? "" : text;
  }

  RightToSpeak right_{Timing{}, "nonce-a"};
};

TEST_F(RightToSpeakTest, NobodySpeaksWithoutLeading) {
  right_.session_granted(10s);
  EXPECT_EQ(obstacle(zero), "it does not lead");
  lead("a");
  EXPECT_TRUE(right_.allowed(zero));
  right_.end();
  EXPECT_FALSE(right_.allowed(zero));
}

TEST_F(RightToSpeakTest, NotAWordBeforeItsTime) {
  lead("a", zero, zero + 25ms);
  EXPECT_EQ(obstacle(zero + 25ms - moment), "its predecessor may still be speaking");
  EXPECT_TRUE(right_.allowed(zero + 25ms));
}

TEST_F(RightToSpeakTest, TheSessionCountsFromTheStartOfWhatWasAnswered) {
  lead("a");
  // 10 s * 0.8 - 100 ms
  EXPECT_TRUE(right_.allowed(zero + 7900ms - moment));
  EXPECT_EQ(obstacle(zero + 7900ms), "ZooKeeper does not answer");
  EXPECT_EQ(right_.session_end(), zero + 10s);
  // The answer came late; what counts is when it was asked.
  right_.zookeeper_answered(zero + 3s);
  EXPECT_TRUE(right_.allowed(zero + 10'900ms - moment));
  EXPECT_FALSE(right_.allowed(zero + 10'900ms));
  EXPECT_EQ(right_.session_end(), zero + 13s);
  // One that was asked earlier takes nothing away.
  right_.zookeeper_answered(zero + 1s);
  EXPECT_EQ(right_.session_end(), zero + 13s);
}

TEST_F(RightToSpeakTest, ClaimsCountFromTheirSubmission) {
  lead("a", zero + 1s, zero + 1500ms);
  EXPECT_FALSE(right_.allowed(zero + 8900ms));
  EXPECT_TRUE(right_.allowed(zero + 8900ms - moment));
}

TEST_F(RightToSpeakTest, OfThreeOneMustAnswer) {
  lead("abc");
  EXPECT_EQ(obstacle(zero), "a majority of the masters does not answer");
  answered("b", zero);
  EXPECT_TRUE(right_.allowed(zero + 400ms - moment));
  EXPECT_FALSE(right_.allowed(zero + 400ms));
  answered("c", zero + 300ms);
  EXPECT_TRUE(right_.allowed(zero + 700ms - moment));
  EXPECT_FALSE(right_.allowed(zero + 700ms));
}

TEST_F(RightToSpeakTest, OfFiveTwoMustAnswer) {
  lead("abcde");
  answered("b", zero);
  EXPECT_FALSE(right_.allowed(zero));
  answered("c", zero + 100ms);
  EXPECT_TRUE(right_.allowed(zero + 400ms - moment));
  EXPECT_FALSE(right_.allowed(zero + 400ms)) << "c alone is no majority";
}

TEST_F(RightToSpeakTest, WhoeverIsNoVoterDoesNotCount) {
  lead("abc");
  answered("dex", zero);
  EXPECT_FALSE(right_.allowed(zero));
}

TEST_F(RightToSpeakTest, AnswersCountFromWhenTheirHeartbeatWasSent) {
  lead("abc");
  const auto old = right_.heartbeat_sent(zero);
  const auto young = right_.heartbeat_sent(zero + 300ms);
  right_.heartbeat_answered("nonce-b", young);
  right_.heartbeat_answered("nonce-b", old);  // overtaken: takes nothing away
  EXPECT_TRUE(right_.allowed(zero + 700ms - moment));
  EXPECT_FALSE(right_.allowed(zero + 700ms));
  right_.heartbeat_answered("nonce-c", 4711);  // never sent
  EXPECT_FALSE(right_.allowed(zero + 700ms));
}

TEST_F(RightToSpeakTest, ABrokenConnectionTakesItsAnswersWithIt) {
  lead("abc");
  answered("b", zero);
  right_.link_broken("nonce-b");
  EXPECT_FALSE(right_.allowed(zero)) << "what it answered before counts no more";
}

TEST_F(RightToSpeakTest, AnswersToAnEarlierLeadershipCountNoMore) {
  lead("abc");
  const auto before = right_.heartbeat_sent(zero);
  right_.heartbeat_answered("nonce-b", before);
  right_.end();
  right_.begin(members("abc"), zero + 1ms, zero + 1ms);
  right_.heartbeat_answered("nonce-c", before);
  EXPECT_FALSE(right_.allowed(zero + 1ms));
}

TEST_F(RightToSpeakTest, WhileVotersChangeBothSetsCount) {
  lead("abc");
  answered("b", zero);
  right_.voters_proposed(members("abcde"));
  EXPECT_FALSE(right_.allowed(zero)) << "two of five";
  answered("d", zero);
  EXPECT_TRUE(right_.allowed(zero));
  right_.voters_settled(members("ade"));
  EXPECT_TRUE(right_.allowed(zero));
  right_.voters_settled(members("ace"));
  EXPECT_FALSE(right_.allowed(zero));
}

TEST_F(RightToSpeakTest, ASmallerProposedSetDoesNotFreeFromTheOldOne) {
  lead("abc");
  right_.voters_proposed(members("a"));
  EXPECT_FALSE(right_.allowed(zero));
  right_.voters_settled(members("a"));
  EXPECT_TRUE(right_.allowed(zero));
}

TEST_F(RightToSpeakTest, OfTwoTheOtherMustAnswer) {
  lead("ab");
  answered("b", zero + 100ms);
  EXPECT_FALSE(right_.needs_reads(zero + 100ms));
  EXPECT_TRUE(right_.allowed(zero + 500ms - moment));
  EXPECT_TRUE(right_.needs_reads(zero + 500ms));
  EXPECT_FALSE(right_.allowed(zero + 500ms)) << "it may have claimed, and the way to us be broken without a sign";
}

TEST_F(RightToSpeakTest, TwoWithoutAnswersSpeakUponARecentReadOnly) {
  lead("ab");
  EXPECT_TRUE(right_.needs_reads(zero));
  EXPECT_TRUE(right_.allowed(zero + 20ms - moment));
  EXPECT_EQ(obstacle(zero + 20ms), "the other master is cut off");
  right_.zookeeper_answered(zero + 30ms);
  EXPECT_FALSE(right_.allowed(zero + 30ms)) << "an answer that says nothing of the epoch";
  right_.epoch_confirmed(zero + 30ms);
  EXPECT_TRUE(right_.allowed(zero + 50ms - moment));
  EXPECT_FALSE(right_.allowed(zero + 50ms));
  answered("b", zero + 50ms);
  EXPECT_TRUE(right_.allowed(zero + 50ms));
  right_.link_broken("nonce-b");
  EXPECT_FALSE(right_.allowed(zero + 50ms));
}

TEST_F(RightToSpeakTest, TwoThatAreProposedCountAsTwo) {
  lead("a");
  right_.voters_proposed(members("ab"));
  EXPECT_TRUE(right_.needs_reads(zero));
  EXPECT_FALSE(right_.allowed(zero + 20ms));
}

TEST_F(RightToSpeakTest, AfterAPauseTheEpochIsReadFirst) {
  lead("a");
  right_.paused(zero + 1s);
  EXPECT_TRUE(right_.needs_reads(zero + 1s));
  EXPECT_EQ(obstacle(zero + 1s), "it stood still and has not read the epoch since");
  right_.epoch_confirmed(zero + 1s - moment);
  EXPECT_FALSE(right_.allowed(zero + 1s)) << "that read was begun before";
  right_.epoch_confirmed(zero + 1s);
  EXPECT_TRUE(right_.allowed(zero + 1s));
  EXPECT_FALSE(right_.needs_reads(zero + 1s));
}

TEST_F(RightToSpeakTest, APauseDoesNotOutliveTheLeadership) {
  lead("a");
  right_.paused(zero + 1s);
  right_.end();
  EXPECT_FALSE(right_.needs_reads(zero + 1s));
  right_.begin(members("a"), zero + 2s, zero + 2s);
  EXPECT_TRUE(right_.allowed(zero + 2s));
}

TEST(Timings, TheRightEndsBeforeAPromiseMayBeMade) {
  const Timing timing;
  EXPECT_LT(timing.right.count(), 0.99 * static_cast<double>(timing.silence.count()));
  EXPECT_LT(timing.lone_right.count(), 0.99 * static_cast<double>(timing.lone_wait.count()));
  EXPECT_LT((timing.tick + timing.lone_pause).count(), 0.99 * static_cast<double>(timing.lone_wait.count()));
}

}  // namespace
}  // namespace pilotlight::election
