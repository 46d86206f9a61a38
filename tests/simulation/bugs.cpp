// The planted bugs. Each breaks one rule of the failover protocol at the boundary of a master.
#include "simulation/bug.hpp"

namespace pilotlight::simulation {

const std::vector<NamedBug>& bugs() {
  static const std::vector<NamedBug> all;
  return all;
}

}  // namespace pilotlight::simulation
