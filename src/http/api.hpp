// POST /api/kill and /api/transfer: changes asked for by programs, as JSON (docs/HTTP.md).
#pragma once

#include "http/actions.hpp"
#include "http/message.hpp"

namespace pilotlight::http {

/// False: the path is none of these, and nothing was answered. Who may ask was checked before.
bool api(const Request& request, Actions& actions, const Reply& reply);
/// {"error":"…"}, and "leader" for 503.
Response api_error(int status, std::string_view sentence, std::string_view leader = "");

}  // namespace pilotlight::http
