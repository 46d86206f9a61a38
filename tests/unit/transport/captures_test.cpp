// Every frame that was recorded between real Spark processes: read, compared with its description, written back.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "transport/frame.hpp"
#include "transport/rpc_message.hpp"

namespace pilotlight::transport {
namespace {

namespace fs = std::filesystem;

struct Capture {
  fs::path file;
  nlohmann::json about;
};

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<Capture> all_captures() {
  std::vector<Capture> captures;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(PILOTLIGHT_TESTS_DIR) / "golden" / "captures")) {
    if (entry.path().filename() != "index.json") continue;
    const auto index = nlohmann::json::parse(read_file(entry.path()));
    for (const auto& frame : index.at("frames"))
      captures.push_back({entry.path().parent_path() / frame.at("file").get<std::string>(), frame});
  }
  return captures;
}

std::string text_of(const std::optional<deploy::Address>& address) {
  return address ? address->host + ":" + std::to_string(address->port) : "";
}

/// The description has null, or nothing, where the sender does not listen.
std::string described(const nlohmann::json& about, const char* key) {
  const auto found = about.find(key);
  return found == about.end() || found->is_null() ? "" : found->get<std::string>();
}

/// Reads the envelope, compares it with the description, and returns envelope and content apart.
std::pair<std::string, std::string> check_envelope(std::string_view body, const Capture& capture,
                                                   std::size_t frame_size) {
  const auto message = decode_rpc_message(body);
  if (!message) {
    ADD_FAILURE() << message.error().to_string();
    return {};
  }
  EXPECT_EQ(text_of(message->sender), described(capture.about, "senderAddress"));
  EXPECT_EQ(text_of(message->receiver), described(capture.about, "receiverAddress"));
  EXPECT_EQ(message->endpoint, capture.about.at("endpoint").get<std::string>());
  EXPECT_EQ(frame_size - message->content.size(), capture.about.at("contentOffset").get<std::size_t>());
  EXPECT_TRUE(message->content.starts_with("\xac\xed"));
  return {encode_envelope(message->sender, message->receiver, message->endpoint), std::string(message->content)};
}

TEST(Captures, EveryFrame_IsReadAsDescribedAndWrittenBackByteForByte) {
  const auto captures = all_captures();
  ASSERT_GE(captures.size(), 822U);
  for (const Capture& capture : captures) {
    SCOPED_TRACE(capture.file.string());
    const std::string bytes = read_file(capture.file);
    FrameDecoder decoder(64U << 20U);
    decoder.feed(bytes);
    const auto frame = decoder.next();
    ASSERT_TRUE(frame.ok()) << frame.error().to_string();
    ASSERT_TRUE(frame->has_value());

    std::string type;
    std::string again;
    if (const auto* request = std::get_if<RpcRequest>(&**frame)) {
      type = "RpcRequest";
      EXPECT_EQ(request->request_id, capture.about.at("requestId").get<std::int64_t>());
      const auto [envelope, content] = check_envelope(request->body, capture, bytes.size());
      again = encode_rpc_request(request->request_id, envelope, content);
    } else if (const auto* message = std::get_if<OneWayMessage>(&**frame)) {
      type = "OneWayMessage";
      const auto [envelope, content] = check_envelope(message->body, capture, bytes.size());
      again = encode_one_way_message(envelope, content);
    } else if (const auto* response = std::get_if<RpcResponse>(&**frame)) {
      type = "RpcResponse";
      EXPECT_EQ(response->request_id, capture.about.at("requestId").get<std::int64_t>());
      again = encode_rpc_response(response->request_id, response->body);
    }
    EXPECT_EQ(type, capture.about.at("frameType").get<std::string>());
    EXPECT_TRUE(again == bytes) << "written back differently";
    EXPECT_FALSE(decoder.next()->has_value());
  }
}

}  // namespace
}  // namespace pilotlight::transport
