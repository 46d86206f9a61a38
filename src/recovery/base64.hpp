// Base64 (RFC 4648 §4, with padding): how raw bytes stand in JSON records. Pure, never throws.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pilotlight::recovery {

std::string to_base64(std::string_view bytes);
/// nullopt when the text is not exactly what to_base64 writes (length, alphabet, padding, unused bits).
std::optional<std::string> from_base64(std::string_view text);

}  // namespace pilotlight::recovery
