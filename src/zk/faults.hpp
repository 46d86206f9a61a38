// Chance as data: which requests to a MemoryEnsemble go wrong, from a seed. Pure; the same seed gives the same faults.
//
// The simulator asks once for each request and hands the answer to MemoryEnsemble::submit.
#pragma once

#include <cstdint>

#include "zk/memory_ensemble.hpp"

namespace pilotlight::zk {

class Faults {
 public:
  /// Probabilities of a fault before the operation (it was not done) and after it (it was done, and nobody tells).
  Faults(std::uint64_t seed, double before, double after) : state_(seed), before_(before), after_(after) {}

  Fault next();

 private:
  std::uint64_t state_;
  double before_;
  double after_;
};

}  // namespace pilotlight::zk
