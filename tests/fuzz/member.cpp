// An election node: its name is the first line of the input, its data the rest.
#include "election/member.hpp"

#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pilotlight::election;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto name = input.substr(0, input.find('\n'));
  const auto text = name.size() < input.size() ? input.substr(name.size() + 1) : std::string_view();
  const auto queue = in_order({std::string(name), "_c_uuid-latch-0000000005"});
  PILOTLIGHT_ASSERT(!queue.empty() && queue.size() <= 2);
  for (const auto& entry : queue) PILOTLIGHT_ASSERT(entry.sequence >= 0 && entry.sequence <= 9'999'999'999);
  const auto member = member_from_json(text);
  if (!member) return 0;
  PILOTLIGHT_ASSERT(member->known() && member->address.port >= 0 && member->address.port <= 65535);
  PILOTLIGHT_ASSERT(member_from_json(to_json(*member)) == member);
  return 0;
}
