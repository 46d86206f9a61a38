#include "http/text.hpp"

#include <cstddef>
#include <cstdint>

namespace pilotlight::http {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";

/// Bytes of the character that begins here (Unicode's table 3-7), or 0 when it is not well-formed.
std::size_t character_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0}; };
  const auto follows = [&](std::size_t i, std::uint8_t least = 0x80, std::uint8_t most = 0xbf) {
    return at(i) >= least && at(i) <= most;
  };
  const auto first = at(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const auto least = first == 0xe0 ? 0xa0 : 0x80;
    const auto most = first == 0xed ? 0x9f : 0xbf;
    return follows(1, static_cast<std::uint8_t>(least), static_cast<std::uint8_t>(most)) && follows(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const auto least = first == 0xf0 ? 0x90 : 0x80;
    const auto most = first == 0xf4 ? 0x8f : 0xbf;
    return follows(1, static_cast<std::uint8_t>(least), static_cast<std::uint8_t>(most)) && follows(2) && follows(3)
               ? 4
               : 0;
  }
  return 0;
}

/// Calls `put_ascii` for each ASCII character that is not plain and copies the others, runs of plain ones at once.
template <typename IsPlain, typename PutAscii>
void append_rewritten(std::string& out, std::string_view text, IsPlain is_plain, PutAscii put_ascii) {
  while (!text.empty()) {
    std::size_t run = 0;
    while (run < text.size() && is_plain(text[run])) ++run;
    out.append(text.substr(0, run));
    text.remove_prefix(run);
    if (text.empty()) return;
    const auto length = character_length(text);
    if (length == 1)
      put_ascii(out, text[0]);
    else
      out.append(length == 0 ? replacement : text.substr(0, length));
    text.remove_prefix(length == 0 ? 1 : length);
  }
}

/// Visible ASCII and blanks that mean nothing in JSON and nothing in HTML.
constexpr bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' && c != '\'';
}

void put_html(std::string& out, char c) {
  switch (c) {
    case '&': out.append("&amp;"); break;
    case '<': out.append("&lt;"); break;
    case '>': out.append("&gt;"); break;
    case '"': out.append("&quot;"); break;
    case '\'': out.append("&#39;"); break;
    default:
      // Control characters other than white space are not allowed in HTML at all.
      if ((static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7f)
        out.append(replacement);
      else
        out.push_back(c);
  }
}

void put_json(std::string& out, char c) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  switch (c) {
    case '"': out.append("\\\""); break;
    case '\\': out.append("\\\\"); break;
    case '\b': out.append("\\b"); break;
    case '\f': out.append("\\f"); break;
    case '\n': out.append("\\n"); break;
    case '\r': out.append("\\r"); break;
    case '\t': out.append("\\t"); break;
    default:
      if (static_cast<unsigned char>(c) < 0x20) {
        out.append("\\u00");
        out.push_back(hex[static_cast<unsigned char>(c) >> 4U]);
        out.push_back(hex[static_cast<unsigned char>(c) & 15U]);
      } else {
        out.push_back(c);
      }
  }
}

}  // namespace

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string valid_utf8(std::string_view text) {
  std::string out;
  append_rewritten(out, text, is_plain, [](std::string& to, char c) { to.push_back(c); });
  return out;
}

std::string html_escaped(std::string_view text) {
  std::string out;
  append_rewritten(out, text, is_plain, put_html);
  return out;
}

void append_json_quoted(std::string& out, std::string_view text) {
  out.push_back('"');
  append_rewritten(out, text, is_plain, put_json);
  out.push_back('"');
}

std::string json_quoted(std::string_view text) {
  std::string out;
  append_json_quoted(out, text);
  return out;
}

}  // namespace pilotlight::http
