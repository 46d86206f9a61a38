#include "election/member.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/election/samples.hpp"

namespace pilotlight::election {
namespace {

using testing::ElementsAre;

std::vector<std::string> names(const std::vector<Candidate>& candidates) {
  std::vector<std::string> names;
  for (const auto& candidate : candidates) names.push_back(candidate.node);
  return names;
}

TEST(Candidates, StandInTheOrderOfTheirDigitsWhateverTheirUuid) {
  EXPECT_THAT(names(in_order({"_c_ffffffff-0000-4000-8000-000000000000-latch-0000000001",
                              "_c_00000000-0000-4000-8000-000000000000-latch-0000000010",
                              "_c_77777777-0000-4000-8000-000000000000-latch-0000000002"})),
              ElementsAre("_c_ffffffff-0000-4000-8000-000000000000-latch-0000000001",
                          "_c_77777777-0000-4000-8000-000000000000-latch-0000000002",
                          "_c_00000000-0000-4000-8000-000000000000-latch-0000000010"));
}

TEST(Candidates, WithoutCuratorsProtectionAreCandidatesToo) {
  EXPECT_THAT(names(in_order({"latch-0000000003", "_c_uuid-latch-0000000002"})),
              ElementsAre("_c_uuid-latch-0000000002", "latch-0000000003"));
}

TEST(Candidates, OtherNamesAreLeftOut) {
  EXPECT_THAT(in_order({"", "lock-0000000001", "_c_uuid-latch-000000001x", "_c_uuid-latch-123", "latch-", "0000000001",
                        "_c_uuid-latch-0000000001-note", "latch-00000000-1"}),
              testing::IsEmpty());
}

TEST(Candidates, TheLargestNumberIsNoOverflow) {
  const auto candidates = in_order({"latch-9999999999", "latch-2147483648"});
  ASSERT_EQ(candidates.size(), 2U);
  EXPECT_EQ(candidates[0].sequence, 2147483648);
  EXPECT_EQ(candidates[1].sequence, 9999999999);
}

TEST(Candidates, AreFoundByTheUuidTheyWereCreatedWith) {
  EXPECT_EQ(candidate_prefix("u-1"), "_c_u-1-latch-");
  EXPECT_TRUE(has_uuid("_c_u-1-latch-0000000001", "u-1"));
  EXPECT_FALSE(has_uuid("_c_u-11-latch-0000000001", "u-1"));
  EXPECT_FALSE(has_uuid("_c_u-1-lock-0000000001", "u-1"));
}

TEST(MemberJson, ComesBackAsItWas) {
  const auto member = sample_member("a");
  const auto read = member_from_json(to_json(member));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, member);
  EXPECT_EQ(read->url(), "spark://host-a:7077");
}

TEST(MemberJson, OfAJvmMasterIsNone) {
  EXPECT_FALSE(member_from_json(""));
  EXPECT_FALSE(member_from_json("host-a:7077"));
}

TEST(MemberJson, OddInputIsNoMember) {
  for (const char* text :
       {"null", "[]", "{}", "\"text\"", "{", R"({"nonce":"n"})", R"({"nonce":"","host":"h","port":1})",
        R"({"nonce":7,"host":"h","port":1})", R"({"nonce":"n","host":"","port":1})",
        R"({"nonce":"n","host":"h","port":65536})", R"({"nonce":"n","host":"h","port":-1})",
        R"({"nonce":"n","host":"h","port":4294967376})", R"({"nonce":"n","host":"h","port":1,"webPort":99999999999})",
        R"({"nonce":"n","host":"h","port":18446744073709551615,"webPort":1})"})
    EXPECT_FALSE(member_from_json(text)) << text;
}

TEST(MemberJson, FieldsOfALaterReleaseAreNoHindrance) {
  const auto read = member_from_json(R"({"nonce":"n","host":"h","port":1,"rack":[1,2],"version":null})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->version, "");
}

TEST(MemberJson, TextThatIsNoUtf8IsWrittenAllTheSame) {
  auto member = sample_member("a");
  member.address.host = "h\xff";
  EXPECT_TRUE(member_from_json(to_json(member)));
}

}  // namespace
}  // namespace pilotlight::election
