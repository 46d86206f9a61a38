#include "transport/frame.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "base/bytes.hpp"

namespace pilotlight::transport {
namespace {

constexpr std::size_t length_bytes = 8;
constexpr std::size_t prefix_bytes = 9;  // length and type

constexpr std::uint8_t type_rpc_request = 3;
constexpr std::uint8_t type_rpc_response = 4;
constexpr std::uint8_t type_rpc_failure = 5;
constexpr std::uint8_t type_stream_request = 6;
constexpr std::uint8_t type_stream_failure = 8;
constexpr std::uint8_t type_one_way_message = 9;

constexpr std::array<const char*, 13> type_names = {
    "ChunkFetchRequest", "ChunkFetchSuccess",      "ChunkFetchFailure",     "RpcRequest",    "RpcResponse",
    "RpcFailure",        "StreamRequest",          "StreamResponse",        "StreamFailure", "OneWayMessage",
    "UploadStream",      "MergedBlockMetaRequest", "MergedBlockMetaSuccess"};

bool is_served(std::uint8_t type) {
  return (type >= type_rpc_request && type <= type_stream_request) || type == type_one_way_message;
}

std::string type_text(std::uint8_t type) {
  std::string text = "a frame of type " + std::to_string(type);
  if (type < type_names.size()) text += std::string(" (") + type_names[type] + ")";
  return text;
}

std::string not_served(std::uint8_t type) {
  return type_text(type) + (type < type_names.size() ? " is nothing that a peer may send to a master"
                                                     : " does not exist in Spark's protocol");
}

std::string_view text(ByteReader& reader) {
  const std::int32_t size = reader.i32();
  return reader.bytes(static_cast<std::size_t>(static_cast<std::uint32_t>(size)));
}

/// nullopt when the header does not fit into the frame.
std::optional<Frame> parse(std::uint8_t type, std::string_view rest) {
  ByteReader reader(rest);
  std::optional<Frame> frame;
  switch (type) {
    case type_rpc_request:
    case type_rpc_response: {
      const std::int64_t id = reader.i64();
      reader.i32();  // every reader of Spark's ignores the body's size as well: the body is what is left (spec §1.2)
      const std::string_view body = reader.rest();
      if (type == type_rpc_request)
        frame = RpcRequest{id, body};
      else
        frame = RpcResponse{id, body};
      break;
    }
    case type_rpc_failure: {
      const std::int64_t id = reader.i64();
      frame = RpcFailure{id, text(reader)};
      break;
    }
    case type_stream_request: frame = StreamRequest{text(reader)}; break;
    case type_one_way_message:
      reader.i32();
      frame = OneWayMessage{reader.rest()};
      break;
    default: return std::nullopt;
  }
  if (reader.failed()) return std::nullopt;
  return frame;
}

ByteWriter begin(std::string& frame, std::uint8_t type, std::size_t header_bytes, std::size_t body_bytes) {
  const std::size_t length = prefix_bytes + header_bytes + body_bytes;
  frame.reserve(length);
  ByteWriter writer(frame);
  writer.i64(static_cast<std::int64_t>(length));
  writer.u8(type);
  return writer;
}

void size_and_bytes(ByteWriter& writer, std::string_view bytes) {
  writer.i32(static_cast<std::int32_t>(bytes.size()));
  writer.bytes(bytes);
}

}  // namespace

void FrameDecoder::feed(std::string_view bytes) {
  PILOTLIGHT_ASSERT(input_.empty() || failed_);
  input_ = bytes;
}

Result<std::optional<Frame>> FrameDecoder::fail(std::string message) {
  failed_ = true;
  input_ = {};
  partial_.release();
  return malformed(std::move(message), offset_);
}

/// The announced length, nullopt while its eight bytes are not there. The type is looked at as soon as it is, so that
/// a stranger is not listened to for the length of a frame.
Result<std::optional<std::size_t>> FrameDecoder::frame_length(std::string_view start) {
  if (start.size() < length_bytes) return std::optional<std::size_t>{};
  ByteReader reader(start);
  const std::int64_t length = reader.i64();
  if (length < static_cast<std::int64_t>(prefix_bytes))
    return fatal("a frame length of " + std::to_string(length) + " is impossible");
  if (static_cast<std::uint64_t>(length) > max_frame_bytes_)
    return fatal("a frame of " + std::to_string(length) + " bytes is longer than pilotlight.rpc.maxInboundFrame, " +
                 std::to_string(max_frame_bytes_));
  if (!reader.at_end())
    if (const std::uint8_t type = reader.u8(); !is_served(type)) return fatal(not_served(type));
  return std::optional<std::size_t>(static_cast<std::size_t>(length));
}

/// Moves input into partial_ until it holds `wanted` bytes.
bool FrameDecoder::take_into_partial(std::size_t wanted, std::size_t final_size) {
  const std::size_t missing = wanted > partial_.size() ? wanted - partial_.size() : 0;
  const std::string_view piece = input_.substr(0, std::min(missing, input_.size()));
  partial_.append(piece, final_size);
  input_.remove_prefix(piece.size());
  return partial_.size() >= wanted;
}

Result<std::optional<Frame>> FrameDecoder::next() {
  if (failed_) return malformed("the frame decoder has failed before", offset_);
  if (frame_from_partial_) {
    partial_.release();
    frame_from_partial_ = false;
  }

  std::string_view whole;
  if (partial_.empty()) {
    const auto length = frame_length(input_);
    if (!length) return fail(length.error().message);
    if (*length && input_.size() >= **length) {
      whole = input_.substr(0, **length);
      input_.remove_prefix(**length);
    }
  }
  if (whole.empty()) {
    if (input_.empty() && partial_.empty()) return std::optional<Frame>{};
    take_into_partial(prefix_bytes, prefix_bytes);
    const auto length = frame_length(partial_.view());
    if (!length) return fail(length.error().message);
    if (!*length || !take_into_partial(**length, **length)) return std::optional<Frame>{};
    whole = partial_.view();
    frame_from_partial_ = true;
  }

  const auto type = static_cast<std::uint8_t>(whole[length_bytes]);
  const std::optional<Frame> frame = parse(type, whole.substr(prefix_bytes));
  if (!frame)
    return fail("the header of " + type_text(type) + " does not fit into its " + std::to_string(whole.size()) +
                " bytes");
  offset_ += whole.size();
  return frame;
}

std::string encode_rpc_request(std::int64_t request_id, std::string_view envelope, std::string_view content) {
  std::string frame;
  ByteWriter writer = begin(frame, type_rpc_request, 12, envelope.size() + content.size());
  writer.i64(request_id);
  writer.i32(static_cast<std::int32_t>(envelope.size() + content.size()));
  writer.bytes(envelope);
  writer.bytes(content);
  return frame;
}

std::string encode_one_way_message(std::string_view envelope, std::string_view content) {
  std::string frame;
  ByteWriter writer = begin(frame, type_one_way_message, 4, envelope.size() + content.size());
  writer.i32(static_cast<std::int32_t>(envelope.size() + content.size()));
  writer.bytes(envelope);
  writer.bytes(content);
  return frame;
}

std::string encode_rpc_response(std::int64_t request_id, std::string_view content) {
  std::string frame;
  ByteWriter writer = begin(frame, type_rpc_response, 12, content.size());
  writer.i64(request_id);
  size_and_bytes(writer, content);
  return frame;
}

std::string encode_rpc_failure(std::int64_t request_id, std::string_view error) {
  std::string frame;
  ByteWriter writer = begin(frame, type_rpc_failure, 12, error.size());
  writer.i64(request_id);
  size_and_bytes(writer, error);
  return frame;
}

std::string encode_stream_failure(std::string_view stream_id, std::string_view error) {
  std::string frame;
  ByteWriter writer = begin(frame, type_stream_failure, 8, stream_id.size() + error.size());
  size_and_bytes(writer, stream_id);
  size_and_bytes(writer, error);
  return frame;
}

}  // namespace pilotlight::transport
