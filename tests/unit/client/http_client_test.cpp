#include "client/http_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "unit/client/stub_server.hpp"

namespace pilotlight::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Reply ask(Request request, Duration limit = seconds(5)) {
  HttpClient http;
  std::optional<Reply> reply;
  http.send(std::move(request), limit, [&](Reply answer) { reply = std::move(answer); });
  EXPECT_FALSE(reply.has_value());  // never from inside send()
  http.run(limit + seconds(5));
  EXPECT_TRUE(reply.has_value());
  return reply.value_or(Reply{});
}

Address nobody_listens() {
  const StubServer gone([](const auto&) { return ""; });
  return gone.address();
}

TEST(HttpClient, AsksAndReadsTheAnswer) {
  std::string seen;
  StubServer server([&](const std::string& request) {
    seen = request;
    return with_status(503, "{\"error\":\"no\"}");
  });
  const auto reply = ask({.to = server.address(),
                          .method = "POST",
                          .target = "/api/kill",
                          .body = "{}",
                          .headers = {{"X-Pilotlight-Time", "1"}}});
  EXPECT_EQ(reply.outcome, Outcome::answered);
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.body, "{\"error\":\"no\"}");
  EXPECT_THAT(seen, ::testing::StartsWith("POST /api/kill HTTP/1.1\r\n"));
  EXPECT_THAT(seen, ::testing::HasSubstr("\r\nContent-Length: 2\r\n"));
  EXPECT_THAT(seen, ::testing::HasSubstr("\r\nX-Pilotlight-Time: 1\r\n"));
}

TEST(HttpClient, SaysWhatWentWrong) {
  EXPECT_EQ(ask({.to = nobody_listens()}).outcome, Outcome::refused);
  EXPECT_EQ(ask({.to = {"no-such-host.invalid", 7077}}).outcome, Outcome::unknown_host);
  StubServer closes([](const auto&) { return ""; });
  EXPECT_EQ(ask({.to = closes.address()}).outcome, Outcome::not_http);
  StubServer babbles([](const auto&) { return std::string("\x00\x00\x00\x2a\x03spark", 10); });
  EXPECT_EQ(ask({.to = babbles.address()}).outcome, Outcome::not_http);
  StubServer cuts([](const auto&) { return "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"; });
  EXPECT_EQ(ask({.to = cuts.address()}).outcome, Outcome::not_http);
}

TEST(HttpClient, ASilentServerCostsTheLimitAndNoMore) {
  StubServer silent([](const auto&) { return std::nullopt; });
  const auto reply = ask({.to = silent.address()}, milliseconds(200));
  EXPECT_EQ(reply.outcome, Outcome::silent);
  EXPECT_GE(reply.took, milliseconds(190));
  EXPECT_LT(reply.took, seconds(2));
}

TEST(HttpClient, WhoCannotBeConnectedIsGivenUpEarlier) {
  StubServer slow([](const auto&) {
    std::this_thread::sleep_for(milliseconds(100));
    return ok("1");
  });
  EXPECT_EQ(ask({.to = slow.address(), .connect_within = milliseconds(50)}).outcome, Outcome::answered);
  const FullServer full;
  const auto reply = ask({.to = full.address(), .connect_within = milliseconds(200)});
  EXPECT_EQ(reply.outcome, Outcome::unreachable);
  EXPECT_LT(reply.took, seconds(2));
}

TEST(HttpClient, AnAnswerThatIsTooLargeIsRefusedAtOnce) {
  StubServer server([](const auto&) { return "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx"; });
  const auto reply = ask({.to = server.address()});
  EXPECT_EQ(reply.outcome, Outcome::not_http);
  EXPECT_THAT(reply.trouble, ::testing::HasSubstr("larger than 64 MiB"));
  StubServer head([](const auto&) { return "HTTP/1.1 200 OK\r\nX: " + std::string(200'000, 'x') + "\r\n\r\n"; });
  EXPECT_EQ(ask({.to = head.address()}).outcome, Outcome::not_http);
}

TEST(HttpClient, ManyAtOnceAndStop) {
  StubServer quick([](const auto&) { return ok("1"); });
  StubServer silent([](const auto&) { return std::nullopt; });
  HttpClient http;
  int answers = 0;
  http.send({.to = silent.address()}, seconds(30), [&](const Reply&) { ++answers; });
  http.send({.to = quick.address()}, seconds(30), [&](const Reply&) {
    ++answers;
    http.stop();
  });
  http.run(seconds(30));
  EXPECT_EQ(answers, 1);
}

}  // namespace
}  // namespace pilotlight::client
