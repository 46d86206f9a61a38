#include "load/figures.hpp"

#include <gtest/gtest.h>

namespace pilotlight::load {
namespace {

TEST(Percentile, TakesTheNearestRank) {
  const std::vector<double> samples{40, 10, 30, 20};
  EXPECT_EQ(percentile(samples, 50), 20);
  EXPECT_EQ(percentile(samples, 51), 30);
  EXPECT_EQ(percentile(samples, 99), 40);
  EXPECT_EQ(percentile(samples, 100), 40);
  EXPECT_EQ(percentile(samples, 0), 10);
}

TEST(Percentile, IsZeroWithoutSamples) { EXPECT_EQ(percentile({}, 50), 0); }

TEST(Figures, AreOneLineOfJsonInTheOrderPut) {
  Figures figures;
  figures.put("b", 1.5).put("a", "say \"x\"\n").put("c", std::vector<std::string>{"p", "q"});
  EXPECT_EQ(figures.to_json(), R"({"b": 1.5, "a": "say \"x\"\u000a", "c": ["p", "q"]})");
}

TEST(Figures, KeepLargeCountsExact) { EXPECT_EQ(Figures().put("n", 1'234'567'890).to_json(), R"({"n": 1234567890})"); }

}  // namespace
}  // namespace pilotlight::load
