#include "client/queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "election/member.hpp"

namespace pilotlight::client {
namespace {

std::string data_of(const std::string& host, int port) {
  return election::to_json(
      {.nonce = "n-" + host, .address = {host, port}, .web_ui_url = "", .web_port = 8080, .version = "1"});
}

TEST(Queue, IsReadInItsOrder) {
  const auto answer = masters_of({"_c_b-latch-0000000012", "_c_a-latch-0000000007", "_c_c-latch-0000000009", "lock"},
                                 {data_of("m2", 7077), data_of("m1", 7078), "", "x"});
  ASSERT_EQ(answer.masters.size(), 2U);
  EXPECT_EQ(to_string(answer.masters[0]), "m1:7078");
  EXPECT_EQ(to_string(answer.masters[1]), "m2:7077");
  EXPECT_EQ(answer.strangers, 1U);  // Spark's own: its node is empty
}

TEST(Queue, GarbageIsAStranger) {
  const auto answer = masters_of({"_c_a-latch-0000000001", "_c_b-latch-0000000002"}, {"{\"host\":", data_of("", 0)});
  EXPECT_TRUE(answer.masters.empty());
  EXPECT_EQ(answer.strangers, 2U);
}

}  // namespace
}  // namespace pilotlight::client
