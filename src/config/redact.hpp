// Hides what may be a secret, by the default of spark.redaction.regex: (?i)secret|password|token|access[.]?key in the
// key or in the value. Pure; used wherever a value of the configuration is shown.
#pragma once

#include <string>
#include <string_view>

namespace pilotlight::config {

inline constexpr std::string_view redacted = "*********(redacted)";

bool is_sensitive(std::string_view text);
/// The value, or `redacted` when key or value is sensitive.
std::string redact(std::string_view key, std::string_view value);

}  // namespace pilotlight::config
