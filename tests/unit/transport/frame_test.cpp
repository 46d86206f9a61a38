#include "transport/frame.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/bytes.hpp"

namespace pilotlight::transport {
namespace {

constexpr std::size_t limit = 1U << 20U;

std::string describe(const Frame& frame) {
  struct Visitor {
    std::string operator()(const RpcRequest& f) const {
      return "request " + std::to_string(f.request_id) + " " + std::string(f.body);
    }
    std::string operator()(const RpcResponse& f) const {
      return "response " + std::to_string(f.request_id) + " " + std::string(f.body);
    }
    std::string operator()(const RpcFailure& f) const {
      return "failure " + std::to_string(f.request_id) + " " + std::string(f.error);
    }
    std::string operator()(const StreamRequest& f) const { return "stream " + std::string(f.stream_id); }
    std::string operator()(const OneWayMessage& f) const { return "one-way " + std::string(f.body); }
  };
  return std::visit(Visitor{}, frame);
}

/// All frames of the pieces, fed one after the other; the last entry is "error: …" when the decoder failed.
std::vector<std::string> decode(const std::vector<std::string>& pieces, std::size_t max_frame_bytes = limit) {
  FrameDecoder decoder(max_frame_bytes);
  std::vector<std::string> frames;
  for (const std::string& piece : pieces) {
    decoder.feed(piece);
    for (;;) {
      const auto frame = decoder.next();
      if (!frame) {
        frames.push_back("error: " + frame.error().to_string());
        return frames;
      }
      if (!*frame) break;
      frames.push_back(describe(**frame));
    }
  }
  return frames;
}

std::string header(std::int64_t length, std::uint8_t type) {
  std::string bytes;
  ByteWriter writer(bytes);
  writer.i64(length);
  writer.u8(type);
  return bytes;
}

std::string stream_request(std::string_view id) {
  std::string bytes = header(static_cast<std::int64_t>(13 + id.size()), 6);
  ByteWriter writer(bytes);
  writer.i32(static_cast<std::int32_t>(id.size()));
  writer.bytes(id);
  return bytes;
}

const std::string conversation = encode_rpc_request(7, "en", "velope") + encode_one_way_message("one", "") +
                                 encode_rpc_response(-1, "answer") + encode_rpc_failure(8, "no such endpoint") +
                                 stream_request("/jars/x.jar") + encode_one_way_message("", std::string(3000, 'x'));
const std::vector<std::string> expected = {"request 7 envelope", "one-way one",
                                           "response -1 answer", "failure 8 no such endpoint",
                                           "stream /jars/x.jar", "one-way " + std::string(3000, 'x')};

TEST(FrameDecoder, AllFramesAtOnce_AreDecoded) { EXPECT_EQ(decode({conversation}), expected); }

TEST(FrameDecoder, SplitAtEveryByte_YieldsTheSameFrames) {
  for (std::size_t at = 0; at <= conversation.size(); ++at)
    ASSERT_EQ(decode({conversation.substr(0, at), conversation.substr(at)}), expected) << "split at " << at;
}

TEST(FrameDecoder, PiecesOfEverySmallSize_YieldTheSameFrames) {
  for (std::size_t size = 1; size <= 40; ++size) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < conversation.size(); at += size) pieces.push_back(conversation.substr(at, size));
    ASSERT_EQ(decode(pieces), expected) << "pieces of " << size;
  }
}

TEST(FrameEncoders, OneFrame_HasSparksLayout) {
  const std::string bytes = encode_rpc_request(1, "ab", "c");
  EXPECT_EQ(bytes, std::string("\0\0\0\0\0\0\0\x18\x03\0\0\0\0\0\0\0\x01\0\0\0\x03"
                               "abc",
                               24));
  EXPECT_EQ(encode_stream_failure("s", "no"), std::string("\0\0\0\0\0\0\0\x14\x08\0\0\0\x01s\0\0\0\x02no", 20));
}

TEST(FrameDecoder, FrameOfExactlyTheLimit_IsTaken) {
  const std::string frame = encode_one_way_message("", std::string(100, 'x'));
  EXPECT_EQ(decode({frame}, frame.size()).size(), 1U);
  EXPECT_EQ(decode({frame}, frame.size() - 1),
            std::vector<std::string>{
                "error: a frame of 113 bytes is longer than pilotlight.rpc.maxInboundFrame, 112 (at byte 0)"});
}

