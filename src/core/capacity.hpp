// The ALIVE workers with free cores, per dialect, in the order of spark.deploy.workerSelectionPolicy. Private to
// core, pure.
//
// Kept up to date worker by worker (refresh), so that neither a registration nor a scheduling pass has to look at
// all of them. It points into State::workers: forget() a worker before it goes. `grown` are the workers that gained
// something since the last pass: an application that found no place then needs to look at these only.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/state.hpp"

namespace pilotlight::core {

class Capacity {
 public:
  explicit Capacity(WorkerSelectionPolicy policy);

  /// The worker's state, dialects or free capacity may have changed.
  void refresh(WorkerInfo& worker);
  /// The same, and the change may make room for somebody who found none before.
  void grew(WorkerInfo& worker);
  void forget(WorkerInfo& worker);
  void clear();

  /// Calls visit(worker) in order, over the workers that can run this dialect, until it returns false. The visitor
  /// must not refresh workers.
  template <typename Visit>
  void walk(deploy::Dialect dialect, Visit visit) const {
    for (const auto& slot : slots_[index_of(dialect)])
      if (!visit(*slot.worker)) return;
  }
  /// Sorts workers as walk() would visit them now.
  void sort(std::vector<WorkerInfo*>& workers) const;
  /// The grown workers of one dialect, in the same order.
  [[nodiscard]] std::vector<WorkerInfo*> grown(deploy::Dialect dialect) const;
  [[nodiscard]] bool anything_grew() const { return !grown_.empty(); }
  void forget_growth() { grown_.clear(); }

  /// Workers, ALIVE or yet to answer a new leader, whose candidates contain the dialect, free or not.
  [[nodiscard]] std::int32_t registered(deploy::Dialect dialect) const { return registered_[index_of(dialect)]; }
  /// Those whose newest candidate is the dialect.
  [[nodiscard]] std::int32_t registered_as_newest(deploy::Dialect dialect) const { return newest_[index_of(dialect)]; }
  /// For tests: whether every entry stands where the worker's state puts it.
  [[nodiscard]] bool agrees_with(const State& state) const;

 private:
  struct Slot {
    std::int64_t rank = 0;
    WorkerInfo* worker = nullptr;
  };
  struct Order {
    bool descending = true;
    bool operator()(const Slot& a, const Slot& b) const;
  };
  struct Entry {
    std::int64_t rank = 0;
    bool listed = false;  ///< has slots, not only counts
    std::vector<deploy::Dialect> dialects;
  };
  static std::size_t index_of(deploy::Dialect dialect) { return static_cast<std::size_t>(dialect); }
  [[nodiscard]] std::int64_t rank_of(const WorkerInfo& worker) const;
  void remove(WorkerInfo& worker);

  WorkerSelectionPolicy policy_;
  std::vector<std::set<Slot, Order>> slots_;
  std::unordered_map<const WorkerInfo*, Entry> entries_;
  std::unordered_set<WorkerInfo*> grown_;
  std::array<std::int32_t, std::size(deploy::all_dialects)> registered_{};
  std::array<std::int32_t, std::size(deploy::all_dialects)> newest_{};
};

}  // namespace pilotlight::core
