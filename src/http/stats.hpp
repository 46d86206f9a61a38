// What this process counts of itself, for /metrics. Counted on the strand, copied into snapshots. Plain values. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "base/time.hpp"

namespace pilotlight::http {

/// Durations by size, as Prometheus counts them.
struct Histogram {
  static constexpr std::array bounds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5};
  std::array<std::uint64_t, bounds.size()> below{};  ///< at most bounds[i] seconds
  std::uint64_t count = 0;
  double sum = 0;

  void add(Duration duration) {
    const double seconds = std::chrono::duration<double>(duration).count();
    for (std::size_t i = 0; i < bounds.size(); ++i)
      if (seconds <= bounds[i]) ++below[i];
    ++count;
    sum += seconds;
  }
};

struct Stats {
  Histogram loop_lag;                             ///< how late the event loop came to what was due
  Histogram zookeeper_latency;                    ///< from a request to its answer
  Histogram copy_slice;                           ///< how long one slice of a snapshot's copy held the loop
  Histogram render;                               ///< of one document, off the loop
  std::map<std::string, std::uint64_t> requests;  ///< HTTP answers by class of status: "2xx"
  std::uint64_t documents_shared = 0;             ///< answers that were rendered for an earlier request
  std::int64_t connections = 0;                   ///< HTTP ones that are open
  std::int64_t streams = 0;                       ///< of events
};

}  // namespace pilotlight::http
