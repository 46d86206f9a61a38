#include "http/state_copy.hpp"

namespace pilotlight::http {
namespace {

constexpr int entries_at_a_time = 8;

core::WorkerInfo copy_of(const core::WorkerInfo& worker) {
  core::WorkerInfo copy = worker;
  copy.peer = {};
  return copy;
}

/// Without its executors, which are copied one by one.
core::AppInfo copy_of(const core::AppInfo& app) {
  core::AppInfo copy;
  copy.record = app.record;
  copy.record.description.raw = {};
  copy.progress = app.progress;
  copy.state = app.state;
  copy.removed_executors = app.removed_executors;
  copy.cores_granted = app.cores_granted;
  copy.live = app.live;
  copy.sequence = app.sequence;
  copy.retry_count = app.retry_count;
  copy.recovered = app.recovered;
  copy.repair_deadline = app.repair_deadline;
  return copy;
}

core::DriverInfo copy_of(const core::DriverInfo& driver) {
  core::DriverInfo copy = driver;
  copy.record.description.java_opts.clear();
  copy.record.description.raw = {};
  return copy;
}

/// The entry after `key`; the first one without a key.
template <typename Map, typename Key>
auto after(const Map& map, const std::optional<Key>& key) {
  return key ? map.upper_bound(*key) : map.begin();
}

/// The next entry of a list that may have lost some at its front since: then the copy begins again.
template <typename List, typename Copies, typename Id>
bool next_of(const List& list, Copies& copies, std::size_t& index, Id id) {
  if (index > list.size() || (index > 0 && (copies.size() != index || id(copies.front()) != id(list.front())))) {
    copies.clear();
    index = 0;
  }
  if (index == list.size()) return false;
  copies.push_back(copy_of(list[index++]));
  return true;
}

constexpr auto id_of = [](const auto& info) -> const auto& { return info.record.id; };

}  // namespace

bool StateCopy::go_on(const core::State& from, const recovery::Mirror* records, const std::function<bool()>& enough) {
  // Another leadership has another state: a mixture of both would be nonsense.
  if (part_ != Part::start && (from.epoch != epoch_ || (from.recovery == core::RecoveryState::standby) !=
                                                           (state.recovery == core::RecoveryState::standby))) {
    *this = StateCopy();
  }
  state.recovery = from.recovery;
  while (part_ != Part::end) {
    for (int i = 0; i < entries_at_a_time && part_ != Part::end; ++i) {
      if (one(from, records)) continue;
      part_ = static_cast<Part>(static_cast<int>(part_) + 1);
      index_ = 0;
    }
    if (part_ != Part::end && enough()) return false;
  }
  return true;
}

void StateCopy::begin(const core::State& from) {
  state.settings = from.settings;
  state.recovery = from.recovery;
  state.epoch = epoch_ = from.epoch;
  state.counters = from.counters;
}

bool StateCopy::one(const core::State& from, const recovery::Mirror* records) {
  switch (part_) {
    case Part::start: begin(from); return false;
    case Part::workers: {
      const auto next = from.workers.upper_bound(worker_);
      if (next == from.workers.end()) return false;
      worker_ = next->first;
      state.workers.emplace_hint(state.workers.end(), next->first, copy_of(next->second));
      return true;
    }
    case Part::dead_workers: return next_of(from.dead_workers, state.dead_workers, index_, id_of);
    case Part::apps: {
      if (executor_) return executor(from);
      const auto next = after(from.apps, app_);
      if (next == from.apps.end()) return false;
      app_ = next->first;
      state.apps.emplace_hint(state.apps.end(), next->first, copy_of(next->second));
      executor_ = ExecutorId(-1);
      return true;
    }
    case Part::completed_apps: return next_of(from.completed_apps, state.completed_apps, index_, id_of);
    case Part::drivers: {
      const auto next = after(from.drivers, driver_);
      if (next == from.drivers.end()) return false;
      driver_ = next->first;
      state.drivers.emplace_hint(state.drivers.end(), next->first, copy_of(next->second));
      if (!next->second.record.worker) state.waiting_drivers.push_back(next->first);
      return true;
    }
    case Part::completed_drivers: return next_of(from.completed_drivers, state.completed_drivers, index_, id_of);
    case Part::records: {
      if (records == nullptr || from.recovery != core::RecoveryState::standby) return false;
      const auto next = after(records->rows(), place_);
      if (next == records->rows().end()) return false;
      place_ = next->first;
      if (next->second.record) recovery::append(recorded, *next->second.record);
      return true;
    }
    case Part::end: return false;
  }
  return false;
}

bool StateCopy::executor(const core::State& from) {
  const auto app = from.apps.find(*app_);
  const auto end_of_app = [&] {
    executor_.reset();
    return true;
  };
  if (app == from.apps.end()) return end_of_app();
  const auto next = app->second.executors.upper_bound(*executor_);
  if (next == app->second.executors.end()) return end_of_app();
  executor_ = next->first;
  auto& executors = state.apps.rbegin()->second.executors;
  executors.emplace_hint(executors.end(), next->first, next->second);
  return true;
}

}  // namespace pilotlight::http
