#include "master/clock.hpp"

#include <ctime>

namespace pilotlight::master {

Now Clock::now() {
  using namespace std::chrono;
  Now now;
  now.instant = steady_clock::now();
  now.wall = time_point_cast<milliseconds>(system_clock::now());
  if (!read_ || now.instant - offset_read_ > minutes(1)) {
    const std::time_t seconds_since_epoch = system_clock::to_time_t(system_clock::now());
    std::tm local{};
    localtime_r(&seconds_since_epoch, &local);
    utc_offset_ = seconds(local.tm_gmtoff);
    offset_read_ = now.instant;
    read_ = true;
  }
  now.utc_offset = utc_offset_;
  return now;
}

}  // namespace pilotlight::master
