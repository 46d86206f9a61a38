#include "core/ids.hpp"

#include <cctype>
#include <cstdio>

namespace pilotlight::core {
namespace {

constexpr std::size_t widest_number = 20;

/// Reads "04d" or "d" after a '%'. Returns the characters used, 0 when it is something else.
std::size_t number_format(std::string_view text, bool& zeros, std::size_t& width) {
  std::size_t at = 0;
  zeros = !text.empty() && text[0] == '0';
  width = 0;
  while (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0 && width <= widest_number)
    width = width * 10 + static_cast<std::size_t>(text[at++] - '0');
  return at < text.size() && text[at] == 'd' && width <= widest_number ? at + 1 : 0;
}

}  // namespace

std::string format_id(std::string_view pattern, std::string_view timestamp, std::int32_t number) {
  std::string id;
  const std::string digits = std::to_string(number);
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] != '%' || at + 1 == pattern.size()) {
      id.push_back(pattern[at]);
      continue;
    }
    const std::string_view rest = pattern.substr(at + 1);
    bool zeros = false;
    std::size_t width = 0;
    if (rest[0] == 's') {
      id.append(timestamp);
      ++at;
    } else if (rest[0] == '%') {
      id.push_back('%');
      ++at;
    } else if (const std::size_t used = number_format(rest, zeros, width); used != 0) {
      if (digits.size() < width) id.append(width - digits.size(), zeros ? '0' : ' ');
      id.append(digits);
      at += used;
    } else {
      id.push_back('%');
    }
  }
  return id;
}

std::string id_from_app_name(std::string_view name) {
  std::string id;
  for (const char letter : name) {
    const auto byte = static_cast<unsigned char>(letter);
    if (std::isspace(byte) == 0) id.push_back(static_cast<char>(std::tolower(byte)));
  }
  return id;
}

std::string memory_text(std::int32_t mebibytes) {
  // Spark changes to the next unit only at twice its size: 1024 MiB stay "1024.0 MiB".
  const double size = mebibytes;
  constexpr double gibibyte = 1024;
  constexpr double tebibyte = gibibyte * 1024;
  char text[48];
  if (size >= 2 * tebibyte)
    std::snprintf(text, sizeof text, "%.1f TiB", size / tebibyte);
  else if (size >= 2 * gibibyte)
    std::snprintf(text, sizeof text, "%.1f GiB", size / gibibyte);
  else if (size >= 2)
    std::snprintf(text, sizeof text, "%.1f MiB", size);
  else if (size > 0)
    std::snprintf(text, sizeof text, "%.1f KiB", size * 1024);
  else
    std::snprintf(text, sizeof text, "%.1f B", size * 1024 * 1024);
  return text;
}

}  // namespace pilotlight::core
