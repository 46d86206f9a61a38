// Who takes part in the election: a master, its election node, and the queue that those nodes form. Pure values.
//
// The nodes are named as Curator's LeaderLatch names its own (spec §5.6), so that Spark's masters and ours stand in one
// queue: `_c_<uuid>-latch-<ten digits>`, in the order of the digits. Ours say in JSON who they are; a JVM master's are
// empty. Reading never fails: what cannot be read counts as a stranger's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "deploy/types.hpp"

namespace pilotlight::election {

/// One process. A restarted master is another member: its nonce is new.
struct Member {
  std::string nonce;        ///< random, of this process only
  deploy::Address address;  ///< where its RPC listens
  std::string web_ui_url;
  std::int32_t web_port = 0;
  std::string version;  ///< of Pilotlight

  [[nodiscard]] bool known() const { return !nonce.empty(); }
  [[nodiscard]] std::string url() const { return "spark://" + deploy::to_string(address); }
  bool operator==(const Member&) const = default;
};

std::string to_json(const Member& member);
std::optional<Member> member_from_json(std::string_view text);

/// "_c_<uuid>-latch-": ZooKeeper appends the digits.
std::string candidate_prefix(std::string_view uuid);
/// Whether the node was created with this uuid.
bool has_uuid(std::string_view node, std::string_view uuid);

struct Candidate {
  std::string node;  ///< its name, not its path
  std::int64_t sequence = 0;
  std::optional<Member> member;  ///< absent: not one of ours, or not read yet
  bool read = false;             ///< its data was read
};

/// The candidates among an election node's children, first in the queue first; other names are left out.
std::vector<Candidate> in_order(const std::vector<std::string>& children);

}  // namespace pilotlight::election
