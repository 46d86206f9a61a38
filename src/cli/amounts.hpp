// Times, sizes and counts as people read them in a table: short, without blanks. Pure, but for the time zone.
#pragma once

#include <cstdint>
#include <string>

namespace pilotlight::cli {

/// "850ms", "12s", "3m12s", "2h5m", "4d3h"; negative ones are "0s".
std::string span_text(std::int64_t milliseconds);
/// "2.4ms", "850ms", "1.2s": a measured time.
std::string measured_text(double milliseconds);
/// "512M", "1.5G", "2T" of MiB.
std::string memory_text(std::int64_t mebibytes);
/// Local time, "2026-11-21 19:40:53"; "-" for 0.
std::string moment_text(std::int64_t milliseconds_since_1970);
/// "1 worker", "3 workers".
std::string count_text(std::int64_t count, const std::string& noun);

}  // namespace pilotlight::cli
