// A recovery store in memory: applies records as a store would and hands them back for a restart. For tests.
#pragma once

#include <map>
#include <vector>

#include "core/record.hpp"

namespace pilotlight::testing {

class ModelStore {
 public:
  void apply(const core::RecordOp& operation);
  [[nodiscard]] core::Recovered load() const;

  std::map<WorkerId, core::WorkerRecord> workers;
  std::map<AppId, core::AppRecord> apps;
  std::map<AppId, core::AppProgress> progress;
  std::map<DriverId, core::DriverRecord> drivers;
  core::Counters counters;

 private:
  std::vector<AppId> app_order_;
};

}  // namespace pilotlight::testing
