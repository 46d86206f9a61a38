#include "zk/faults.hpp"

namespace pilotlight::zk {

// splitmix64: the standard library's distributions differ between implementations, so a seed would not replay.
Fault Faults::next() {
  state_ += 0x9e3779b97f4a7c15U;
  auto mixed = state_;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
  mixed ^= mixed >> 31U;
  const auto chance = static_cast<double>(mixed >> 11U) / static_cast<double>(std::uint64_t{1} << 53U);
  if (chance < before_) return Fault::before;
  return chance < before_ + after_ ? Fault::after : Fault::none;
}

}  // namespace pilotlight::zk
