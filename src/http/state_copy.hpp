// Copies what documents show of a State, in slices: copying 10,000 workers at once would hold up the loop. Pure.
//
// Each entry is copied whole, as it is in the moment of its slice; the document may show one a little earlier than
// another. What no document shows stays behind (connections, indexes, bytes to echo). Between two slices the State may
// change in any way, by a change of leadership too.
#pragma once

#include <functional>
#include <optional>

#include "core/state.hpp"
#include "recovery/mirror.hpp"

namespace pilotlight::http {

class StateCopy {
 public:
  /// Goes on until `enough` says so (asked every few entries), or to the end: true. `records` are a STANDBY's mirror,
  /// or nullptr.
  bool go_on(const core::State& from, const recovery::Mirror* records, const std::function<bool()>& enough);

  core::State state;
  core::Recovered recorded;  ///< what `records` held

 private:
  enum class Part { start, workers, dead_workers, apps, completed_apps, drivers, completed_drivers, records, end };
  void begin(const core::State& from);
  /// One entry; false at the end of the part.
  bool one(const core::State& from, const recovery::Mirror* records);
  bool executor(const core::State& from);

  Part part_ = Part::start;
  Epoch epoch_;
  WorkerId worker_;
  std::optional<AppId> app_;
  std::optional<ExecutorId> executor_;
  std::optional<DriverId> driver_;
  std::size_t index_ = 0;
  std::optional<recovery::Place> place_;
};

}  // namespace pilotlight::http
