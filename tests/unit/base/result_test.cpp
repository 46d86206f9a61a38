#include "base/result.hpp"

#include <gtest/gtest.h>

namespace pilotlight {
namespace {

TEST(Result, Value_IsMovedOut) {
  Result<std::string> result(std::string("executor"));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->size(), 8U);
  EXPECT_EQ(std::move(result).value(), "executor");
}

TEST(Result, Error_KeepsClassAndOffset) {
  const Result<int> result(malformed("a string is cut", 17));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().error_class, ErrorClass::fatal);
  EXPECT_EQ(result.error().to_string(), "a string is cut (at byte 17)");
}

TEST(Result, OfNothing_IsSuccessUnlessGivenAnError) {
  EXPECT_TRUE(Result<void>().ok());
  const Result<void> lost(outcome_unknown("the connection broke"));
  EXPECT_EQ(lost.error().error_class, ErrorClass::outcome_unknown);
  EXPECT_EQ(lost.error().to_string(), "the connection broke");
}

TEST(ResultDeathTest, ReadingTheWrongSide_Aborts) {
  const Result<int> failed(fatal("no"));
  EXPECT_DEATH(static_cast<void>(failed.value()), "ok\\(\\)");
}

}  // namespace
}  // namespace pilotlight
