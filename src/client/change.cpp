#include "client/change.hpp"

#include "system/crypto.hpp"

namespace pilotlight::client {
namespace {

std::string hex(const std::string& bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string result;
  for (const char byte : bytes) {
    const auto value = static_cast<std::uint8_t>(byte);
    result += digits[value >> 4U];
    result += digits[value & 0xFU];
  }
  return result;
}

}  // namespace

Request change_request(const Address& to, std::string target, std::string body, const std::string& secret,
                       std::int64_t now_ms) {
  Request request{.to = to, .method = "POST", .target = std::move(target), .body = std::move(body)};
  if (secret.empty()) return request;
  const auto time = std::to_string(now_ms);
  const auto signed_text = time + "\n" + request.method + "\n" + request.target + "\n" + request.body;
  request.headers = {{"X-Pilotlight-Time", time},
                     {"X-Pilotlight-Proof", hex(system::hmac_sha256(secret, signed_text))}};
  return request;
}

}  // namespace pilotlight::client
