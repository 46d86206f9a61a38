// The epoch node, spoilt in any way: what can be read is written again, and from then on nothing changes.
#include "election/epoch_record.hpp"

#include <cstdint>
#include <string_view>

#include "base/assert.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pilotlight;
  const auto record = election::epoch_from_json({reinterpret_cast<const char*>(data), size});
  if (!record) return 0;
  for (const auto& voter : record->voters) PILOTLIGHT_ASSERT(voter.known() && record->has_voter(voter.nonce));
  const auto text = election::to_json(*record);
  const auto again = election::epoch_from_json(text);
  PILOTLIGHT_ASSERT(again && election::to_json(*again) == text);
  return 0;
}
