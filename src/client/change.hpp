// Requests that change a cluster, with the proof that whoever sends them knows the cluster's secret (docs/HTTP.md).
#pragma once

#include <cstdint>
#include <string>

#include "client/http_client.hpp"

namespace pilotlight::client {

/// POST `body` (JSON) to `target`; proven with `secret` unless that is empty. The proof holds a minute around `now_ms`
/// (since 1970), for this request alone.
Request change_request(const Address& to, std::string target, std::string body, const std::string& secret,
                       std::int64_t now_ms);

}  // namespace pilotlight::client
