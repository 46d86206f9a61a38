// JSON of the election's values, for its codecs and replica's; kept apart so that no other header shows the library.
// Pure.
//
// Reading yields nullopt for anything that is not what we write; a missing optional field gets its default.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "election/member.hpp"

namespace pilotlight::election {

/// Reads it; a discarded value when it is no JSON, or nests deeper than anything that we write: each level costs the
/// reader a hundred times what it cost the sender. Never throws.
nlohmann::json parse_json(std::string_view text);
bool nests_too_deep(std::string_view text);

nlohmann::json json_of(const Member& member);
std::optional<Member> member_of(const nlohmann::json& json);
/// On one line. Never throws: what is no UTF-8 (a host of the configuration may be that) is replaced.
std::string text_of(const nlohmann::json& json);

/// The text or number under a name; a default when it is absent or of another type.
std::string text_in(const nlohmann::json& json, const char* name);
std::int64_t number_in(const nlohmann::json& json, const char* name);

}  // namespace pilotlight::election
