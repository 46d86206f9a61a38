// Holds outputs back until the records they rest on are durable, in order (D3, group commit). Pure.
//
// The replica adds every step's records and outputs, hands batches to the store one at a time and reports back.
// While a batch is under way the next one collects, so a slow disk makes batches larger, not the queue longer.
// An output waits for its own records and for all records added before it; order never changes.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "core/effect.hpp"

namespace pilotlight::replica {

class CommitGate {
 public:
  /// One step's records and outputs, in the order of the steps.
  void add(std::vector<core::RecordOp> records, std::vector<core::Output> outputs);

  /// Whether a batch waits and none is under way.
  [[nodiscard]] bool has_batch() const { return !under_way_ && !collecting_.empty(); }
  /// Begins the next batch (has_batch() must hold). The batch stays with the gate until batch_committed(), so that
  /// a failed commit can be made again with the same operations.
  const std::vector<core::RecordOp>& begin_batch();
  /// The batch under way, for another attempt.
  [[nodiscard]] const std::vector<core::RecordOp>& batch() const { return batch_; }
  /// The batch under way is durable.
  void batch_committed();

  /// Outputs that wait for nothing any more, oldest first.
  std::vector<core::Output> take_released();
  /// Forgets everything that is not durable or not released, the batch under way too: leadership was lost. Whatever
  /// becomes of that batch is the next leader's to find out; batch_committed() is not called for it.
  void drop();

  [[nodiscard]] std::size_t held_outputs() const { return held_.size(); }
  [[nodiscard]] bool idle() const { return !under_way_ && collecting_.empty(); }

 private:
  struct Held {
    std::uint64_t waits_for;  ///< number of the batch that must be durable
    core::Output output;
  };
  std::vector<core::RecordOp> collecting_;
  std::vector<core::RecordOp> batch_;
  std::deque<Held> held_;
  bool under_way_ = false;
  std::uint64_t durable_ = 0;  ///< number of the last durable batch
  std::uint64_t newest_ = 0;   ///< number of the batch that is collecting or was begun last
};

}  // namespace pilotlight::replica
