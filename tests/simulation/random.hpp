// Chance from one seed: everything random in a simulated night comes from here, so a seed replays to the letter.
//
// splitmix64; the standard library's distributions differ between implementations. Not thread-safe.
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace pilotlight::simulation {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    auto mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
  }
  /// 0 … bound - 1.
  std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }
  double fraction() { return static_cast<double>(next() >> 11U) / static_cast<double>(std::uint64_t{1} << 53U); }
  bool chance(double probability) { return fraction() < probability; }
  Duration between(Duration least, Duration most) {
    return least + Duration(static_cast<Duration::rep>(fraction() * static_cast<double>((most - least).count())));
  }
  template <typename Container>
  auto& pick(Container& from) {
    return from[below(from.size())];
  }

 private:
  std::uint64_t state_;
};

}  // namespace pilotlight::simulation
