#include "transport/notice_limiter.hpp"

namespace pilotlight::transport {
namespace {

constexpr Duration window_length = std::chrono::minutes(1);
constexpr std::uint32_t notices_in_a_window = 3;
constexpr std::size_t most_hosts = 1024;
constexpr Duration sweep_interval = std::chrono::seconds(1);  // else every stranger's notice would cost a walk

}  // namespace

std::optional<std::string> NoticeLimiter::admit(const std::string& host, const std::string& text, Instant now) {
  if (hosts_.size() >= most_hosts && !hosts_.contains(host) && now - last_sweep_ >= sweep_interval) forget_old(now);
  // The empty host is what all strangers share once the table is full.
  const bool table_full = hosts_.size() >= most_hosts && !hosts_.contains(host);
  Window& window = hosts_.try_emplace(table_full ? std::string() : host, Window{now}).first->second;
  std::string suffix;
  if (now - window.start >= window_length) {
    if (window.left_out > 0)
      suffix = " (" + std::to_string(window.left_out) + " more notices about " + (table_full ? "other hosts" : host) +
               " were left out before)";
    window = Window{now};
  }
  if (window.admitted >= notices_in_a_window) {
    ++window.left_out;
    return std::nullopt;
  }
  ++window.admitted;
  if (window.admitted == notices_in_a_window && suffix.empty())
    suffix = " (further notices about this host are counted, not logged, for a minute)";
  return text + suffix;
}

/// What was left out of a forgotten window is not reported: such a host has been quiet since.
void NoticeLimiter::forget_old(Instant now) {
  last_sweep_ = now;
  std::erase_if(hosts_, [&](const auto& entry) { return now - entry.second.start >= window_length; });
}

}  // namespace pilotlight::transport
