// decode_reply: whatever decodes can be encoded in every dialect that fits, and then says the same again.
#include "deploy_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pilotlight::deploy;
  return fuzz<Reply>(data, size, [](std::string_view content) { return decode_reply(content, fuzz_limits); });
}
