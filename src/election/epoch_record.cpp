#include "election/epoch_record.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "election/json.hpp"

namespace pilotlight::election {

bool EpochRecord::has_voter(const std::string& nonce) const {
  return std::any_of(voters.begin(), voters.end(), [&](const auto& voter) { return voter.nonce == nonce; });
}

std::string to_json(const EpochRecord& record) {
  nlohmann::json json{{"epoch", record.epoch.value}, {"node", record.node}, {"cause", record.cause}};
  if (record.leader.known()) json["leader"] = json_of(record.leader);
  auto& voters = json["voters"] = nlohmann::json::array();
  for (const auto& voter : record.voters) voters.push_back(json_of(voter));
  return text_of(json);
}

std::optional<EpochRecord> epoch_from_json(std::string_view text) {
  const auto json = parse_json(text);
  if (!json.is_object()) return std::nullopt;
  EpochRecord record;
  const auto epoch = json.find("epoch");
  if (epoch == json.end() || !epoch->is_number_unsigned()) return std::nullopt;
  record.epoch = Epoch(epoch->get<std::uint64_t>());
  record.node = text_in(json, "node");
  record.cause = text_in(json, "cause");
  if (const auto leader = json.find("leader"); leader != json.end()) {
    const auto member = member_of(*leader);
    if (!member) return std::nullopt;
    record.leader = *member;
  }
  if (const auto voters = json.find("voters"); voters != json.end() && voters->is_array()) {
    for (const auto& voter : *voters) {
      const auto member = member_of(voter);
      if (!member) return std::nullopt;
      record.voters.push_back(*member);
    }
  }
  return record;
}

std::size_t majority_of(std::size_t voters) { return voters / 2 + 1; }

}  // namespace pilotlight::election
