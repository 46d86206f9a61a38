#include "http/spark_format.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace pilotlight::http {
namespace {

using namespace std::chrono;

/// A calendar date and time of day, for years that have four digits.
struct Civil {
  int year;
  unsigned month, day, weekday;
  int hour, minute, second;
};

Civil civil(WallTime time, seconds utc_offset) {
  constexpr sys_seconds first{seconds(0)};
  constexpr sys_seconds last{seconds(253402300799)};
  constexpr seconds longest_offset = hours(24);
  const auto clamped = std::clamp(floor<seconds>(time), first, last);
  const auto local = std::clamp(clamped + std::clamp(utc_offset, -longest_offset, longest_offset), first, last);
  const auto day = floor<days>(local);
  const year_month_day date(day);
  const hh_mm_ss clock(local - day);
  return {int(date.year()),
          unsigned(date.month()),
          unsigned(date.day()),
          weekday(day).c_encoding(),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count())};
}

constexpr std::array<const char*, 7> weekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

template <typename... Values>
std::string formatted(const char* format, Values... values) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

std::string zone_name(seconds utc_offset) {
  const auto whole_minutes = duration_cast<minutes>(utc_offset).count();
  if (whole_minutes == 0) return "UTC";
  const auto distance = whole_minutes < 0 ? -whole_minutes : whole_minutes;
  return formatted("GMT%c%02d:%02d", whole_minutes < 0 ? '-' : '+', static_cast<int>(distance / 60 % 100),
                   static_cast<int>(distance % 60));
}

}  // namespace

std::string memory_text(std::int64_t megabytes) {
  constexpr std::array<const char*, 7> units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double size = static_cast<double>(megabytes) * 1024 * 1024;
  std::size_t unit = 0;
  while (size >= 2048 && unit + 1 < units.size()) {
    size /= 1024;
    ++unit;
  }
  return formatted("%.1f %s", size, units[unit]);
}

std::string duration_text(milliseconds duration) {
  const auto count = std::max<std::int64_t>(duration.count(), 0);
  if (count < 100) return std::to_string(count) + " ms";
  const double in_seconds = static_cast<double>(count) / 1000;
  if (in_seconds < 1) return formatted("%.1f s", in_seconds);
  if (in_seconds < 60) return formatted("%.0f s", in_seconds);
  const double in_minutes = in_seconds / 60;
  if (in_minutes < 10) return formatted("%.1f min", in_minutes);
  if (in_minutes < 60) return formatted("%.0f min", in_minutes);
  return formatted("%.1f h", in_minutes / 60);
}

std::string page_date(WallTime time, seconds utc_offset) {
  const auto c = civil(time, utc_offset);
  return formatted("%04d/%02u/%02u %02d:%02d:%02d", c.year, c.month, c.day, c.hour, c.minute, c.second);
}

std::string java_date(WallTime time, seconds utc_offset) {
  const auto c = civil(time, utc_offset);
  return formatted("%s %s %02u %02d:%02d:%02d ", weekdays[c.weekday], months[c.month - 1], c.day, c.hour, c.minute,
                   c.second) +
         zone_name(utc_offset) + " " + std::to_string(c.year);
}

std::string http_date(WallTime time) {
  const auto c = civil(time, seconds(0));
  return formatted("%s, %02u %s %04d %02d:%02d:%02d GMT", weekdays[c.weekday], c.day, months[c.month - 1], c.year,
                   c.hour, c.minute, c.second);
}

}  // namespace pilotlight::http
