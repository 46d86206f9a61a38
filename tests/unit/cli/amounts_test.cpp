#include "cli/amounts.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <ctime>
#include <limits>

namespace pilotlight::cli {
namespace {

TEST(Amounts, Spans) {
  EXPECT_EQ(span_text(0), "0s");
  EXPECT_EQ(span_text(-5), "0s");
  EXPECT_EQ(span_text(999), "999ms");
  EXPECT_EQ(span_text(1000), "1s");
  EXPECT_EQ(span_text(60'000), "1m");
  EXPECT_EQ(span_text(192'000), "3m12s");
  EXPECT_EQ(span_text(7'500'000), "2h5m");
  EXPECT_EQ(span_text(4LL * 86'400'000 + 3 * 3'600'000), "4d3h");
}

TEST(Amounts, MeasuredTimes) {
  EXPECT_EQ(measured_text(2.4), "2.4ms");
  EXPECT_EQ(measured_text(9), "9ms");
  EXPECT_EQ(measured_text(505.55), "506ms");
  EXPECT_EQ(measured_text(1510.01), "1.5s");
  EXPECT_EQ(measured_text(std::nan("")), "?");
  EXPECT_EQ(measured_text(std::numeric_limits<double>::infinity()), "?");
  EXPECT_FALSE(measured_text(1e300).empty());
}

TEST(Amounts, Memory) {
  EXPECT_EQ(memory_text(512), "512M");
  EXPECT_EQ(memory_text(1024), "1G");
  EXPECT_EQ(memory_text(1536), "1.5G");
  EXPECT_EQ(memory_text(1'572'864), "1.5T");
}

TEST(Amounts, Moments) {
  setenv("TZ", "UTC", 1);
  tzset();
  EXPECT_EQ(moment_text(1'790'000'000'000), "2026-09-21 14:13:20");
  EXPECT_EQ(moment_text(0), "-");
  EXPECT_FALSE(moment_text(std::numeric_limits<std::int64_t>::max()).empty());
}

}  // namespace
}  // namespace pilotlight::cli
