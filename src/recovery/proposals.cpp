#include "recovery/proposals.hpp"

#include <utility>

namespace pilotlight::recovery {

void Proposals::keep(std::uint64_t epoch, std::uint64_t number, std::vector<ProposedRow> rows) {
  if (epoch != epoch_) commits_.clear();
  epoch_ = epoch;
  commits_[number] = std::move(rows);
}

bool Proposals::catch_up(Mirror& mirror, const CommitMark& mark) {
  while (mark.epoch == epoch_ && mirror.number() < mark.number) {
    const auto next = commits_.find(mirror.number() + 1);
    if (next == commits_.end()) break;
    Commit commit{next->first, {}};
    for (auto& row : next->second) commit.changes.push_back({row.kind, row.id, std::move(row.value)});
    if (!mirror.apply(commit)) break;
    commits_.erase(next);
  }
  commits_.erase(commits_.begin(), commits_.upper_bound(mirror.number()));
  return mirror.number() >= mark.number;
}

}  // namespace pilotlight::recovery