TEST(FrameDecoder, LengthOfTwoToThe62_IsRefusedBeforeItsBytesCome) {
  EXPECT_EQ(decode({header(std::int64_t{1} << 62, 9)}),
            std::vector<std::string>{"error: a frame of 4611686018427387904 bytes is longer than "
                                     "pilotlight.rpc.maxInboundFrame, 1048576 (at byte 0)"});
}

TEST(FrameDecoder, ImpossibleLength_IsRefused) {
  for (const std::int64_t length : {std::int64_t{-1}, std::int64_t{0}, std::int64_t{8}, INT64_MIN})
    EXPECT_EQ(
        decode({header(length, 9)}),
        std::vector<std::string>{"error: a frame length of " + std::to_string(length) + " is impossible (at byte 0)"});
}

TEST(FrameDecoder, TypeThatDoesNotExist_IsRefusedBeforeTheBodyComes) {
  for (const int type : {13, 127, 255})
    EXPECT_EQ(decode({header(1000, static_cast<std::uint8_t>(type))}),
              std::vector<std::string>{"error: a frame of type " + std::to_string(type) +
                                       " does not exist in Spark's protocol (at byte 0)"});
}

TEST(FrameDecoder, TypeThatNoMasterServes_IsRefusedByName) {
  const auto frames = decode({header(1000, 10)});
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_EQ(frames[0],
            "error: a frame of type 10 (UploadStream) is nothing that a peer may send to a master (at byte 0)");
  for (const int type : {0, 1, 2, 7, 8, 11, 12}) {
    const auto refused = decode({header(1000, static_cast<std::uint8_t>(type))});
    ASSERT_EQ(refused.size(), 1U) << type;
    EXPECT_TRUE(refused[0].find("is nothing that a peer may send") != std::string::npos) << refused[0];
  }
}

TEST(FrameDecoder, HeaderLongerThanItsFrame_IsRefused) {
  EXPECT_EQ(decode({header(12, 3) + std::string(3, '\0')}),
            std::vector<std::string>{
                "error: the header of a frame of type 3 (RpcRequest) does not fit into its 12 bytes (at byte 0)"});
  std::string text_too_long = header(9 + 8 + 4, 5) + std::string(8, '\0') + std::string("\xff\xff\xff\xff", 4);
  EXPECT_EQ(decode({text_too_long}).size(), 1U);
  EXPECT_TRUE(decode({text_too_long})[0].starts_with("error: the header of a frame of type 5 (RpcFailure)"));
}

TEST(FrameDecoder, ErrorAfterGoodFrames_NamesItsOffset) {
  const std::string good = encode_one_way_message("", "x");
  const auto frames = decode({good + good + header(-5, 3)});
  ASSERT_EQ(frames.size(), 3U);
  EXPECT_EQ(frames[2], "error: a frame length of -5 is impossible (at byte " + std::to_string(2 * good.size()) + ")");
}

TEST(FrameDecoder, AfterAnError_StaysFailed) {
  FrameDecoder decoder(limit);
  const std::string bad = header(-5, 3);
  decoder.feed(bad);
  EXPECT_FALSE(decoder.next().ok());
  decoder.feed(conversation);
  EXPECT_FALSE(decoder.next().ok());
}

TEST(FrameDecoder, PartialFrame_HoldsOnlyWhatHasArrived) {
  FrameDecoder decoder(std::size_t{1} << 40U);
  const std::string start = header(std::int64_t{1} << 39, 9) + "1234";
  decoder.feed(start);
  ASSERT_TRUE(decoder.next().ok());
  EXPECT_EQ(decoder.buffered_bytes(), start.size());
}

TEST(FrameDecoder, WholeFrames_LeaveNothingBuffered) {
  FrameDecoder decoder(limit);
  decoder.feed(std::string_view(conversation).substr(0, 30));
  while (*decoder.next()) {}
  EXPECT_GT(decoder.buffered_bytes(), 0U);
  decoder.feed(std::string_view(conversation).substr(30));
  while (*decoder.next()) {}
  EXPECT_EQ(decoder.buffered_bytes(), 0U);
}

TEST(GrowingBuffer, ManyPieces_KeepTheirOrder) {
  GrowingBuffer buffer;
  std::string all;
  for (int i = 0; i < 1000; ++i) {
    const std::string piece = std::to_string(i) + ",";
    buffer.append(piece, 100);
    all += piece;
  }
  EXPECT_EQ(buffer.view(), all);
  buffer.release();
  EXPECT_TRUE(buffer.empty());
  buffer.append("again", 5);
  EXPECT_EQ(buffer.view(), "again");
}

}  // namespace
}  // namespace pilotlight::transport
