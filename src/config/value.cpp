#include "config/value.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace pilotlight::config {
namespace {

struct Unit {
  std::string_view suffix;
  std::int64_t factor;
};

constexpr std::array<Unit, 6> time_units_ms = {
    {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::int64_t kibi = 1024;
constexpr std::array<Unit, 11> byte_units = {{{"b", 1},
                                              {"k", kibi},
                                              {"kb", kibi},
                                              {"m", kibi* kibi},
                                              {"mb", kibi* kibi},
                                              {"g", kibi* kibi* kibi},
                                              {"gb", kibi* kibi* kibi},
                                              {"t", kibi* kibi* kibi* kibi},
                                              {"tb", kibi* kibi* kibi* kibi},
                                              {"p", kibi* kibi* kibi* kibi* kibi},
                                              {"pb", kibi* kibi* kibi* kibi* kibi}}};

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

struct Quantity {
  std::int64_t number = 0;
  std::string suffix;
};

std::optional<Quantity> split_quantity(std::string_view text) {
  const std::string written = lower(trim(text));
  Quantity quantity;
  const char* end = written.data() + written.size();
  const auto [rest, error] = std::from_chars(written.data(), end, quantity.number);
  if (error != std::errc{} || quantity.number < 0) return std::nullopt;
  quantity.suffix.assign(rest, end);
  return quantity;
}

std::optional<std::int64_t> times(std::int64_t number, std::int64_t factor) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(number, factor, &product)) return std::nullopt;
  return product;
}

std::optional<std::int64_t> index_of_choice(std::string_view choices, std::string_view text) {
  std::int64_t index = 0;
  for (const auto choice : words(choices)) {
    if (lower(choice) == lower(text)) return index;
    ++index;
  }
  return std::nullopt;
}

std::string format(std::int64_t number, const Unit* first, const Unit* last) {
  for (const Unit* unit = last; unit != first;) {
    --unit;
    if (number != 0 && number % unit->factor == 0) return std::to_string(number / unit->factor).append(unit->suffix);
  }
  return std::to_string(number);
}

std::optional<std::int64_t> parse_number(const Key& key, std::string_view text) {
  switch (key.type) {
    case Type::boolean: {
      const auto flag = parse_boolean(text);
      return flag ? std::optional<std::int64_t>(*flag ? 1 : 0) : std::nullopt;
    }
    case Type::choice: return index_of_choice(key.choices, text);
    case Type::integer: return parse_integer(text);
    case Type::seconds: return parse_time_ms(text, 1000);
    case Type::milliseconds: return parse_time_ms(text, 1);
    case Type::bytes: return parse_bytes(text);
    case Type::port: {
      const auto port = parse_integer(text);
      const bool fits = port && (*port == 0 || (*port >= 1024 && *port <= 65535));
      return fits ? port : std::nullopt;
    }
    case Type::text:
    case Type::path: return 0;
    case Type::host: return is_host(text) ? std::optional<std::int64_t>(0) : std::nullopt;
    case Type::id_pattern: return is_id_pattern(text) ? std::optional<std::int64_t>(0) : std::nullopt;
  }
  return std::nullopt;
}

bool has_bounds(Type type) {
  return type == Type::integer || type == Type::seconds || type == Type::milliseconds || type == Type::bytes;
}

}  // namespace

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

std::optional<bool> parse_boolean(std::string_view text) {
  const std::string written = lower(trim(text));
  if (written == "true") return true;
  if (written == "false") return false;
  return std::nullopt;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  text = trim(text);
  std::int64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || rest != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> parse_time_ms(std::string_view text, std::int64_t unit_ms) {
  const auto quantity = split_quantity(text);
  if (!quantity) return std::nullopt;
  if (quantity->suffix.empty()) return times(quantity->number, unit_ms);
  if (quantity->suffix == "us") return quantity->number / 1000;
  for (const auto& unit : time_units_ms)
    if (unit.suffix == quantity->suffix) return times(quantity->number, unit.factor);
  return std::nullopt;
}

std::optional<std::int64_t> parse_bytes(std::string_view text) {
  const auto quantity = split_quantity(text);
  if (!quantity) return std::nullopt;
  if (quantity->suffix.empty()) return quantity->number;
  for (const auto& unit : byte_units)
    if (unit.suffix == quantity->suffix) return times(quantity->number, unit.factor);
  return std::nullopt;
}

bool is_host(std::string_view text) {
  if (text.empty() || text.size() > 255) return false;
  if (text.front() == '[') {
    if (text.back() != ']' || text.size() < 4) return false;
    const auto inner = text.substr(1, text.size() - 2);
    const auto zone = inner.find('%');
    const auto digits = inner.substr(0, zone);
    return std::count(digits.begin(), digits.end(), ':') >= 2 &&
           std::all_of(digits.begin(), digits.end(), [](char c) { return is_hex(c) || c == ':' || c == '.'; });
  }
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_'; });
}

bool is_id_pattern(std::string_view text) {
  int times_seen = 0;
  int numbers_seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!is_letter(c) && !is_digit(c) && c != '-' && c != '_' && c != '.' && c != '%') return false;
    if (c != '%') continue;
    std::size_t end = i + 1;
    while (end < text.size() && is_digit(text[end])) ++end;
    const std::size_t width = end - i - 1;
    if (end == text.size()) return false;
    if (text[end] == 's' && width == 0 && numbers_seen == 0)
      ++times_seen;
    else if (text[end] == 'd' && (width == 0 || (width == 2 && text[i + 1] == '0' && text[i + 2] != '0')))
      ++numbers_seen;
    else
      return false;
    i = end;
  }
  return times_seen <= 1 && numbers_seen == 1;
}

std::optional<Value> parse_value(const Key& key, std::string_view text) {
  const auto written = trim(text);
  // SPARK_LOCAL_IP=::1 is how people write an address; in URLs it has brackets, as Spark puts them around it.
  const auto bracketed = "[" + std::string(written) + "]";
  const bool bare = key.type == Type::host && !written.starts_with('[') && is_host(bracketed);
  const std::string_view trimmed = bare ? std::string_view(bracketed) : written;
  const auto number = parse_number(key, trimmed);
  if (!number) return std::nullopt;
  if (has_bounds(key.type) && (*number < key.minimum || *number > key.maximum)) return std::nullopt;
  return Value{std::string(trimmed), *number};
}

std::string format_time(std::int64_t milliseconds) {
  return format(milliseconds, time_units_ms.data(), time_units_ms.data() + time_units_ms.size());
}

std::string format_bytes(std::int64_t bytes) {
  // The short suffixes are the ones people write: every second row is its long form.
  static constexpr std::array<Unit, 5> short_units = {
      {{"", 1}, {"k", kibi}, {"m", kibi * kibi}, {"g", kibi * kibi * kibi}, {"t", kibi * kibi * kibi * kibi}}};
  return format(bytes, short_units.data(), short_units.data() + short_units.size());
}

}  // namespace pilotlight::config
