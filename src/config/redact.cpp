#include "config/redact.hpp"

#include <array>

#include "config/value.hpp"

namespace pilotlight::config {

bool is_sensitive(std::string_view text) {
  static constexpr std::array<std::string_view, 5> signs = {"secret", "password", "token", "accesskey", "access.key"};
  const std::string written = lower(text);
  for (const auto sign : signs)
    if (written.find(sign) != std::string::npos) return true;
  return false;
}

std::string redact(std::string_view key, std::string_view value) {
  return std::string(is_sensitive(key) || is_sensitive(value) ? redacted : value);
}

}  // namespace pilotlight::config
