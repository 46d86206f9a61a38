// Every Java stream under tests/golden, for the tests of this folder. Loaded once; fails the test when unreadable.
#pragma once

#include <string>
#include <vector>

namespace pilotlight::javaser {

struct GoldenStream {
  std::string name;   ///< path below tests/golden
  std::string bytes;  ///< from AC ED 00 05 to the end
  /// Whether the same bytes come back from read() and write(by_identity). Not so for foreign files without back
  /// references between equal strings and for other forms that a JVM would not write (`~variant`).
  bool same_bytes = true;
};

const std::vector<GoldenStream>& golden_streams();
/// The stream of one file below tests/golden.
const std::string& golden_stream(const std::string& name);

}  // namespace pilotlight::javaser
