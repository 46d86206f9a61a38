#include "master/version_page.hpp"

#include <algorithm>

namespace pilotlight::master {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Digits and dots first ("4.1.4"), then perhaps a suffix ("-SNAPSHOT"); short, so that a page cannot make us keep
/// much.
bool looks_like_version(std::string_view text) {
  constexpr std::size_t longest = 64;
  return !text.empty() && text.size() <= longest && is_digit(text.front()) &&
         text.find('.') != std::string_view::npos && std::all_of(text.begin(), text.end(), [](char c) {
           return is_digit(c) || c == '.' || c == '-' || c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
         });
}

}  // namespace

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n' || text.front() == '\r')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::optional<std::string> spark_version_in_page(std::string_view html) {
  constexpr std::string_view marker = "class=\"version";
  for (auto at = html.find(marker); at != std::string_view::npos; at = html.find(marker, at + marker.size())) {
    const auto open = html.find('>', at);
    if (open == std::string_view::npos) return std::nullopt;
    const auto close = html.find('<', open);
    if (close == std::string_view::npos) return std::nullopt;
    const auto text = trim(html.substr(open + 1, close - open - 1));
    if (looks_like_version(text)) return std::string(text);
  }
  return std::nullopt;
}

std::optional<PageAddress> parse_page_url(std::string_view url) {
  constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme)) return std::nullopt;
  url.remove_prefix(scheme.size());
  const auto slash = url.find('/');
  const std::string_view authority = url.substr(0, slash);
  PageAddress address;
  address.path = slash == std::string_view::npos ? "/" : std::string(url.substr(slash));
  const auto colon = authority.rfind(':');
  const bool has_port = colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos;
  std::string_view host = has_port ? authority.substr(0, colon) : authority;
  address.port = has_port ? std::string(authority.substr(colon + 1)) : "80";
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  address.host = std::string(host);
  const auto printable = [](const std::string& text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  };
  if (!printable(address.host) || !printable(address.path) || address.port.empty() || address.port.size() > 5 ||
      !std::all_of(address.port.begin(), address.port.end(), is_digit))
    return std::nullopt;
  return address;
}

}  // namespace pilotlight::master
