#include "client/change.hpp"

#include <gtest/gtest.h>

namespace pilotlight::client {
namespace {

TEST(Change, IsProvenForThisRequestAlone) {
  const Address m1{"m1", 7077};
  const auto request = change_request(m1, "/api/kill", "{}", "0123456789abcdef", 1'790'000'000'000);
  EXPECT_EQ(request.method, "POST");
  ASSERT_EQ(request.headers.size(), 2U);
  EXPECT_EQ(request.headers[0].second, "1790000000000");
  // printf '1790000000000\nPOST\n/api/kill\n{}' | openssl dgst -sha256 -hmac 0123456789abcdef
  EXPECT_EQ(request.headers[1].second, "e5b011bc916ef10f9ba67992c487f07c34e4c710493d2969c6db4e2632fafcc2");
  const auto other = change_request(m1, "/api/kill", "{ }", "0123456789abcdef", 1'790'000'000'000);
  EXPECT_NE(other.headers[1].second, request.headers[1].second);
}

TEST(Change, WithoutASecretThereIsNoProof) {
  EXPECT_TRUE(change_request({"m1", 7077}, "/api/kill", "{}", "", 1).headers.empty());
}

}  // namespace
}  // namespace pilotlight::client
