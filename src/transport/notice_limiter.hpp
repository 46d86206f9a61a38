// Keeps one misbehaving peer from filling the log: a few notices a minute for each host, then a count.
//
// Pure; used by Endpoint for every notice, on the runtime's thread. Memory is bounded: when too many hosts are known
// at once, all that follow share one allowance.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/time.hpp"

namespace pilotlight::transport {

class NoticeLimiter {
 public:
  /// The text to log, nullopt when this host has used up its allowance. The first one of a new minute says how many
  /// were left out before.
  std::optional<std::string> admit(const std::string& host, const std::string& text, Instant now);

 private:
  struct Window {
    Instant start;
    std::uint32_t admitted = 0;
    std::uint64_t left_out = 0;
  };
  void forget_old(Instant now);

  std::unordered_map<std::string, Window> hosts_;
  Instant last_sweep_{};
};

}  // namespace pilotlight::transport
