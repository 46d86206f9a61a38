#include "replica/commit_gate.hpp"

#include <iterator>
#include <utility>

#include "base/assert.hpp"

namespace pilotlight::replica {

void CommitGate::add(std::vector<core::RecordOp> records, std::vector<core::Output> outputs) {
  if (!records.empty()) {
    if (collecting_.empty()) ++newest_;
    collecting_.insert(collecting_.end(), std::make_move_iterator(records.begin()),
                       std::make_move_iterator(records.end()));
  }
  for (auto& output : outputs) held_.push_back({newest_, std::move(output)});
}

const std::vector<core::RecordOp>& CommitGate::begin_batch() {
  PILOTLIGHT_ASSERT(has_batch());
  batch_ = std::exchange(collecting_, {});
  under_way_ = true;
  return batch_;
}

void CommitGate::batch_committed() {
  PILOTLIGHT_ASSERT(under_way_);
  under_way_ = false;
  batch_.clear();
  ++durable_;
}

std::vector<core::Output> CommitGate::take_released() {
  std::vector<core::Output> released;
  while (!held_.empty() && held_.front().waits_for <= durable_) {
    released.push_back(std::move(held_.front().output));
    held_.pop_front();
  }
  return released;
}

void CommitGate::drop() {
  collecting_.clear();
  batch_.clear();
  held_.clear();
  under_way_ = false;
  newest_ = durable_;
}

}  // namespace pilotlight::replica
