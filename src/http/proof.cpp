#include "http/proof.hpp"

#include <charconv>

#include "system/crypto.hpp"

namespace pilotlight::http {
namespace {

constexpr auto tolerance = std::chrono::seconds(60);

std::optional<WallTime> time_of(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return WallTime(std::chrono::milliseconds(number));
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    text += "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4U];
    text += "0123456789abcdef"[static_cast<unsigned char>(byte) & 15U];
  }
  return text;
}

}  // namespace

std::optional<std::string> ProofCheck::refusal(const Request& request, WallTime now) {
  if (secret_.empty()) return std::nullopt;
  const auto& headers = request.headers;
  if (headers.proof.empty() || headers.proof_time.empty())
    return "This cluster has a secret (pilotlight.cluster.secretFile): a change needs the headers X-Pilotlight-Time "
           "and X-Pilotlight-Proof.";
  const auto time = time_of(headers.proof_time);
  if (!time || *time > now + tolerance || *time < now - tolerance)
    return "X-Pilotlight-Time is not within 60 s of this master's clock.";
  const auto wanted = hex(system::hmac_sha256(
      secret_, headers.proof_time + "\n" + request.method + "\n" + request.target + "\n" + request.body));
  if (!system::equal_in_constant_time(wanted, headers.proof))
    return "X-Pilotlight-Proof does not fit this request and the cluster's secret.";
  std::erase_if(used_, [&](const auto& entry) { return entry.second < now; });
  if (!used_.emplace(wanted, *time + tolerance).second) return "This proof was used before.";
  return std::nullopt;
}

}  // namespace pilotlight::http
