// Which dialect a worker speaks, when its messages alone do not tell (4.1/4.2 and 4.3 send the same bytes).
#include <algorithm>

#include "core/step.hpp"

namespace pilotlight::core {
namespace {

std::string names_of(const std::vector<deploy::Dialect>& dialects) {
  std::string names;
  for (const auto dialect : dialects) names.append(names.empty() ? "" : " or ").append(deploy::name_of(dialect));
  return names;
}

}  // namespace

void Step::read_version_if_needed(WorkerInfo& worker) {
  worker.dialect_proven = worker.record.dialects.size() == 1;
  worker.version_pending = !worker.dialect_proven && !worker.record.web_ui_url.empty();
  if (worker.version_pending) effects_.outputs.push_back(ReadWorkerVersion{worker.record.id, worker.record.web_ui_url});
}

void Step::handle(const WorkerVersionRead& event) {
  auto* worker = find_worker(event.worker);
  if (worker == nullptr || !worker->version_pending) return;
  worker->version_pending = false;
  const auto dialect = event.spark_version ? deploy::dialect_of_version(*event.spark_version) : std::nullopt;
  const auto& candidates = worker->record.dialects;
  if (dialect && std::find(candidates.begin(), candidates.end(), *dialect) != candidates.end()) {
    dialect_fits(*worker, *dialect);
  } else {
    warn("The Spark version of worker " + worker->record.id.text + " could not be read from " +
         worker->record.web_ui_url + (event.spark_version ? " (it says " + *event.spark_version + ")" : std::string()) +
         ": it may be " + names_of(candidates) + ", its first executors will show.");
  }
  indexes_.capacity.grew(*worker);
  schedule_soon();
}

void Step::set_dialects(WorkerInfo& worker, std::vector<deploy::Dialect> dialects) {
  if (worker.record.dialects == dialects) return;
  worker.record.dialects = std::move(dialects);
  if (!worker.record.dialects.empty()) worker.peer.dialect = worker.record.dialects.back();
  if (worker.state != WorkerState::decommissioned) persist(worker.record);
  indexes_.capacity.grew(worker);
  schedule_soon();
}

void Step::dialect_fits(WorkerInfo& worker, deploy::Dialect dialect) {
  if (worker.dialect_proven) return;
  worker.dialect_proven = true;
  set_dialects(worker, {dialect});
}

void Step::dialect_unfit(WorkerInfo& worker, deploy::Dialect dialect) {
  auto dialects = worker.record.dialects;
  if (std::erase(dialects, dialect) == 0) return;
  warn("Worker " + worker.record.id.text + " did not take an executor of Spark " +
       std::string(deploy::name_of(dialect)) + ": " +
       (dialects.empty() ? std::string("it gets no executors any more; restart it so that its web page can be read.")
                         : "it is taken for Spark " + names_of(dialects) + " from now on."));
  set_dialects(worker, std::move(dialects));
}

}  // namespace pilotlight::core
