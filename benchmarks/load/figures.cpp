#include "load/figures.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace pilotlight::load {
namespace {

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
      result += escaped;
    } else {
      result += c;
    }
  }
  return result + "\"";
}

std::string join(const std::vector<std::string>& parts) {
  std::string result;
  for (const auto& part : parts) result += (result.empty() ? "" : ", ") + part;
  return result;
}

}  // namespace

double percentile(std::vector<double> samples, double percent) {
  if (samples.empty()) return 0;
  std::sort(samples.begin(), samples.end());
  const double rank = std::ceil(percent / 100 * static_cast<double>(samples.size()));
  return samples[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

Figures& Figures::put(std::string_view name, double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  fields_.emplace_back(name, text);
  return *this;
}

Figures& Figures::put(std::string_view name, std::string_view text) {
  fields_.emplace_back(name, quoted(text));
  return *this;
}

Figures& Figures::put(std::string_view name, const std::vector<std::string>& texts) {
  std::vector<std::string> parts;
  for (const auto& text : texts) parts.push_back(quoted(text));
  fields_.emplace_back(name, "[" + join(parts) + "]");
  return *this;
}

Figures& Figures::put_spread(const std::string& name, const std::vector<double>& milliseconds) {
  put(name + "_p50_ms", percentile(milliseconds, 50));
  put(name + "_p99_ms", percentile(milliseconds, 99));
  return put(name + "_max_ms", percentile(milliseconds, 100));
}

std::string Figures::to_json() const {
  std::vector<std::string> parts;
  for (const auto& [name, value] : fields_) parts.push_back(quoted(name) + ": " + value);
  return "{" + join(parts) + "}";
}

void Figures::print() const {
  std::printf("%s\n", to_json().c_str());
  std::fflush(stdout);
}

double own_cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double cpu_seconds_of(int process_id) {
  clockid_t clock = 0;
  timespec time{};
  if (clock_getcpuclockid(process_id, &clock) != 0 || clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace pilotlight::load
