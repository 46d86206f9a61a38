#include "http/form.hpp"

#include "http/text.hpp"

namespace pilotlight::http {
namespace {

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

std::vector<std::string> parameters(std::string_view form, std::string_view name) {
  std::vector<std::string> values;
  while (!form.empty()) {
    const auto end = form.find('&');
    const auto pair = form.substr(0, end);
    form = end == std::string_view::npos ? std::string_view() : form.substr(end + 1);
    const auto equals = pair.find('=');
    if (decoded(pair.substr(0, equals)) != name) continue;
    values.push_back(equals == std::string_view::npos ? std::string() : decoded(pair.substr(equals + 1)));
  }
  return values;
}

std::optional<std::string> parameter(std::string_view form, std::string_view name) {
  auto values = parameters(form, name);
  return values.empty() ? std::nullopt : std::optional(std::move(values.front()));
}

bool has_parameter(std::string_view form, std::string_view name) { return !parameters(form, name).empty(); }

}  // namespace pilotlight::http
