#include "load/watchman.hpp"

#include <gtest/gtest.h>

namespace pilotlight::load {
namespace {

Instant at_ms(int milliseconds) { return Instant(std::chrono::milliseconds(1000 + milliseconds)); }

const std::vector<Target> masters{{{"127.0.0.1", 1}}, {{"127.0.0.1", 2}}, {{"127.0.0.1", 3}}};

/// Two workers that have registered with the first master.
Watchman settled() {
  Watchman watchman(2, masters.size());
  watchman.followed(0, 0, at_ms(-2));
  watchman.followed(1, 0, at_ms(-1));
  watchman.settle(masters, "failover");
  return watchman;
}

TEST(Watchman, IsCompleteWhenAllFollowAnother) {
  Watchman watchman = settled();
  EXPECT_FALSE(watchman.complete());
  watchman.lost(at_ms(0));
  watchman.lost(at_ms(1));
  watchman.followed(0, 2, at_ms(5));
  EXPECT_FALSE(watchman.complete());
  watchman.followed(1, 2, at_ms(9));
  ASSERT_TRUE(watchman.complete());
  const std::string figures = watchman.settle(masters, "failover").to_json();
  EXPECT_NE(figures.find(R"("master": "127.0.0.1:3", "peers": 2, "lost": 2)"), std::string::npos) << figures;
  EXPECT_NE(figures.find(R"("first_noticed_at_s": 1, "last_lost_at_s": 1.001, "first_followed_at_s": 1.005)"),
            std::string::npos)
      << figures;
  EXPECT_NE(figures.find(R"("followed_p50_ms": 5, "followed_p99_ms": 9)"), std::string::npos) << figures;
  EXPECT_FALSE(watchman.complete());
}

TEST(Watchman, AHandOverBeginsWithTheFirstWhoIsTold) {
  Watchman watchman = settled();
  watchman.followed(1, 1, at_ms(3));
  watchman.followed(0, 1, at_ms(4));
  ASSERT_TRUE(watchman.complete());
  const std::string figures = watchman.settle(masters, "failover").to_json();
  EXPECT_NE(figures.find(R"("lost": 0, "first_noticed_at_s": 1.003)"), std::string::npos) << figures;
}

TEST(Watchman, TwoFailoversAtOnceEndWithTheLastMaster) {
  Watchman watchman = settled();
  watchman.followed(0, 1, at_ms(1));
  watchman.followed(1, 2, at_ms(2));
  EXPECT_FALSE(watchman.complete());
  watchman.followed(0, 2, at_ms(3));
  EXPECT_TRUE(watchman.complete());
}

}  // namespace
}  // namespace pilotlight::load
