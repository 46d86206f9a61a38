// Spark's transport frames (spec §1.1, §1.2): i64 length that counts itself, i8 type, header, body.
//
// Pure; used by ConnectionFsm on the runtime's thread. A FrameDecoder takes bytes in any split and yields frames whose
// views point into the bytes it was fed or into its own buffer, and are good until the next call of feed() or next().
// The first error ends the decoder: framing is lost, the connection must be closed. Memory follows what has arrived,
// never what a length announces.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"
#include "transport/growing_buffer.hpp"

namespace pilotlight::transport {

/// Type 3: an ask. The ids of the two directions of a connection are separate (spec §1.3).
struct RpcRequest {
  std::int64_t request_id = 0;
  std::string_view body;
};
/// Type 4: the answer; the body is a Java stream without envelope (spec §2.2).
struct RpcResponse {
  std::int64_t request_id = 0;
  std::string_view body;
};
/// Type 5: the ask failed, as text (spec §2.2).
struct RpcFailure {
  std::int64_t request_id = 0;
  std::string_view error;
};
/// Type 6: asks for a file; a master has none (spec §2.7).
struct StreamRequest {
  std::string_view stream_id;
};
/// Type 9: a message without an answer.
struct OneWayMessage {
  std::string_view body;
};

/// The kinds a master understands. Any other type closes the connection: some of them carry bytes outside the frame.
using Frame = std::variant<RpcRequest, RpcResponse, RpcFailure, StreamRequest, OneWayMessage>;

class FrameDecoder {
 public:
  /// `max_frame_bytes` counts the whole frame, its length field included.
  explicit FrameDecoder(std::size_t max_frame_bytes) : max_frame_bytes_(max_frame_bytes) {}

  /// Gives the next bytes; they must stay until next() has returned nullopt. Everything fed before must be used up.
  void feed(std::string_view bytes);
  /// The next whole frame, nullopt when more bytes are needed, or why this is no Spark peer (with the stream offset).
  Result<std::optional<Frame>> next();
  /// Bytes of a partial frame that are held.
  [[nodiscard]] std::size_t buffered_bytes() const { return frame_from_partial_ ? 0 : partial_.size(); }
  /// Where in all that was fed the frame begins that comes next.
  [[nodiscard]] std::size_t offset() const { return offset_; }

 private:
  Result<std::optional<std::size_t>> frame_length(std::string_view start);
  bool take_into_partial(std::size_t wanted, std::size_t final_size);
  Result<std::optional<Frame>> fail(std::string message);

  std::size_t max_frame_bytes_;
  std::size_t offset_ = 0;  ///< in the connection's stream, of the frame that is being read
  std::string_view input_;
  GrowingBuffer partial_;
  bool frame_from_partial_ = false;
  bool failed_ = false;
};

/// A whole frame of type 3 or 9 whose body is `envelope` followed by `content` (see rpc_message.hpp).
std::string encode_rpc_request(std::int64_t request_id, std::string_view envelope, std::string_view content);
std::string encode_one_way_message(std::string_view envelope, std::string_view content);
/// A whole frame of type 4, 5 or 8. Texts are plain UTF-8 (spec §13 item 22).
std::string encode_rpc_response(std::int64_t request_id, std::string_view content);
std::string encode_rpc_failure(std::int64_t request_id, std::string_view error);
std::string encode_stream_failure(std::string_view stream_id, std::string_view error);

}  // namespace pilotlight::transport
