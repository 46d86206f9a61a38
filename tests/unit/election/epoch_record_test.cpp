#include "election/epoch_record.hpp"

#include <gtest/gtest.h>

#include "unit/election/samples.hpp"

namespace pilotlight::election {
namespace {

EpochRecord sample() {
  EpochRecord record;
  record.epoch = Epoch(7);
  record.leader = sample_member("a");
  record.node = "_c_uuid-latch-0000000004";
  record.voters = {sample_member("a"), sample_member("b"), sample_member("c")};
  record.cause = "heartbeat";
  return record;
}

TEST(EpochRecord, ComesBackAsItWas) {
  const auto read = epoch_from_json(to_json(sample()));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->epoch, Epoch(7));
  EXPECT_EQ(read->leader, sample_member("a"));
  EXPECT_EQ(read->node, sample().node);
  EXPECT_EQ(read->voters, sample().voters);
  EXPECT_EQ(read->cause, "heartbeat");
  EXPECT_TRUE(read->has_voter("nonce-c"));
  EXPECT_FALSE(read->has_voter("nonce-d"));
}

TEST(EpochRecord, BeforeTheFirstElectionNobodyLeads) {
  const auto read = epoch_from_json(to_json(EpochRecord{}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->epoch, Epoch(0));
  EXPECT_FALSE(read->leader.known());
  EXPECT_TRUE(read->voters.empty());
}

TEST(EpochRecord, WhatWeDidNotWriteIsNone) {
  for (const char* text : {"", "7", "[]", "{}", "null", R"({"epoch":-1})", R"({"epoch":"7"})", R"({"epoch":7.5})",
                           R"({"epoch":7,"leader":{}})", R"({"epoch":7,"leader":"a"})", R"({"epoch":7,"voters":[{}]})",
                           R"({"epoch":7,"voters":["a"]})", R"({"epoch":1e400})", R"({"epoch":7)", "\xff\xfe"})
    EXPECT_FALSE(epoch_from_json(text)) << text;
}

TEST(EpochRecord, OddTypesOfWhatIsOptionalAreTheDefaults) {
  const auto read = epoch_from_json(R"({"epoch":18446744073709551615,"node":[],"cause":{},"voters":3})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->epoch.value, UINT64_MAX);
  EXPECT_EQ(read->node, "");
  EXPECT_TRUE(read->voters.empty());
}

TEST(EpochRecord, NestingWithoutEndIsRefusedAndNothingOverflows) {
  const std::string deep(1'000'000, '[');
  EXPECT_FALSE(epoch_from_json(deep));
  EXPECT_FALSE(epoch_from_json(deep + std::string(deep.size(), ']')));
  std::string objects;
  for (int i = 0; i < 500'000; ++i) objects += "{\"epoch\":";
  EXPECT_FALSE(epoch_from_json(objects + "1" + std::string(500'000, '}')));
}

TEST(EpochRecord, AMajorityIsMoreThanHalf) {
  EXPECT_EQ(majority_of(1), 1U);
  EXPECT_EQ(majority_of(2), 2U);
  EXPECT_EQ(majority_of(3), 2U);
  EXPECT_EQ(majority_of(4), 3U);
  EXPECT_EQ(majority_of(5), 3U);
}

}  // namespace
}  // namespace pilotlight::election
