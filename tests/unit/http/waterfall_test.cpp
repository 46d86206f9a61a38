#include "http/waterfall.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "unit/http/sample_state.hpp"

namespace pilotlight::http {
namespace {

using testing::HasSubstr;
using testing::Not;

replica::Flight newest() { return sample_cluster("spark://m2:7077").flights.back(); }

TEST(PhaseText, IsInMillisecondsBelowASecond) {
  EXPECT_EQ(phase_text({}), "");
  EXPECT_EQ(phase_text(std::chrono::microseconds(2140)), "2.1 ms");
  EXPECT_EQ(phase_text(std::chrono::milliseconds(12340)), "12.3 s");
}

TEST(Waterfall, SaysWhoTookOverFromWhomAndWhy) {
  const auto html = waterfall(newest(), sample_now());
  EXPECT_THAT(
      html, HasSubstr("Epoch 7, <time class=\"ago\" datetime=\"2024-01-02T02:54:05Z\" title=\"2024/01/02 "
                      "02:54:05\">10 min ago</time>: <strong>m2:7077</strong> took the lead after m3:7077, because its "
                      "connections broke."));
}

TEST(Waterfall, EachPhaseBeginsWhereTheOneBeforeItEnded) {
  auto flight = newest();
  flight.phases.first_launch = {};
  const auto html = waterfall(flight, sample_now());
  // 9.3 ms are 200 units wide.
  EXPECT_THAT(html,
              HasSubstr("Epoch won</th><td><svg class=\"fall\" viewBox=\"0 0 200 10\" preserveAspectRatio=\"none\" "
                        "aria-hidden=\"true\"><rect x=\"0.0\" y=\"0.0\" width=\"45.2\" height=\"10.0\"/></svg>"));
  EXPECT_THAT(html, HasSubstr("<rect x=\"45.2\" y=\"0.0\" width=\"6.5\" height=\"10.0\"/></svg></td><td>2.4 ms</td>"));
  EXPECT_THAT(html, HasSubstr("All workers</th>"));
  EXPECT_THAT(html,
              HasSubstr("<rect x=\"111.8\" y=\"0.0\" width=\"88.2\" height=\"10.0\"/></svg></td><td>9.3 ms</td>"));
  EXPECT_THAT(html, Not(HasSubstr("First launch")));
}

TEST(Waterfall, LaunchThatCameMuchLater_DoesNotShrinkTheRest) {
  const auto html = waterfall(newest(), sample_now());
  EXPECT_THAT(html, HasSubstr("width=\"45.2\""));
  EXPECT_THAT(html, HasSubstr("<rect class=\"beyond\""));
  EXPECT_THAT(html, HasSubstr("<td>12.0 s</td>"));
}

TEST(Waterfall, OfNothingAtAll_IsOnlyItsSentence) {
  replica::Flight flight;
  flight.phases.claimed = Duration(0);
  EXPECT_THAT(waterfall(flight, sample_now()), HasSubstr("<td>0.0 ms</td>"));
  flight.phases = {};
  EXPECT_THAT(waterfall(flight, sample_now()), Not(HasSubstr("<rect")));
}

TEST(FailoversTable, ShowsTheNewestAndFoldsTheRest) {
  const std::vector<replica::Flight> few(8, newest());
  EXPECT_THAT(failovers_table(few, sample_now()), HasSubstr("Failovers (8)"));
  EXPECT_THAT(failovers_table(few, sample_now()), Not(HasSubstr("<details")));
  auto many = few;
  many.resize(20, newest());
  many.front().epoch = Epoch(3);
  const auto html = failovers_table(many, sample_now());
  EXPECT_THAT(html, HasSubstr("<h2>Failovers (20)</h2>"));
  EXPECT_THAT(html, HasSubstr("<summary>12 earlier ones</summary>"));
  EXPECT_GT(html.find("<td>3</td>"), html.find("<details"));
}

}  // namespace
}  // namespace pilotlight::http
