// Helpers of a scheduling pass that applications and drivers share. Private to core, pure.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace pilotlight::core {

/// What has been found to fit nowhere in this pass. Workers only get fuller during a pass, so whoever needs as much
/// need not look. For needs without custom resources only.
class Hopeless {
 public:
  [[nodiscard]] bool contains(std::int32_t cores, std::int32_t memory_mb) const;
  void add(std::int32_t cores, std::int32_t memory_mb);

 private:
  std::vector<std::pair<std::int32_t, std::int32_t>> failed_;
};

}  // namespace pilotlight::core
