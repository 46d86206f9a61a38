// A part of another master's records, spoilt in any way: it is refused, or loaded into a mirror that stays sound.
#include <cstdint>
#include <string_view>

#include "base/assert.hpp"
#include "replica/chunk_codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pilotlight;
  auto chunk = replica::decode_chunk({reinterpret_cast<const char*>(data), size});
  if (!chunk) return 0;
  const auto text = replica::encode(*chunk);
  const auto again = replica::decode_chunk(text);
  PILOTLIGHT_ASSERT(again.ok() && replica::encode(*again) == text);

  recovery::Mirror mirror;
  if (!mirror.load(std::move(*chunk)) || !mirror.complete()) return 0;
  static_cast<void>(mirror.recovered());
  PILOTLIGHT_ASSERT(replica::decode_chunk(replica::encode(mirror.snapshot({}, SIZE_MAX))).ok());
  return 0;
}
