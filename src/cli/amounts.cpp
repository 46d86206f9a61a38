#include "cli/amounts.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace pilotlight::cli {
namespace {

std::string decimal(double value) {
  char text[64];
  // One digit behind the point where it says something.
  const bool whole = value >= 100 || std::fabs(value - std::round(value)) < 0.05;
  std::snprintf(text, sizeof text, whole ? "%.0f" : "%.1f", value);
  return text;
}

std::string two_units(std::int64_t large, const char* large_unit, std::int64_t small, const char* small_unit) {
  return std::to_string(large) + large_unit + (small == 0 ? std::string() : std::to_string(small) + small_unit);
}

}  // namespace

std::string span_text(std::int64_t milliseconds) {
  const auto ms = std::max<std::int64_t>(0, milliseconds);
  const auto s = ms / 1000;
  if (ms > 0 && ms < 1000) return std::to_string(ms) + "ms";
  if (s < 60) return std::to_string(s) + "s";
  if (s < 3600) return two_units(s / 60, "m", s % 60, "s");
  if (s < 86400) return two_units(s / 3600, "h", s % 3600 / 60, "m");
  return two_units(s / 86400, "d", s % 86400 / 3600, "h");
}

std::string measured_text(double milliseconds) {
  if (!std::isfinite(milliseconds) || milliseconds < 0) return "?";
  if (milliseconds < 1000) return decimal(milliseconds) + "ms";
  if (milliseconds < 60'000) return decimal(milliseconds / 1000) + "s";
  return span_text(static_cast<std::int64_t>(std::min(milliseconds, 1e15)));
}

std::string memory_text(std::int64_t mebibytes) {
  const auto value = static_cast<double>(mebibytes);
  if (mebibytes < 1024) return std::to_string(mebibytes) + "M";
  if (mebibytes < 1024 * 1024) return decimal(value / 1024) + "G";
  return decimal(value / 1024 / 1024) + "T";
}

std::string moment_text(std::int64_t milliseconds_since_1970) {
  if (milliseconds_since_1970 <= 0) return "-";
  const auto seconds = static_cast<std::time_t>(milliseconds_since_1970 / 1000);
  std::tm local{};
  char text[64];
  if (localtime_r(&seconds, &local) == nullptr || std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &local) == 0)
    return "-";
  return text;
}

std::string count_text(std::int64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace pilotlight::cli
