#include "http/proof.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "system/crypto.hpp"
#include "unit/http/sample_state.hpp"

namespace pilotlight::http {
namespace {

using testing::HasSubstr;

const std::string secret = "correct horse battery staple";

std::string hex(const std::string& bytes) {
  std::string text;
  for (const char byte : bytes) {
    text += "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4U];
    text += "0123456789abcdef"[static_cast<unsigned char>(byte) & 15U];
  }
  return text;
}

Request signed_request(std::int64_t time, const std::string& key = secret) {
  Request request{"POST", "/api/kill", "", R"({"kind":"app","id":"app-1"})", "/api/kill"};
  request.headers.proof_time = std::to_string(time);
  request.headers.proof =
      hex(system::hmac_sha256(key, request.headers.proof_time + "\nPOST\n/api/kill\n" + request.body));
  return request;
}

const std::int64_t now = sample_now().wall.time_since_epoch().count();

TEST(Proof, WithoutASecret_NothingIsAsked) {
  ProofCheck check("");
  EXPECT_FALSE(check.required());
  EXPECT_EQ(check.refusal(Request{"POST", "/api/kill", "", ""}, sample_now().wall), std::nullopt);
}

TEST(Proof, IsGoodOnce) {
  ProofCheck check(secret);
  EXPECT_EQ(check.refusal(signed_request(now), sample_now().wall), std::nullopt);
  EXPECT_THAT(check.refusal(signed_request(now), sample_now().wall).value_or(""), HasSubstr("used before"));
  EXPECT_EQ(check.refusal(signed_request(now + 1), sample_now().wall), std::nullopt);
}

TEST(Proof, IsGoodForAMinuteEachWay) {
  ProofCheck check(secret);
  EXPECT_EQ(check.refusal(signed_request(now - 60'000), sample_now().wall), std::nullopt);
  EXPECT_EQ(check.refusal(signed_request(now + 60'000), sample_now().wall), std::nullopt);
  EXPECT_NE(check.refusal(signed_request(now - 60'001), sample_now().wall), std::nullopt);
  EXPECT_NE(check.refusal(signed_request(now + 60'001), sample_now().wall), std::nullopt);
}

TEST(Proof, OfAnotherRequestOrSecret_IsRefused) {
  ProofCheck check(secret);
  EXPECT_NE(check.refusal(signed_request(now, "another secret"), sample_now().wall), std::nullopt);
  auto changed = signed_request(now);
  changed.body = R"({"kind":"app","id":"app-2"})";
  EXPECT_NE(check.refusal(changed, sample_now().wall), std::nullopt);
  changed = signed_request(now);
  changed.target = "/api/transfer";
  EXPECT_NE(check.refusal(changed, sample_now().wall), std::nullopt);
  EXPECT_EQ(check.refusal(signed_request(now), sample_now().wall), std::nullopt);  // the refused ones used up nothing
}

TEST(Proof, Missing_SaysWhatIsNeeded) {
  ProofCheck check(secret);
  const auto refusal = check.refusal(Request{"POST", "/api/kill", "", ""}, sample_now().wall).value_or("");
  EXPECT_THAT(refusal, HasSubstr("X-Pilotlight-Proof"));
  for (const auto* time : {"", "now", "-1", "99999999999999999999", "1e3"}) {
    auto request = signed_request(now);
    request.headers.proof_time = time;
    EXPECT_NE(check.refusal(request, sample_now().wall), std::nullopt) << time;
  }
}

}  // namespace
}  // namespace pilotlight::http
