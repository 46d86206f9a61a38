#include "system/crypto.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pilotlight::system {
namespace {

TEST(Hmac, IsTheOneOfRfc4231) {
  const auto mac = hmac_sha256("Jefe", "what do ya want for nothing?");
  std::string hex;
  for (const char byte : mac) {
    hex += "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4U];
    hex += "0123456789abcdef"[static_cast<unsigned char>(byte) & 15U];
  }
  EXPECT_EQ(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_TRUE(equal_in_constant_time(mac, std::string(mac)));
  EXPECT_FALSE(equal_in_constant_time(mac, mac.substr(1)));
  EXPECT_NE(random_bytes(16), random_bytes(16));
}

}  // namespace
}  // namespace pilotlight::system
