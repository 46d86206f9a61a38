#include "core/capacity.hpp"

#include <algorithm>

namespace pilotlight::core {
namespace {

/// One that has not answered yet gets nothing, but is there to be reckoned with.
bool is_registered(const WorkerInfo& worker) {
  return worker.state == WorkerState::alive || worker.state == WorkerState::unknown;
}

bool can_take_work(const WorkerInfo& worker) {
  return worker.state == WorkerState::alive && !worker.version_pending && !worker.report_pending &&
         worker.cores_free() > 0;
}

}  // namespace

bool Capacity::Order::operator()(const Slot& a, const Slot& b) const {
  const Slot& first = descending ? b : a;
  const Slot& second = descending ? a : b;
  if (first.rank != second.rank) return first.rank < second.rank;
  return first.worker->record.id < second.worker->record.id;
}

Capacity::Capacity(WorkerSelectionPolicy policy) : policy_(policy) {
  const bool descending =
      policy == WorkerSelectionPolicy::cores_free_desc || policy == WorkerSelectionPolicy::memory_free_desc;
  for (std::size_t i = 0; i < std::size(deploy::all_dialects); ++i) slots_.emplace_back(Order{descending});
}

std::int64_t Capacity::rank_of(const WorkerInfo& worker) const {
  switch (policy_) {
    case WorkerSelectionPolicy::cores_free_desc:
    case WorkerSelectionPolicy::cores_free_asc: return worker.cores_free();
    case WorkerSelectionPolicy::memory_free_desc:
    case WorkerSelectionPolicy::memory_free_asc: return worker.memory_free_mb();
    case WorkerSelectionPolicy::worker_id: return 0;
  }
  return 0;
}

void Capacity::remove(WorkerInfo& worker) {
  const auto found = entries_.find(&worker);
  if (found == entries_.end()) return;
  const Entry& entry = found->second;
  for (const auto dialect : entry.dialects) {
    --registered_[index_of(dialect)];
    if (entry.listed) slots_[index_of(dialect)].erase(Slot{entry.rank, &worker});
  }
  if (!entry.dialects.empty()) --newest_[index_of(entry.dialects.back())];
  entries_.erase(found);
}

void Capacity::refresh(WorkerInfo& worker) {
  const auto found = entries_.find(&worker);
  if (found != entries_.end() && found->second.listed && can_take_work(worker) &&
      found->second.rank == rank_of(worker) && found->second.dialects == worker.record.dialects)
    return;
  remove(worker);
  if (!is_registered(worker)) return;
  Entry entry{rank_of(worker), can_take_work(worker), worker.record.dialects};
  for (const auto dialect : entry.dialects) {
    ++registered_[index_of(dialect)];
    if (entry.listed) slots_[index_of(dialect)].insert(Slot{entry.rank, &worker});
  }
  if (!entry.dialects.empty()) ++newest_[index_of(entry.dialects.back())];
  entries_.emplace(&worker, std::move(entry));
}

void Capacity::grew(WorkerInfo& worker) {
  refresh(worker);
  if (can_take_work(worker)) grown_.insert(&worker);
}

void Capacity::forget(WorkerInfo& worker) {
  remove(worker);
  grown_.erase(&worker);
}

void Capacity::clear() {
  for (auto& slots : slots_) slots.clear();
  entries_.clear();
  grown_.clear();
  registered_.fill(0);
  newest_.fill(0);
}

void Capacity::sort(std::vector<WorkerInfo*>& workers) const {
  const Order before = slots_.front().key_comp();
  std::sort(workers.begin(), workers.end(), [&](WorkerInfo* a, WorkerInfo* b) {
    return before(Slot{rank_of(*a), a}, Slot{rank_of(*b), b});
  });
}

std::vector<WorkerInfo*> Capacity::grown(deploy::Dialect dialect) const {
  std::vector<WorkerInfo*> workers;
  for (auto* worker : grown_) {
    const auto& dialects = worker->record.dialects;
    if (can_take_work(*worker) && std::find(dialects.begin(), dialects.end(), dialect) != dialects.end())
      workers.push_back(worker);
  }
  sort(workers);
  return workers;
}

bool Capacity::agrees_with(const State& state) const {
  std::array<std::int32_t, std::size(deploy::all_dialects)> registered{};
  std::array<std::size_t, std::size(deploy::all_dialects)> listed{};
  std::size_t entries = 0;
  for (const auto& [id, worker] : state.workers) {
    if (!is_registered(worker)) continue;
    ++entries;
    const auto found = entries_.find(&worker);
    if (found == entries_.end() || found->second.listed != can_take_work(worker) ||
        found->second.dialects != worker.record.dialects)
      return false;
    for (const auto dialect : worker.record.dialects) {
      ++registered[index_of(dialect)];
      if (!found->second.listed) continue;
      ++listed[index_of(dialect)];
      if (found->second.rank != rank_of(worker)) return false;
    }
  }
  if (entries != entries_.size() || registered != registered_) return false;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].size() != listed[i]) return false;
    for (const auto& slot : slots_[i])
      if (slot.rank != rank_of(*slot.worker)) return false;
  }
  return true;
}

}  // namespace pilotlight::core
