#include "load/pacer.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "load/run.hpp"

namespace pilotlight::load {
namespace {

TEST(Pacer, NeverHasMoreThanTheWindowUnderWay) {
  std::vector<std::size_t> under_way;
  Pacer pacer(10, 5, 2, [&](std::size_t i) { under_way.push_back(i); });
  pacer.begin();
  EXPECT_EQ(under_way, (std::vector<std::size_t>{10, 11}));
  pacer.finished(11);
  EXPECT_EQ(under_way, (std::vector<std::size_t>{10, 11, 12}));
  for (const std::size_t i : {10, 12, 13, 14}) pacer.finished(i);
  EXPECT_TRUE(pacer.done());
  EXPECT_EQ(pacer.milliseconds().size(), 5U);
}

TEST(Pacer, FinishedTwice_CountsOnce) {
  Pacer pacer(0, 2, 2, [](std::size_t) {});
  pacer.begin();
  pacer.finished(0);
  pacer.finished(0);
  EXPECT_EQ(pacer.finished_count(), 1U);
  EXPECT_FALSE(pacer.done());
}

TEST(Pacer, FinishedInsideStart_GoesOnWithoutRecursion) {
  constexpr std::size_t many = 200'000;  // as many stack frames would not fit
  std::optional<Pacer> pacer;
  pacer.emplace(0, many, 1, [&](std::size_t i) { pacer->finished(i); });
  pacer->begin();
  EXPECT_TRUE(pacer->done());
}

TEST(LoopbackHost, IsDistinctForEveryIndex) {
  EXPECT_EQ(loopback_host(1, 0), "127.1.0.1");
  EXPECT_EQ(loopback_host(1, 249), "127.1.0.250");
  EXPECT_EQ(loopback_host(1, 250), "127.1.1.1");
  EXPECT_EQ(loopback_host(101, 62'499), "127.101.249.250");
}

}  // namespace
}  // namespace pilotlight::load
