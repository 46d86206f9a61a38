#include "support/model_store.hpp"

#include "base/overloaded.hpp"

namespace pilotlight::testing {
namespace {}  // namespace

void ModelStore::apply(const core::RecordOp& operation) {
  std::visit(overloaded{[&](const core::WorkerRecord& record) { workers[record.id] = record; },
                        [&](const core::AppRecord& record) {
                          if (apps.insert_or_assign(record.id, record).second) app_order_.push_back(record.id);
                        },
                        [&](const core::AppProgress& record) { progress[record.id] = record; },
                        [&](const core::DriverRecord& record) { drivers[record.id] = record; },
                        [&](const core::Counters& record) { counters = record; },
                        [&](const core::RemoveWorker& remove) { workers.erase(remove.id); },
                        [&](const core::RemoveApp& remove) {
                          apps.erase(remove.id);
                          progress.erase(remove.id);
                          std::erase(app_order_, remove.id);
                        },
                        [&](const core::RemoveDriver& remove) { drivers.erase(remove.id); }},
             operation);
}

core::Recovered ModelStore::load() const {
  core::Recovered all;
  for (const auto& [id, record] : workers) all.workers.push_back(record);
  for (const auto& id : app_order_) all.apps.push_back(apps.at(id));
  for (const auto& [id, record] : progress) all.progress.push_back(record);
  for (const auto& [id, record] : drivers) all.drivers.push_back(record);
  all.counters = counters;
  return all;
}

}  // namespace pilotlight::testing
