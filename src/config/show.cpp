#include "config/show.hpp"

#include <algorithm>
#include <vector>

#include "config/redact.hpp"
#include "config/schema.hpp"

namespace pilotlight::config {
namespace {

struct Line {
  std::string key;
  std::string value;
  std::string origin;
};

/// A value must not break the table: what is not printable is shown as '?'.
std::string printable(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return text;
}

Line default_line(const Key& key, const Loaded& loaded) {
  if (key.name == "pilotlight.master.host") return {std::string(key.name), loaded.default_host, "default"};
  if (key.fallback.empty()) return {std::string(key.name), "-", "default (" + std::string(key.fallback_note) + ")"};
  return {std::string(key.name), std::string(key.fallback), "default"};
}

std::string effect(const Key& key) {
  switch (key.status) {
    case Status::supported: return "";
    case Status::ignored: return ", no effect";
    case Status::refused: return "";
  }
  return {};
}

Line set_line(const std::string& name, const Chosen& chosen) {
  return {printable(name), printable(redact(name, chosen.value)), printable(chosen.origin) + effect(*chosen.key)};
}

std::vector<Line> lines_of(const Loaded& loaded, bool only_set) {
  std::vector<Line> lines;
  for (const auto& area : supported_areas()) {
    for (const auto& key : area.keys) {
      const Chosen* chosen = loaded.merged.find(key.name);
      if (chosen != nullptr)
        lines.push_back(set_line(std::string(key.name), *chosen));
      else if (!only_set)
        lines.push_back(default_line(key, loaded));
    }
  }
  for (const auto& [name, chosen] : loaded.merged.values)
    if (chosen.key->status != Status::supported) lines.push_back(set_line(name, chosen));
  return lines;
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string aligned(const Line& line, std::size_t key_width, std::size_t value_width, std::size_t width) {
  const std::string left = padded(line.key, key_width) + "  " + padded(line.value, value_width);
  if (left.size() + 2 + line.origin.size() <= width) return left + "  " + line.origin + "\n";
  std::string result = padded(line.key, key_width) + "  " + line.value + "\n";
  return result + std::string(key_width + 2, ' ') + line.origin + "\n";
}

}  // namespace

std::string show(const Loaded& loaded, std::optional<std::size_t> width, bool only_set) {
  const auto lines = lines_of(loaded, only_set);
  std::string result;
  if (!width) {
    for (const auto& line : lines) result += line.key + "\t" + line.value + "\t" + line.origin + "\n";
    return result;
  }
  constexpr std::size_t widest_value = 16;
  std::size_t key_width = 0;
  std::size_t value_width = 0;
  for (const auto& line : lines) {
    key_width = std::max(key_width, line.key.size());
    if (line.value.size() <= widest_value) value_width = std::max(value_width, line.value.size());
  }
  for (const auto& line : lines) result += aligned(line, key_width, value_width, *width);
  return result;
}

}  // namespace pilotlight::config
