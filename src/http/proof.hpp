// The proof that a change comes from somebody who knows the cluster's secret: an HMAC over what is asked and when.
//
// Two headers: X-Pilotlight-Time (Unix milliseconds) and X-Pilotlight-Proof, hex(HMAC-SHA256(secret, time "\n" method
// "\n" target "\n" body)). Good for 60 s before and after, and once. Owned by the Site, on the strand. Remembers only
// proofs that were right, so nobody without the secret can make it grow.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "http/message.hpp"

namespace pilotlight::http {

class ProofCheck {
 public:
  /// "" = nothing is asked of anybody.
  explicit ProofCheck(std::string secret) : secret_(std::move(secret)) {}

  [[nodiscard]] bool required() const { return !secret_.empty(); }
  /// Why the request is refused, in one sentence; nullopt: it may go on, and its proof is used up.
  std::optional<std::string> refusal(const Request& request, WallTime now);

 private:
  const std::string secret_;
  std::map<std::string, WallTime> used_;  ///< → until when it would be good
};

}  // namespace pilotlight::http
