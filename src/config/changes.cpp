#include "config/changes.hpp"

#include <set>

#include "config/redact.hpp"

namespace pilotlight::config {
namespace {

std::string value_of(const Merged& merged, const Key& key) {
  const Chosen* chosen = merged.find(key.name);
  return chosen != nullptr ? chosen->value : std::string(key.fallback);
}

}  // namespace

std::vector<Change> changes(const Merged& before, const Merged& after) {
  std::set<std::string> names;
  for (const auto* merged : {&before, &after})
    for (const auto& [name, chosen] : merged->values)
      if (chosen.key->status == Status::supported) names.insert(name);
  std::vector<Change> result;
  for (const auto& name : names) {
    const Key& key = *find_key(name);
    const auto old_value = value_of(before, key);
    const auto new_value = value_of(after, key);
    if (old_value == new_value) continue;
    result.push_back({name, redact(name, old_value), redact(name, new_value), key.reloadable});
  }
  return result;
}

}  // namespace pilotlight::config
