#include "election/member.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "election/json.hpp"

namespace pilotlight::election {
namespace {

constexpr std::string_view protection = "_c_";
constexpr std::string_view latch = "latch-";
constexpr std::size_t digits = 10;

}  // namespace

std::string to_json(const Member& member) { return text_of(json_of(member)); }

std::optional<Member> member_from_json(std::string_view text) { return member_of(parse_json(text)); }

std::string candidate_prefix(std::string_view uuid) {
  return std::string(protection) + std::string(uuid) + '-' + std::string(latch);
}

bool has_uuid(std::string_view node, std::string_view uuid) { return node.starts_with(candidate_prefix(uuid)); }

std::vector<Candidate> in_order(const std::vector<std::string>& children) {
  std::vector<Candidate> candidates;
  for (const auto& name : children) {
    if (name.size() < latch.size() + digits) continue;
    const auto number = std::string_view(name).substr(name.size() - digits);
    const bool is_number = std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!is_number || !std::string_view(name).substr(0, name.size() - digits).ends_with(latch)) continue;
    candidates.push_back({name, std::stoll(std::string(number)), std::nullopt, false});
  }
  std::sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
  return candidates;
}

}  // namespace pilotlight::election
