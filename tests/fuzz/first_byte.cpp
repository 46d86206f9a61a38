// A whole connection: who speaks is decided by the first byte, and after the end nothing is said any more.
// Input: a byte of options (who opened it, size of the pieces, asks of ours), then what the peer says.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "transport/connection_fsm.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pilotlight;
  using namespace pilotlight::transport;
  using namespace std::chrono_literals;
  if (size < 2) return 0;
  const OpenedBy opened_by = (data[0] & 1U) != 0 ? OpenedBy::us : OpenedBy::peer;
  const bool asks = (data[0] & 2U) != 0;
  const std::size_t piece = (data[0] >> 2U) + 1U;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);

  Instant now = Instant{} + 1h;
  ConnectionFsm fsm(opened_by, 1U << 16U, {120s, 60s});
  int outstanding = 0;
  if (asks)
    for (; outstanding < 3; ++outstanding) fsm.expect_reply(outstanding, now + (10s * (outstanding + 1)), now);

  bool ended = false;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    const std::string copy(stream.substr(at, piece));
    now += 1s;
    if (asks) fsm.advance(now);
    while (!std::holds_alternative<Idle>(fsm.next())) {
      const bool only_an_expired_ask = asks && --outstanding >= 0;
      require(only_an_expired_ask);
    }
    fsm.receive(copy, now);
    for (;;) {
      const Action action = fsm.next();
      if (std::holds_alternative<Idle>(action)) break;
      require(!ended);
      if (const auto* over = std::get_if<HandOver>(&action)) {
        require(at == 0 && opened_by == OpenedBy::peer && is_letter(stream[0]) && over->first_bytes == copy);
        ended = true;
      } else if (std::holds_alternative<Close>(action)) {
        ended = true;
      } else {
        require(stream[0] == '\0');
      }
      if (std::holds_alternative<ReplyReceived>(action)) require(--outstanding >= 0);
    }
    if (at == 0 && stream[0] != '\0') require(ended);
  }
  require(fsm.abandon_asks().size() == static_cast<std::size_t>(outstanding));
  return 0;
}
