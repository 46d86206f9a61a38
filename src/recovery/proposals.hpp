// What the leader has announced to write and a standby has not heard to be durable: usually nothing, sometimes one
// batch. Pure; owned by the standby's replica, lent to the reader when this master takes over.
//
// A leader that dies between ZooKeeper's answer and its own word to the standbys leaves all of them one batch behind.
// What ZooKeeper has as its last commit is then here already, and nothing else has to be read. Only what one leader
// announced in one epoch is kept: the same number of another epoch may hold other records.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "recovery/mirror.hpp"
#include "recovery/zk_layout.hpp"

namespace pilotlight::recovery {

struct ProposedRow {
  std::string kind;
  std::string id;
  std::optional<std::string> value;  ///< absent: deleted
};

class Proposals {
 public:
  /// The next commit of this epoch. Those of another epoch are forgotten.
  void keep(std::uint64_t epoch, std::uint64_t number, std::vector<ProposedRow> rows);
  /// `mark` is durable: brings the mirror there, as far as what was announced reaches. False when it does not; the
  /// mirror has lost nothing that it had then, but lags behind.
  bool catch_up(Mirror& mirror, const CommitMark& mark);
  void clear() { commits_.clear(); }
  [[nodiscard]] std::size_t size() const { return commits_.size(); }

 private:
  std::uint64_t epoch_ = 0;
  std::map<std::uint64_t, std::vector<ProposedRow>> commits_;
};

}  // namespace pilotlight::recovery
