// A recovery store in memory: applies records as a store would and hands them back for a restart. For tests.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/state.hpp"

namespace pilotlight::testing {

class ModelStore {
 public:
  void apply(const core::RecordOp& operation);
  [[nodiscard]] core::Recovered load() const;
  /// The first difference between the executors of a leading master and their records; nullopt when there is none.
  [[nodiscard]] std::optional<std::string> executors_differ(const core::State& state) const;

  std::map<WorkerId, core::WorkerRecord> workers;
  std::map<AppId, core::AppRecord> apps;
  std::map<AppId, core::AppProgress> progress;
  std::map<core::ExecutorKey, core::ExecutorRecord> executors;
  std::map<DriverId, core::DriverRecord> drivers;
  core::Counters counters;

 private:
  std::vector<AppId> app_order_;
};

}  // namespace pilotlight::testing
