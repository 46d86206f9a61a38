#include <cctype>

#include "core/step.hpp"

namespace pilotlight::core {
namespace {

std::string lower_case(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return text;
}

}  // namespace

void Step::on(const deploy::WorkerDecommissioning& decommissioning, const Message& from) {
  if (standby()) return reply_at_once(from, decommissioning.worker, deploy::MasterInStandby{});
  auto* worker = find_worker(decommissioning.id);
  if (worker == nullptr) {
    warn("Unknown worker wants to be decommissioned: " + decommissioning.id.text);
    return;
  }
  heard_from(*worker, from);
  decommission(*worker);
  check_recovery();
}

void Step::on(const deploy::DecommissionWorkersOnHosts& request, const Message& from) {
  answer(from, deploy::IntegerReply{decommission_hosts(request.hosts)});
}

void Step::handle(const DecommissionHostsRequested& event) { decommission_hosts(event.hosts); }

std::int32_t Step::decommission_hosts(const std::vector<std::string>& hosts) {
  if (standby()) return 0;
  std::set<std::string> wanted;
  for (const auto& host : hosts) wanted.insert(lower_case(host));
  std::int32_t count = 0;
  for (auto& [id, worker] : state_.workers) {
    if (!wanted.contains(lower_case(worker.record.host)) &&
        !wanted.contains(lower_case(worker.record.ref.address.host)))
      continue;
    ++count;
    if (worker.state == WorkerState::decommissioned) continue;
    info("Decommissioning the worker with host:port " + worker.record.host + ":" + std::to_string(worker.record.port));
    decommission(worker);
    send(worker.peer, deploy::DecommissionWorker{});
  }
  check_recovery();
  return count;
}

void Step::decommission(WorkerInfo& worker) {
  if (worker.state == WorkerState::decommissioned) {
    warn("Skipping decommissioning worker " + worker.record.id.text + " on " + worker.record.host + ":" +
         std::to_string(worker.record.port) + " as worker is already decommissioned");
    return;
  }
  info("Decommissioning worker " + worker.record.id.text + " on " + worker.record.host + ":" +
       std::to_string(worker.record.port));
  if (worker.state == WorkerState::unknown) watch(worker);
  worker.state = WorkerState::decommissioned;
  indexes_.unknown_workers.erase(worker.record.id);
  indexes_.capacity.refresh(worker);
  for (const auto& key : worker.executors) {
    AppInfo& app = *find_app(key.app);
    ExecutorInfo& executor = app.executors.at(key.executor);
    info("Telling app of decommission executors: " + std::to_string(key.executor.value));
    send(app.driver, deploy::ExecutorUpdated{key.executor, deploy::ExecutorState::decommissioned,
                                             "worker decommissioned", std::nullopt, worker.record.host});
    retire_executor(app, executor);
  }
  // It takes no part in a recovery: a master that starts anew has nothing to expect of it.
  persist(RemoveWorker{worker.record.id});
  schedule_soon();
}

}  // namespace pilotlight::core
