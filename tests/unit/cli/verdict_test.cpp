#include "cli/verdict.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pilotlight::cli {
namespace {

using client::Outcome;
using client::Reply;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Reply answered(int status, std::string body = "") {
  return {.outcome = Outcome::answered,
          .status = status,
          .body = std::move(body),
          .trouble = {},
          .took = std::chrono::milliseconds(2)};
}
Reply failed(Outcome outcome) {
  return {.outcome = outcome, .status = 0, .body = {}, .trouble = "why", .took = std::chrono::milliseconds(1)};
}

Probe probe(std::string host, Reply live, Reply role, bool leads = false) {
  return {{std::move(host), 7077}, std::move(live), std::move(role), leads};
}
Probe well(std::string host, bool leads = false) { return probe(std::move(host), answered(200), answered(200), leads); }

TEST(Judge, OneAddress) {
  EXPECT_EQ(judge({well("m1", true)}, Role::any).verdict, Verdict::healthy);
  EXPECT_EQ(judge({well("m1", true)}, Role::any).line, "m1:7077 leads");
  EXPECT_EQ(judge({well("m1")}, Role::standby).line, "m1:7077 is a standby");
  EXPECT_EQ(judge({probe("m1", failed(Outcome::refused), failed(Outcome::refused))}, Role::any).verdict, Verdict::gone);
  EXPECT_EQ(judge({probe("m1", failed(Outcome::silent), failed(Outcome::silent))}, Role::any).verdict, Verdict::silent);
  EXPECT_EQ(judge({probe("m1", failed(Outcome::unreachable), failed(Outcome::unreachable))}, Role::any).verdict,
            Verdict::unknown);
  EXPECT_EQ(judge({probe("m1", answered(404), answered(404))}, Role::any).verdict, Verdict::unknown);
  const auto wrong =
      judge({probe("m1", answered(200), answered(503, "spark://m2:7077 leads\x1b[31m\nmore"))}, Role::leader);
  EXPECT_EQ(wrong.verdict, Verdict::not_as_asked);
  EXPECT_EQ(wrong.line, "m1:7077 is not the serving leader: spark://m2:7077 leads\\x1b[31m");
}

TEST(Judge, Live_AsksForNothingElse) {
  EXPECT_EQ(judge({{{"m1", 7077}, answered(200), std::nullopt, false}}, Role::live).verdict, Verdict::healthy);
  EXPECT_EQ(target_of(Role::live), "");
}

TEST(Judge, ALoopThatIsStuckIsNotHealthyWhateverElseAnswers) {
  EXPECT_EQ(judge({probe("m1", failed(Outcome::silent), answered(200))}, Role::any).verdict, Verdict::silent);
}

TEST(Judge, SeveralAddresses_AllMustAnswer) {
  EXPECT_EQ(judge({well("m1", true), well("m2")}, Role::any).verdict, Verdict::healthy);
  const auto health =
      judge({well("m1", true), probe("m2", failed(Outcome::refused), failed(Outcome::refused))}, Role::any);
  EXPECT_EQ(health.verdict, Verdict::degraded);
  EXPECT_THAT(health.line, StartsWith("1 of 2 masters answer; m1:7077 leads; m2:7077 refuses"));
}

TEST(Judge, SeveralAddresses_OneMustLead) {
  const auto standby = [](std::string host) { return probe(std::move(host), answered(200), answered(503)); };
  EXPECT_EQ(judge({well("m1", true), standby("m2"), standby("m3")}, Role::leader).verdict, Verdict::healthy);
  const auto none = judge({standby("m1"), standby("m2")}, Role::leader);
  EXPECT_EQ(none.verdict, Verdict::not_as_asked);
  EXPECT_THAT(none.line, HasSubstr("none of them leads"));
  EXPECT_EQ(
      judge({well("m1", true), probe("m2", failed(Outcome::silent), failed(Outcome::silent))}, Role::leader).verdict,
      Verdict::degraded);
}

TEST(ExitCode, OfEachStyle) {
  struct Expected {
    Verdict verdict;
    int plain, docker, nagios, lsb, spark;
  };
  for (const auto& row : {Expected{Verdict::healthy, 0, 0, 0, 0, 0}, Expected{Verdict::degraded, 1, 1, 1, 150, 1},
                          Expected{Verdict::not_as_asked, 1, 1, 2, 150, 1}, Expected{Verdict::silent, 1, 1, 2, 4, 1},
                          Expected{Verdict::gone, 1, 1, 2, 3, 2}, Expected{Verdict::unknown, 1, 1, 2, 4, 1},
                          Expected{Verdict::cannot_ask, 2, 1, 3, 4, 1}}) {
    EXPECT_EQ(exit_code(row.verdict, ExitStyle::plain), row.plain);
    EXPECT_EQ(exit_code(row.verdict, ExitStyle::docker), row.docker);
    EXPECT_EQ(exit_code(row.verdict, ExitStyle::nagios), row.nagios);
    EXPECT_EQ(exit_code(row.verdict, ExitStyle::lsb), row.lsb);
    EXPECT_EQ(exit_code(row.verdict, ExitStyle::spark), row.spark);
  }
}

TEST(InStyle, NagiosHasItsWordAndFigures) {
  const Health health{Verdict::degraded, "1 of 2 | fine", 2.5};
  EXPECT_EQ(in_style(health, ExitStyle::nagios), "PILOTLIGHT WARNING - 1 of 2 / fine | time=0.002500s");
  EXPECT_EQ(in_style(health, ExitStyle::plain), "unhealthy: 1 of 2 | fine (2.5ms)");
}

}  // namespace
}  // namespace pilotlight::cli
