// Any bytes as a Java stream: read; what was read is written, read and written again, and must have settled.
#include <cstdint>
#include <string_view>

#include "base/assert.hpp"
#include "javaser/dump.hpp"
#include "javaser/reader.hpp"
#include "javaser/writer.hpp"

using namespace pilotlight;

namespace {

void settles(const javaser::Value& root, javaser::Sharing sharing) {
  const std::string once = javaser::write(root, sharing);
  const auto again = javaser::read(once);
  PILOTLIGHT_ASSERT(again.ok());
  PILOTLIGHT_ASSERT(javaser::write(again->root, sharing) == once);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Small limits find their edges sooner.
  const javaser::Limits limits{.bytes = 1U << 16U, .depth = 60, .handles = 2'000, .memory = 1U << 20U};
  const auto stream = javaser::read({reinterpret_cast<const char*>(data), size}, limits);
  if (!stream.ok()) {
    PILOTLIGHT_ASSERT(stream.error().offset && *stream.error().offset <= size);
    return 0;
  }
  settles(stream->root, javaser::Sharing::by_identity);
  settles(stream->root, javaser::Sharing::by_value);
  PILOTLIGHT_ASSERT(!javaser::dump(stream->root).empty());
  return 0;
}
