// The record of a failover, spoilt in any way: what can be read can be shown, and written again.
#include "replica/flight.hpp"

#include <cstdint>
#include <string_view>

#include "base/assert.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pilotlight;
  const auto flight = replica::flight_from_json({reinterpret_cast<const char*>(data), size});
  if (!flight) return 0;
  PILOTLIGHT_ASSERT(!replica::to_sentence(*flight).empty());
  const auto again = replica::flight_from_json(replica::to_json(*flight));
  PILOTLIGHT_ASSERT(again && again->epoch == flight->epoch && again->leader == flight->leader);
  return 0;
}
