// Messages between masters ↔ bytes: one JSON object each. Pure, never throws.
//
// The version stands in every message: masters of different releases work together while they are rolled. A message of
// an unknown type is an error that the reader logs once and otherwise ignores.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "election/link_message.hpp"

namespace pilotlight::election {

struct LinkFrame {
  std::string sender;  ///< the nonce of the member that sent it
  LinkMessage message;
};

std::string encode(const LinkFrame& frame);
/// Errors name what is missing or of the wrong type, never its content.
Result<LinkFrame> decode(std::string_view bytes);

}  // namespace pilotlight::election
