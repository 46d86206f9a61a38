#include "config/schema.hpp"

#include "config/value.hpp"

namespace pilotlight::config {
namespace {

constexpr std::string_view time_suffixes = "us, ms, s, min, h, d";

/// `pattern` with '*' for any run of characters, dots included.
bool fits(std::string_view pattern, std::string_view text) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  const auto head = pattern.substr(0, star);
  const auto tail = pattern.substr(star + 1);
  return text.size() > head.size() + tail.size() && text.starts_with(head) && text.ends_with(tail);
}

std::string range(const std::string& from, const std::string& to) { return "from " + from + " to " + to; }

}  // namespace

std::vector<std::string_view> words(std::string_view list) {
  std::vector<std::string_view> result;
  for (std::size_t begin = 0; begin < list.size();) {
    const auto end = std::min(list.find(' ', begin), list.size());
    if (end > begin) result.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return result;
}

std::vector<const Key*> all_keys() {
  std::vector<const Key*> result;
  for (const auto areas : {supported_areas(), unsupported_areas()})
    for (const auto& area : areas)
      for (const auto& key : area.keys) result.push_back(&key);
  return result;
}

const Key* find_key(std::string_view written) {
  static const std::vector<const Key*> keys = all_keys();
  for (const Key* key : keys)
    if (key->name == written || (!key->older_name.empty() && key->older_name == written)) return key;
  for (const Key* key : keys)
    if (fits(key->name, written)) return key;
  return nullptr;
}

std::vector<std::string_view> all_names() {
  std::vector<std::string_view> result;
  for (const Key* key : all_keys()) {
    if (key->name.find('*') == std::string_view::npos) result.push_back(key->name);
    if (!key->older_name.empty()) result.push_back(key->older_name);
  }
  return result;
}

std::string allowed(const Key& key) {
  switch (key.type) {
    case Type::text: return "a text";
    case Type::path: return "a path";
    case Type::host: return "a host name or IP address without a port; IPv6 in []";
    case Type::boolean: return "true or false";
    case Type::integer: return "a whole number " + range(std::to_string(key.minimum), std::to_string(key.maximum));
    case Type::seconds:
      return "a time " + range(format_time(key.minimum), format_time(key.maximum)) +
             "; a bare number counts seconds, else " + std::string(time_suffixes);
    case Type::milliseconds:
      return "a time " + range(format_time(key.minimum), format_time(key.maximum)) +
             "; a bare number counts milliseconds, else " + std::string(time_suffixes);
    case Type::bytes:
      return "a size " + range(format_bytes(key.minimum), format_bytes(key.maximum)) +
             "; a bare number counts bytes, else k, m, g, t";
    case Type::port: return "0 (any free port) or 1024 to 65535";
    case Type::choice: {
      std::string result;
      for (const auto choice : words(key.choices)) result.append(result.empty() ? "one of " : ", ").append(choice);
      return result;
    }
    case Type::id_pattern:
      return "letters, digits, '-', '_', '.', at most one %s (the time) and then one %d or %04d (the number)";
  }
  return {};
}

}  // namespace pilotlight::config
