// The frame decoder: however the bytes are cut, the same frames and the same error come out, and what was understood
// can be written and read again. Input: one byte for the size of the pieces, then the stream.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "transport/frame.hpp"

namespace {

using namespace pilotlight;
using namespace pilotlight::transport;

constexpr std::size_t limit = 1U << 16U;

void require(bool condition) {
  if (!condition) std::abort();
}

std::string written(const Frame& frame) {
  if (const auto* request = std::get_if<RpcRequest>(&frame))
    return encode_rpc_request(request->request_id, request->body.substr(0, request->body.size() / 2),
                              request->body.substr(request->body.size() / 2));
  if (const auto* response = std::get_if<RpcResponse>(&frame))
    return encode_rpc_response(response->request_id, response->body);
  if (const auto* failure = std::get_if<RpcFailure>(&frame))
    return encode_rpc_failure(failure->request_id, failure->error);
  if (const auto* message = std::get_if<OneWayMessage>(&frame)) return encode_one_way_message("", message->body);
  return "stream " + std::string(std::get<StreamRequest>(frame).stream_id);
}

std::vector<std::string> decode(std::string_view bytes, std::size_t piece) {
  FrameDecoder decoder(limit);
  std::vector<std::string> frames;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const std::string copy(bytes.substr(at, piece));  // so that a sanitizer sees every step past its end
    decoder.feed(copy);
    for (;;) {
      const auto frame = decoder.next();
      if (!frame) {
        frames.push_back(frame.error().to_string());
        return frames;
      }
      if (!*frame) break;
      frames.push_back(written(**frame));
    }
    require(decoder.buffered_bytes() <= std::min(limit, at + copy.size()));
  }
  return frames;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::vector<std::string> whole = decode(stream, std::max<std::size_t>(stream.size(), 1));
  const std::vector<std::string> pieces = decode(stream, std::size_t{data[0]} + 1);
  require(whole == pieces);
  for (const std::string& bytes : whole) {
    if (bytes.empty() || bytes[0] != '\0') continue;  // an error or a stream request
    const auto again = decode(bytes, bytes.size());
    // Writing normalises: a failure's frame may have carried bytes after its text.
    require(again.size() == 1 && again[0] == bytes);
  }
  return 0;
}
