// The figures of a run, as one line of JSON on stdout: what benchmarks/run.py reads.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pilotlight::load {

/// The value below which `percent` of the samples lie (nearest rank). 0 when there are none.
double percentile(std::vector<double> samples, double percent);

/// Names and values in the order in which they were put.
class Figures {
 public:
  Figures& put(std::string_view name, double value);
  Figures& put(std::string_view name, std::string_view text);
  Figures& put(std::string_view name, const std::vector<std::string>& texts);
  /// name_p50_ms, name_p99_ms, name_max_ms.
  Figures& put_spread(const std::string& name, const std::vector<double>& milliseconds);

  [[nodiscard]] std::string to_json() const;
  /// Prints the line and flushes, so that a waiting script sees it at once.
  void print() const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;  ///< values are JSON already
};

/// CPU seconds that this process has used.
double own_cpu_seconds();
/// CPU seconds that a process has used, all threads, to the nanosecond; 0 when there is none with this id.
double cpu_seconds_of(int process_id);

}  // namespace pilotlight::load
