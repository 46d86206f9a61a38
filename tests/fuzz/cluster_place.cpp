// Lists of masters as people type them, spoilt in any way: what is read is read the same when it is written again.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "client/place.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pilotlight::client;
  const auto place = parse_place({reinterpret_cast<const char*>(data), size});
  if (!place) return 0;
  std::string list;
  for (const auto& address : place->masters) list += url_of(address) + ",";
  if (place->queue) {
    PILOTLIGHT_ASSERT(!place->queue->servers.empty() && place->queue->directory.starts_with('/'));
    return 0;
  }
  const auto again = parse_place(list);
  PILOTLIGHT_ASSERT(again && again->masters == place->masters);
  return 0;
}
