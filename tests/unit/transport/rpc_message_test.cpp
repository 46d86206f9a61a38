#include "transport/rpc_message.hpp"

#include <gtest/gtest.h>

namespace pilotlight::transport {
namespace {

using deploy::Address;

TEST(RpcMessage, EveryCombinationOfAddresses_ComesBack) {
  const std::optional<Address> none;
  const std::optional<Address> worker = Address{"10.0.0.2", 40001};
  const std::optional<Address> six = Address{"[fe80::1]", 7077};
  for (const auto& sender : {none, worker, six})
    for (const auto& receiver : {none, worker, six}) {
      const std::string body = encode_envelope(sender, receiver, "Master") + "content";
      const auto message = decode_rpc_message(body);
      ASSERT_TRUE(message.ok()) << message.error().to_string();
      EXPECT_EQ(message->sender, sender);
      EXPECT_EQ(message->receiver, receiver);
      EXPECT_EQ(message->endpoint, "Master");
      EXPECT_EQ(message->content, "content");
    }
}

TEST(RpcMessage, Envelope_HasSparksLayout) {
  EXPECT_EQ(encode_envelope(Address{"a", 7077}, std::nullopt, "Master"), std::string("\x01\0\x01"
                                                                                     "a\0\0\x1b\xa5\0\0\x06Master",
                                                                                     17));
}

TEST(RpcMessage, HostBeyondAscii_TravelsAsModifiedUtf8) {
  const std::string host = std::string("m\0n", 3) + "ü\xF0\x9F\x94\xA5";
  const std::string body = encode_envelope(Address{host, 1}, std::nullopt, "Master");
  EXPECT_NE(body.find(std::string("m\xC0\x80n", 4)), std::string::npos);
  const auto message = decode_rpc_message(body);
  ASSERT_TRUE(message.ok());
  EXPECT_EQ(message->sender->host, host);
}

TEST(RpcMessage, CutAtEveryByte_IsAnErrorAndNeverAMessage) {
  const std::string envelope = encode_envelope(Address{"10.0.0.2", 40001}, Address{"m1", 7077}, "Master");
  for (std::size_t size = 0; size < envelope.size(); ++size)
    EXPECT_FALSE(decode_rpc_message(std::string_view(envelope).substr(0, size)).ok()) << size;
  EXPECT_TRUE(decode_rpc_message(envelope).ok());
}

TEST(RpcMessage, InvalidUtf8_IsAnError) {
  const std::string host = std::string("\x01\0\x02\xff\xfe\0\0\x1b\xa5\0\0\x01m", 13);
  const auto bad_host = decode_rpc_message(host);
  ASSERT_FALSE(bad_host.ok());
  EXPECT_EQ(bad_host.error().to_string(), "the host of the sender is not UTF-8 (at byte 1)");
  const auto bad_name = decode_rpc_message(std::string("\0\0\0\x02\xc3\x28", 6));
  ASSERT_FALSE(bad_name.ok());
  EXPECT_EQ(bad_name.error().to_string(), "the endpoint's name is not UTF-8 (at byte 2)");
}

TEST(RpcMessage, PortOutOfRange_IsAnError) {
  for (const std::int32_t port : {-1, 65536}) {
    const std::string body = encode_envelope(Address{"a", port}, std::nullopt, "Master");
    EXPECT_FALSE(decode_rpc_message(body).ok()) << port;
  }
}

TEST(RpcMessage, AnyNonZeroFlag_MeansPresentAsInJava) {
  std::string body = encode_envelope(Address{"a", 7}, std::nullopt, "Master");
  body[0] = '\x7f';
  const auto message = decode_rpc_message(body);
  ASSERT_TRUE(message.ok());
  EXPECT_EQ(message->sender, (Address{"a", 7}));
}

}  // namespace
}  // namespace pilotlight::transport
