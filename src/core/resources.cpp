#include "core/resources.hpp"

#include <algorithm>
#include <set>

namespace pilotlight::core {
namespace {

const std::vector<std::string>& addresses_of(const deploy::Resources& resources, const std::string& name) {
  static const std::vector<std::string> none;
  const auto found = resources.find(name);
  return found == resources.end() ? none : found->second;
}

bool contains(const std::vector<std::string>& addresses, const std::string& address) {
  return std::find(addresses.begin(), addresses.end(), address) != addresses.end();
}

}  // namespace

std::int32_t free_amount(const deploy::Resources& total, const deploy::Resources& used, const std::string& name) {
  return static_cast<std::int32_t>(addresses_of(total, name).size()) -
         static_cast<std::int32_t>(addresses_of(used, name).size());
}

bool fits(const deploy::Resources& total, const deploy::Resources& used, const Amounts& needed) {
  return std::all_of(needed.begin(), needed.end(),
                     [&](const auto& need) { return free_amount(total, used, need.first) >= need.second; });
}

deploy::Resources choose(const deploy::Resources& total, const deploy::Resources& used, const Amounts& needed) {
  deploy::Resources chosen;
  for (const auto& [name, amount] : needed) {
    const auto& taken = addresses_of(used, name);
    auto& mine = chosen[name];
    for (const auto& address : addresses_of(total, name)) {
      if (static_cast<std::int32_t>(mine.size()) >= amount) break;
      if (!contains(taken, address)) mine.push_back(address);
    }
  }
  return chosen;
}

bool claimable(const deploy::Resources& total, const deploy::Resources& used, const deploy::Resources& claimed) {
  for (const auto& [name, addresses] : claimed) {
    const auto& exist = addresses_of(total, name);
    const auto& taken = addresses_of(used, name);
    std::set<std::string> seen;
    for (const auto& address : addresses)
      if (!contains(exist, address) || contains(taken, address) || !seen.insert(address).second) return false;
  }
  return true;
}

void take(deploy::Resources& used, const deploy::Resources& taken) {
  for (const auto& [name, addresses] : taken) {
    if (addresses.empty()) continue;
    auto& mine = used[name];
    mine.insert(mine.end(), addresses.begin(), addresses.end());
  }
}

void give_back(deploy::Resources& used, const deploy::Resources& returned) {
  for (const auto& [name, addresses] : returned) {
    const auto found = used.find(name);
    if (found == used.end()) continue;
    std::erase_if(found->second, [&](const std::string& address) { return contains(addresses, address); });
    if (found->second.empty()) used.erase(found);
  }
}

}  // namespace pilotlight::core
