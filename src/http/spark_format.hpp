// Sizes, times and durations as Spark prints them on its pages and in /json/ (spec §9.3). Pure.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.hpp"

namespace pilotlight::http {

/// "512.0 MiB", "4.0 GiB": the next unit from twice its size on.
std::string memory_text(std::int64_t megabytes);
/// "35 ms", "0.5 s", "12 s", "1.5 min", "12 min", "1.3 h". A negative duration counts as none.
std::string duration_text(std::chrono::milliseconds duration);
/// "2024/01/02 03:04:05" in local time.
std::string page_date(WallTime time, std::chrono::seconds utc_offset);
/// As java.util.Date: "Tue Jan 02 03:04:05 UTC 2024"; the zone is "UTC" or "GMT+02:00", whose names we do not know.
std::string java_date(WallTime time, std::chrono::seconds utc_offset);
/// As HTTP wants it: "Tue, 02 Jan 2024 03:04:05 GMT".
std::string http_date(WallTime time);

}  // namespace pilotlight::http
