#include "http/target.hpp"

#include <utility>

#include "http/text.hpp"

namespace pilotlight::http {
namespace {

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (text.size() - i < 3) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (c == '\0') return std::nullopt;
    decoded.push_back(c);
  }
  return decoded;
}

}  // namespace

std::optional<Target> parse_target(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    target.remove_prefix(scheme.size());
    const auto end = target.find_first_of("/?");
    target = end == std::string_view::npos ? "/" : target.substr(end);
    break;
  }
  const auto question = target.find('?');
  const auto raw_path = target.substr(0, question);
  auto path = percent_decoded(raw_path.empty() && question == 0 ? "/" : raw_path);
  if (!path || !path->starts_with('/')) return std::nullopt;
  return Target{std::move(*path), std::string(question == std::string_view::npos ? "" : target.substr(question + 1))};
}

}  // namespace pilotlight::http
