#include "http/form.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pilotlight::http {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Form, ValuesAreDecoded) {
  EXPECT_THAT(parameters("host=a&x=1&host=b%20c+d", "host"), ElementsAre("a", "b c d"));
  EXPECT_EQ(parameter("id=app-1&terminate=true", "terminate"), "true");
  EXPECT_EQ(parameter("%69d=%41", "id"), "A");
  EXPECT_EQ(parameter("", "id"), std::nullopt);
}

TEST(Form, WhatIsBroken_StaysAsItIs) {
  EXPECT_EQ(parameter("id=%4", "id"), "%4");
  EXPECT_EQ(parameter("id=%zz%41", "id"), "%zzA");
  EXPECT_EQ(parameter("&&=&id", "id"), "");
  EXPECT_THAT(parameters("idx=1", "id"), IsEmpty());
}

TEST(Form, ANameAloneIsThere) {
  EXPECT_TRUE(has_parameter("verbose", "verbose"));
  EXPECT_FALSE(has_parameter("verboser=1", "verbose"));
}

}  // namespace
}  // namespace pilotlight::http
