// Time as data. Pure code never asks for the time: it is told, in the event that it handles.
//
// `Instant` counts on a monotonic clock and is what timeouts compare. `WallTime` is what people and Spark's ids
// and pages show. The shells read both at once and hand them in as `Now`.
#pragma once

#include <chrono>
#include <string>

namespace pilotlight {

using Duration = std::chrono::nanoseconds;
/// A point on the process's own monotonic clock; only differences mean anything.
using Instant = std::chrono::time_point<std::chrono::steady_clock, Duration>;
/// Milliseconds since 1970-01-01T00:00:00Z.
using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

struct Now {
  Instant instant;
  WallTime wall;
  /// Seconds that local time is ahead of UTC at this moment: ids carry local time (spec §5.1).
  std::chrono::seconds utc_offset{0};
};

/// "yyyyMMddHHmmss" in local time, as it stands in application and driver ids.
std::string id_timestamp(const Now& now);

}  // namespace pilotlight
