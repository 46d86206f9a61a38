// A survey of stub masters: who is asked, whose answer counts, what a dead or silent one costs.
#include "client/survey.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "unit/client/stub_server.hpp"

namespace pilotlight::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string document(const std::string& self, const std::string& role, int epoch, const std::string& leader,
                     const std::vector<std::string>& members = {}, const std::string& held = "") {
  std::string list;
  for (const auto& url : members)
    list += std::string(list.empty() ? "" : ",") + "{\"url\":\"" + url +
            "\",\"self\":" + (url == self ? "true" : "false") + "}";
  return "{\"self\":\"" + self + "\",\"role\":\"" + role + "\",\"status\":\"" +
         (role == "standby" ? "STANDBY" : "ALIVE") + "\",\"epoch\":" + std::to_string(epoch) + ",\"held\":\"" + held +
         "\",\"leader\":" + (leader.empty() ? "null" : "{\"url\":\"" + leader + "\"}") + ",\"members\":[" + list + "]}";
}

struct Asked {
  Picture picture;
  Duration took{};
};
Asked ask(const std::vector<Address>& masters, Duration limit = seconds(1)) {
  HttpClient http;
  Survey survey(http, {masters, std::nullopt});
  const auto started = std::chrono::steady_clock::now();
  auto picture = survey.ask(limit);
  return {std::move(picture), std::chrono::steady_clock::now() - started};
}

StubServer::Handler silence() {
  return [](const auto&) { return std::nullopt; };
}

TEST(Survey, TheLeadersAnswerEndsIt_WhateverTheOthersDo) {
  StubServer silent(silence());
  StubServer leader([](const auto&) { return ok(document("spark://m1:7077", "leader", 7, "spark://m1:7077")); });
  const auto asked = ask({silent.address(), leader.address()}, seconds(5));
  ASSERT_NE(asked.picture.document(), nullptr);
  EXPECT_EQ(asked.picture.document()->self, "spark://m1:7077");
  EXPECT_EQ(*asked.picture.address(), leader.address());
  EXPECT_LT(asked.took, seconds(2));
}

TEST(Survey, MembersThatAnAnswerNamesAreAskedToo) {
  StubServer leader(
      [](const auto&) { return ok(document("spark://other-name:7077", "leader", 7, "spark://other-name:7077")); });
  StubServer standby([&](const auto&) {
    return ok(document("spark://m2:7077", "standby", 7, leader.url(), {"spark://m2:7077", leader.url()}));
  });
  const auto asked = ask({standby.address()}, seconds(5));
  ASSERT_NE(asked.picture.document(), nullptr);
  EXPECT_EQ(asked.picture.document()->role, "leader");
  EXPECT_EQ(asked.picture.heard.size(), 2U);  // m2 itself is not asked again under its other name
}

TEST(Survey, NobodyThere_EndsAtOnce) {
  Address gone;
  {
    const StubServer server(silence());
    gone = server.address();
  }
  const auto asked = ask({gone}, seconds(5));
  EXPECT_EQ(asked.picture.document(), nullptr);
  EXPECT_EQ(asked.picture.heard[0].reply.outcome, Outcome::refused);
  EXPECT_LT(asked.took, seconds(2));
}

TEST(Survey, ASilentMasterAloneCostsTheLimit) {
  StubServer silent(silence());
  const auto asked = ask({silent.address()}, milliseconds(300));
  EXPECT_EQ(asked.picture.document(), nullptr);
  EXPECT_FALSE(asked.picture.heard[0].trouble.empty());
  EXPECT_LT(asked.took, seconds(2));
}

TEST(Survey, OnlyAStandby_IsAskedUntilTheEndAndItsAnswerCounts) {
  StubServer standby([](const auto&) { return ok(document("spark://m2:7077", "standby", 7, "")); });
  const auto asked = ask({standby.address()}, milliseconds(500));
  ASSERT_NE(asked.picture.document(), nullptr);
  EXPECT_EQ(asked.picture.document()->leader, "");
  EXPECT_GE(asked.took, milliseconds(350));
  EXPECT_GE(standby.requests(), 3);
}

TEST(Survey, DuringAFailover_TheNewLeaderIsFound) {
  std::atomic<bool> leads = false;
  StubServer successor([&](const auto&) {
    return ok(leads.exchange(true) ? document("spark://m2:7077", "leader", 8, "spark://m2:7077")
                                   : document("spark://m2:7077", "standby", 7, "spark://m1:7077"));
  });
  const auto asked = ask({successor.address()}, seconds(5));
  ASSERT_NE(asked.picture.document(), nullptr);
  EXPECT_EQ(asked.picture.document()->epoch, 8);
  EXPECT_LT(asked.took, seconds(2));
}

TEST(Survey, ALeaderThatMayNotSpeakDoesNotEndIt) {
  StubServer held([](const auto&) {
    return ok(document("spark://m1:7077", "recovering", 7, "spark://m1:7077", {}, "no majority"));
  });
  StubServer leader([&](const auto&) { return ok(document("spark://m2:7077", "leader", 8, "spark://m2:7077")); });
  const auto asked = ask({held.address(), leader.address()}, seconds(5));
  ASSERT_NE(asked.picture.document(), nullptr);
  EXPECT_EQ(asked.picture.document()->epoch, 8);
}

TEST(Survey, WhatIsNoMasterSaysWhat) {
  StubServer page([](const auto&) { return with_status(404, "no"); });
  StubServer garbage([](const auto&) { return ok("<html>"); });
  const auto asked = ask({page.address(), garbage.address()}, milliseconds(500));
  EXPECT_EQ(asked.picture.document(), nullptr);
  EXPECT_THAT(asked.picture.heard[0].trouble, ::testing::HasSubstr("404"));
  EXPECT_THAT(asked.picture.heard[1].trouble, ::testing::HasSubstr("no JSON"));
}

TEST(Survey, AnAnswerCannotMakeItAskAWholeNetwork) {
  std::vector<std::string> members;
  for (int i = 0; i < 1000; ++i)
    members.push_back("spark://127.0.1." + std::to_string(i % 250) + ":" + std::to_string(1 + i));
  StubServer liar([&](const auto&) { return ok(document("spark://m:7077", "standby", 1, "", members)); });
  EXPECT_LE(ask({liar.address()}, milliseconds(300)).picture.heard.size(), 64U);
}

}  // namespace
}  // namespace pilotlight::client
