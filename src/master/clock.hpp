// Reads the clocks: the one place where the master asks for the time. Used on the runtime's thread only.
#pragma once

#include "base/time.hpp"

namespace pilotlight::master {

class Clock {
 public:
  /// Monotonic and wall time at this moment; the local offset from UTC is looked up once a minute.
  Now now();

 private:
  std::chrono::seconds utc_offset_{0};
  Instant offset_read_{};
  bool read_ = false;
};

}  // namespace pilotlight::master
