// The applications that want more executors than they have, per dialect, first come first served. Private to core,
// pure. Points into State::apps: remove() an application before it goes.
#pragma once

#include <array>
#include <cstdint>
#include <map>

#include "core/demand.hpp"
#include "core/state.hpp"

namespace pilotlight::core {

class WaitingApps {
 public:
  struct Entry {
    AppInfo* app = nullptr;
    LeastWish least;
    bool fresh = true;  ///< its wishes changed: it has not looked at all workers since
  };
  using Queue = std::map<std::uint64_t, Entry>;

  /// Queues the application at its place, as fresh.
  void add(AppInfo& app, LeastWish least) {
    queue_of(app.record.dialect)[app.sequence] = Entry{&app, least, true};
    fresh_ = true;
  }
  void remove(const AppInfo& app) { queue_of(app.record.dialect).erase(app.sequence); }
  Queue& queue_of(deploy::Dialect dialect) { return queues_[static_cast<std::size_t>(dialect)]; }

  [[nodiscard]] bool empty() const {
    for (const auto& queue : queues_)
      if (!queue.empty()) return false;
    return true;
  }
  /// Whether any application was added since the last pass.
  [[nodiscard]] bool anything_fresh() const { return fresh_; }
  void forget_freshness() { fresh_ = false; }
  void clear() {
    for (auto& queue : queues_) queue.clear();
    fresh_ = false;
  }

 private:
  std::array<Queue, std::size(deploy::all_dialects)> queues_;
  bool fresh_ = false;
};

}  // namespace pilotlight::core
