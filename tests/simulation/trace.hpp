// What happened, for people (printed only when asked for) and as one number, so that two runs can be compared.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

#include "simulation/loop.hpp"

namespace pilotlight::simulation {

class Trace {
 public:
  Trace(const Loop& loop, bool verbose) : loop_(loop), verbose_(verbose) {}

  /// `text` makes the line; called only when lines are printed.
  template <typename Text>
  void say(Text text) {
    count(1);
    if (!verbose_) return;
    const double seconds = std::chrono::duration<double>(loop_.now().time_since_epoch()).count();
    std::printf("%11.6f  %s\n", seconds, std::string(text()).c_str());
  }
  void count(std::uint64_t what) {
    hash_ = (hash_ ^ what ^ static_cast<std::uint64_t>(loop_.now().time_since_epoch().count())) * 0x100000001b3U;
  }
  [[nodiscard]] std::uint64_t hash() const { return hash_; }

 private:
  const Loop& loop_;
  bool verbose_;
  std::uint64_t hash_ = 0xcbf29ce484222325U;
};

}  // namespace pilotlight::simulation
