// The envelope of a request: whatever was understood says the same when it is written and read again.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "transport/rpc_message.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pilotlight::transport;
  const std::string body(reinterpret_cast<const char*>(data), size);
  const auto first = decode_rpc_message(body);
  if (!first) {
    if (first.error().message.empty() || !first.error().offset || *first.error().offset > size) std::abort();
    return 0;
  }
  const std::string again =
      encode_envelope(first->sender, first->receiver, first->endpoint) + std::string(first->content);
  const auto second = decode_rpc_message(again);
  if (!second) std::abort();
  if (second->sender != first->sender || second->receiver != first->receiver || second->endpoint != first->endpoint ||
      second->content != first->content)
    std::abort();
  return 0;
}
