// A message from another master, spoilt in any way: what can be read is written again, and from then on nothing
// changes.
#include <cstdint>
#include <string_view>

#include "base/assert.hpp"
#include "election/link_codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pilotlight;
  const auto frame = election::decode({reinterpret_cast<const char*>(data), size});
  if (!frame) {
    PILOTLIGHT_ASSERT(!frame.error().message.empty());
    return 0;
  }
  PILOTLIGHT_ASSERT(!frame->sender.empty());
  const auto bytes = election::encode(*frame);
  const auto again = election::decode(bytes);
  PILOTLIGHT_ASSERT(again.ok());
  PILOTLIGHT_ASSERT(again->message.index() == frame->message.index());
  PILOTLIGHT_ASSERT(election::encode(*again) == bytes);
  return 0;
}
