#include "support/model_store.hpp"

#include "base/overloaded.hpp"

namespace pilotlight::testing {
void ModelStore::apply(const core::RecordOp& operation) {
  std::visit(overloaded{[&](const core::WorkerRecord& record) { workers[record.id] = record; },
                        [&](const core::AppRecord& record) {
                          if (apps.insert_or_assign(record.id, record).second) app_order_.push_back(record.id);
                        },
                        [&](const core::AppProgress& record) { progress[record.id] = record; },
                        [&](const core::ExecutorRecord& record) {
                          executors[{record.app, record.id}] = record;
                        },
                        [&](const core::DriverRecord& record) { drivers[record.id] = record; },
                        [&](const core::Counters& record) { counters = record; },
                        [&](const core::RemoveWorker& remove) { workers.erase(remove.id); },
                        [&](const core::RemoveApp& remove) {
                          apps.erase(remove.id);
                          progress.erase(remove.id);
                          std::erase(app_order_, remove.id);
                        },
                        [&](const core::RemoveExecutor& remove) { executors.erase(remove.executor); },
                        [&](const core::RemoveDriver& remove) { drivers.erase(remove.id); }},
             operation);
}

core::Recovered ModelStore::load() const {
  core::Recovered all;
  for (const auto& [id, record] : workers) all.workers.push_back(record);
  for (const auto& id : app_order_) all.apps.push_back(apps.at(id));
  for (const auto& [id, record] : progress) all.progress.push_back(record);
  for (const auto& [key, record] : executors) all.executors.push_back(record);
  for (const auto& [id, record] : drivers) all.drivers.push_back(record);
  all.counters = counters;
  return all;
}

std::optional<std::string> ModelStore::executors_differ(const core::State& state) const {
  std::size_t held = 0;
  for (const auto& [app_id, app] : state.apps) {
    for (const auto& [id, executor] : app.executors) {
      ++held;
      const std::string name = app_id.text + "/" + std::to_string(id.value);
      const auto found = executors.find({app_id, id});
      if (found == executors.end()) return "executor " + name + " has no record";
      const auto& record = found->second;
      if (record.worker != executor.worker || record.profile != executor.profile || record.cores != executor.cores ||
          record.memory_mb != executor.memory_mb || record.resources != executor.resources)
        return "the record of executor " + name + " says something else";
    }
  }
  if (held != executors.size()) return "there are records of executors that are gone";
  return std::nullopt;
}

}  // namespace pilotlight::testing
