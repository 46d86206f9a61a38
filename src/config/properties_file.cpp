#include "config/properties_file.hpp"

#include <cstdint>
#include <optional>

#include "config/value.hpp"

namespace pilotlight::config {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\f'; }
bool is_line_end(char c) { return c == '\n' || c == '\r'; }

std::string_view skip_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

/// Natural lines, whatever ends them.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  std::optional<std::string_view> next() {
    if (rest_.empty()) return std::nullopt;
    std::size_t end = 0;
    while (end < rest_.size() && !is_line_end(rest_[end])) ++end;
    const auto line = rest_.substr(0, end);
    const bool both = rest_.substr(end, 2) == "\r\n";
    rest_.remove_prefix(std::min(rest_.size(), end + (both ? 2 : 1)));
    ++number_;
    return line;
  }
  [[nodiscard]] std::size_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

bool continues(std::string_view line) {
  std::size_t slashes = 0;
  while (slashes < line.size() && line[line.size() - 1 - slashes] == '\\') ++slashes;
  return slashes % 2 == 1;
}

std::string logical_line(std::string_view first, Lines& lines) {
  std::string result(first);
  while (continues(result)) {
    result.pop_back();
    const auto next = lines.next();
    if (!next) break;
    result.append(skip_blanks(*next));
  }
  return result;
}

/// Where the key ends: the first '=', ':' or blank that no backslash stands before.
std::size_t key_end(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\')
      ++i;
    else if (line[i] == '=' || line[i] == ':' || is_blank(line[i]))
      return i;
  }
  return line.size();
}

std::optional<std::uint32_t> hex4(std::string_view digits) {
  if (digits.size() != 4) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : digits) {
    const char low = (c >= 'A' && c <= 'F') ? static_cast<char>(c - 'A' + 'a') : c;
    if (low >= '0' && low <= '9')
      value = value * 16 + static_cast<std::uint32_t>(low - '0');
    else if (low >= 'a' && low <= 'f')
      value = value * 16 + static_cast<std::uint32_t>(low - 'a' + 10);
    else
      return std::nullopt;
  }
  return value;
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto tail = [&](unsigned shift) { out.push_back(static_cast<char>(0x80U | ((point >> shift) & 0x3FU))); };
  if (point < 0x80) {
    out.push_back(static_cast<char>(point));
  } else if (point < 0x800) {
    out.push_back(static_cast<char>(0xC0U | (point >> 6U)));
    tail(0);
  } else if (point < 0x10000) {
    out.push_back(static_cast<char>(0xE0U | (point >> 12U)));
    tail(6);
    tail(0);
  } else {
    out.push_back(static_cast<char>(0xF0U | (point >> 18U)));
    tail(12);
    tail(6);
    tail(0);
  }
}

bool is_high(std::uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low(std::uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }
constexpr std::uint32_t replacement = 0xFFFD;

/// \uXXXX at `at` (which points behind "\u"), with its other half when it is one of a surrogate pair.
bool append_escape(std::string& out, std::string_view text, std::size_t& at) {
  const auto unit = hex4(text.substr(at, 4));
  if (!unit) return false;
  at += 4;
  std::uint32_t point = is_high(*unit) || is_low(*unit) ? replacement : *unit;
  if (is_high(*unit) && text.substr(at, 2) == "\\u") {
    const auto second = hex4(text.substr(at + 2, 4));
    if (second && is_low(*second)) {
      point = 0x10000 + ((*unit - 0xD800) << 10U) + (*second - 0xDC00);
      at += 6;
    }
  }
  append_utf8(out, point);
  return true;
}

std::optional<std::string> unescape(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i++];
    if (c != '\\') {
      result.push_back(c);
      continue;
    }
    if (i == text.size()) break;
    const char escaped = text[i++];
    switch (escaped) {
      case 't': result.push_back('\t'); break;
      case 'n': result.push_back('\n'); break;
      case 'r': result.push_back('\r'); break;
      case 'f': result.push_back('\f'); break;
      case 'u':
        if (!append_escape(result, text, i)) return std::nullopt;
        break;
      default: result.push_back(escaped);
    }
  }
  return result;
}

}  // namespace

Result<std::vector<Property>> parse_properties(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<Property> result;
  Lines lines(text);
  while (const auto natural = lines.next()) {
    const auto begin = skip_blanks(*natural);
    if (begin.empty() || begin.front() == '#' || begin.front() == '!') continue;
    const std::size_t number = lines.number();
    const std::string line = logical_line(begin, lines);
    const std::size_t end = key_end(line);
    auto rest = skip_blanks(std::string_view(line).substr(end));
    if (!rest.empty() && (rest.front() == '=' || rest.front() == ':')) rest = skip_blanks(rest.substr(1));
    const auto key = unescape(std::string_view(line).substr(0, end));
    const auto value = unescape(rest);
    if (!key || !value)
      return fatal("line " + std::to_string(number) +
                   ": a \\u must be followed by four hexadecimal digits; write a "
                   "backslash that is meant as one twice");
    result.push_back({*key, std::string(trim(*value)), number});
  }
  return result;
}

}  // namespace pilotlight::config
