// What stands around an authenticated message between masters, made by one who does not know the secret: nothing that
// was not sealed comes out, and afterwards the two masters still understand each other. The first byte: after how many
// of the masters' own envelopes the input comes; "1" and "2" at its start stand for those, changed by what follows.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.hpp"
#include "master/link_auth.hpp"

namespace {

using pilotlight::master::LinkAuth;

/// A machine has no chance of its own; what a fuzzer finds must be found again.
LinkAuth process(const std::string& nonce) {
  return {"correct horse battery staple", nonce,
          [nonce](std::size_t count) { return (nonce + std::string(count, 'x')).substr(0, count); }};
}

std::string spoilt(std::string envelope, std::string_view changes) {
  for (std::size_t at = 0; at + 1 < changes.size(); at += 2) {
    auto& byte = envelope[static_cast<unsigned char>(changes[at]) % envelope.size()];
    byte = static_cast<char>(byte ^ changes[at + 1]);
  }
  return envelope;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  auto a = process("nonce-a");
  auto b = process("nonce-b");
  const auto handshake = a.seal("nonce-b", "one").at(0);
  const auto answer = b.open(handshake)->answers.at(0);
  const auto message = a.open(answer)->answers.at(0);

  if (!input.empty()) {
    const auto rest = input.substr(1);
    const auto forged = input[0] == '1'   ? spoilt(handshake, rest)
                        : input[0] == '2' ? spoilt(message, rest)
                                          : std::string(input);
    const auto opened = b.open(forged);
    PILOTLIGHT_ASSERT(!opened || !opened->message || forged == message);
    if (forged == message) return 0;
  }
  const auto opened = b.open(message);
  PILOTLIGHT_ASSERT(opened.ok() && opened->message == "one");
  return 0;
}
