#include "base/time.hpp"

#include <cstdio>

namespace pilotlight {

std::string id_timestamp(const Now& now) {
  using namespace std::chrono;
  const auto local = floor<seconds>(now.wall) + now.utc_offset;
  const auto day = floor<days>(local);
  const year_month_day date{day};
  const hh_mm_ss clock{local - day};
  char text[32];
  std::snprintf(text, sizeof text, "%04d%02u%02u%02d%02d%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

}  // namespace pilotlight
