// What `<dir>/pilotlight/epoch` says: who leads, since when, and who may depose him (D4). Pure values.
//
// The znode's version is the fence: every write of a leader checks it, and every claim raises it. The voters stand in
// the record so that everybody counts the same majority; who they are changes only by a write that moves the version.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "election/member.hpp"

namespace pilotlight::election {

/// A version of the epoch znode.
using Fence = std::int32_t;

struct EpochRecord {
  Epoch epoch;
  Member leader;                ///< unknown (no nonce) before the first election
  std::string node;             ///< the leader's election node
  std::vector<Member> voters;   ///< the leader among them
  std::string cause = "start";  ///< why it changed hands: see Cause

  [[nodiscard]] bool has_voter(const std::string& nonce) const;
};

std::string to_json(const EpochRecord& record);
/// nullopt for anything that we did not write.
std::optional<EpochRecord> epoch_from_json(std::string_view text);

/// The least number of voters that is more than half of them.
std::size_t majority_of(std::size_t voters);

}  // namespace pilotlight::election
