#include "http/spark_format.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace pilotlight::http {
namespace {

using namespace std::chrono_literals;

WallTime wall(std::int64_t milliseconds) { return WallTime(std::chrono::milliseconds(milliseconds)); }

TEST(MemoryText, SwitchesToTheNextUnitAtTwiceItsSize) {
  EXPECT_EQ(memory_text(0), "0.0 B");
  EXPECT_EQ(memory_text(1), "1024.0 KiB");
  EXPECT_EQ(memory_text(600), "600.0 MiB");
  EXPECT_EQ(memory_text(1024), "1024.0 MiB");
  EXPECT_EQ(memory_text(2047), "2047.0 MiB");
  EXPECT_EQ(memory_text(2048), "2.0 GiB");
  EXPECT_EQ(memory_text(4608), "4.5 GiB");
  EXPECT_EQ(memory_text(3 * 1024 * 1024), "3.0 TiB");
}

TEST(DurationText, IsSparks) {
  EXPECT_EQ(duration_text(35ms), "35 ms");
  EXPECT_EQ(duration_text(500ms), "0.5 s");
  EXPECT_EQ(duration_text(12s), "12 s");
  EXPECT_EQ(duration_text(90s), "1.5 min");
  EXPECT_EQ(duration_text(12min), "12 min");
  EXPECT_EQ(duration_text(78min), "1.3 h");
  EXPECT_EQ(duration_text(-5s), "0 ms");
}

TEST(Dates, AreSparksAndLocal) {
  EXPECT_EQ(page_date(wall(1704164645678), 0s), "2024/01/02 03:04:05");
  EXPECT_EQ(page_date(wall(1704164645678), -4h), "2024/01/01 23:04:05");
  EXPECT_EQ(java_date(wall(1704164645678), 0s), "Tue Jan 02 03:04:05 UTC 2024");
  EXPECT_EQ(java_date(wall(1704164645678), 5h + 30min), "Tue Jan 02 08:34:05 GMT+05:30 2024");
  EXPECT_EQ(java_date(wall(1704164645678), -3h - 30min), "Mon Jan 01 23:34:05 GMT-03:30 2024");
  EXPECT_EQ(http_date(wall(784111777000)), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(Dates, OutsideOfTheCalendar_AreStillText) {
  EXPECT_EQ(page_date(wall(std::numeric_limits<std::int64_t>::min()), -24h), "1970/01/01 00:00:00");
  EXPECT_EQ(page_date(wall(std::numeric_limits<std::int64_t>::max()), 24h), "9999/12/31 23:59:59");
}

}  // namespace
}  // namespace pilotlight::http
