#include "base/time.hpp"

#include <gtest/gtest.h>

namespace pilotlight {
namespace {

Now at(std::chrono::seconds since_epoch, std::chrono::seconds offset) { return {{}, WallTime(since_epoch), offset}; }

TEST(IdTimestamp, ShowsLocalTimeWithoutSeparators) {
  using std::chrono::seconds;
  EXPECT_EQ(id_timestamp(at(seconds(1735732805), seconds(0))), "20250101120005");
  EXPECT_EQ(id_timestamp(at(seconds(1735732805), seconds(-13 * 3600))), "20241231230005");
}

}  // namespace
}  // namespace pilotlight
