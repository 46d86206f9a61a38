#include <algorithm>
#include <utility>

#include "core/ids.hpp"
#include "core/step.hpp"

namespace pilotlight::core {
namespace {

bool is_host(const std::string& host) {
  if (host.empty() || host.find_first_of(" \t\r\n/") != std::string::npos) return false;
  return host.find(':') == std::string::npos || (host.front() == '[' && host.back() == ']');
}

}  // namespace

bool Step::same_offer(const WorkerRecord& record, const deploy::RegisterWorker& registration) {
  return record.cores == registration.cores && record.memory_mb == registration.memory_mb &&
         record.resources == registration.resources && record.ref == registration.worker;
}

bool Step::same_build(const WorkerRecord& record, const Message& from) {
  const auto fits = [&](deploy::Dialect dialect) {
    return std::find(from.candidates.begin(), from.candidates.end(), dialect) != from.candidates.end();
  };
  return !record.dialects.empty() && std::all_of(record.dialects.begin(), record.dialects.end(), fits);
}

std::optional<std::string> Step::flaw_of(const deploy::RegisterWorker& worker) {
  if (worker.id.empty()) return "A worker needs an id, this one has none.";
  const std::string who = "Worker " + worker.id.text + " ";
  if (worker.cores <= 0) return who + "offers " + std::to_string(worker.cores) + " cores; it must offer at least 1.";
  if (worker.memory_mb <= 0)
    return who + "offers " + std::to_string(worker.memory_mb) + " MiB of memory; it must offer at least 1.";
  if (!is_host(worker.host)) return who + "has no usable host name; set SPARK_WORKER_HOST or --host.";
  if (worker.port <= 0 || worker.port > 65535)
    return who + "has port " + std::to_string(worker.port) + "; it must be 1 to 65535.";
  if (!is_host(worker.worker.address.host) || worker.worker.address.port <= 0 || worker.worker.address.port > 65535)
    return who + "cannot be called back: its reference has no usable address.";
  for (const auto& [name, addresses] : worker.resources)
    if (std::set<std::string>(addresses.begin(), addresses.end()).size() != addresses.size())
      return who + "names an address of resource " + name + " twice.";
  return std::nullopt;
}

void Step::on(const deploy::RegisterWorker& worker, const Message& from) {
  if (standby()) return reply_at_once(from, worker.worker, deploy::MasterInStandby{});
  info("Registering worker " + worker.host + ":" + std::to_string(worker.port) + " with " +
       std::to_string(worker.cores) + " cores, " + memory_text(worker.memory_mb) + " RAM");
  if (auto flaw = flaw_of(worker)) {
    warn("Worker registration failed. " + *flaw);
    return reply_at_once(from, worker.worker, deploy::RegisterWorkerFailed{*std::move(flaw)});
  }
  if (auto* known = find_worker(worker.id)) {
    if (same_offer(known->record, worker)) return register_again(*known, worker, from);
    if (known->peer.connection != ConnectionId{} && known->peer.connection != from.connection &&
        known->record.ref.address != worker.worker.address) {
      const std::string sentence = "Worker id " + worker.id.text + " is in use by the worker at " +
                                   deploy::to_string(known->record.ref.address) +
                                   "; give every worker an id of its own.";
      warn("Worker registration failed. " + sentence);
      return reply_at_once(from, worker.worker, deploy::RegisterWorkerFailed{sentence});
    }
    // Ids can be fixed by configuration (4.x): the same id with another offer is a new process.
    remove_worker(*known, "Worker replaced by a new worker with same id");
  }
  std::erase_if(state_.dead_workers, [&](const WorkerInfo& dead) {
    return dead.record.host == worker.host && dead.record.port == worker.port;
  });
  const std::string address = deploy::to_string(worker.worker.address);
  if (const auto found = state_.worker_by_address.find(address); found != state_.worker_by_address.end()) {
    WorkerInfo& old = *find_worker(found->second);
    // Two processes cannot listen on one address: the old one is gone, if nothing speaks for it any more.
    if (old.state != WorkerState::unknown && old.peer.connection != ConnectionId{}) {
      warn("Worker registration failed. Attempted to re-register worker at same address: " + address);
      return reply_at_once(from, worker.worker,
                           deploy::RegisterWorkerFailed{"Attempted to re-register worker at same address: " + address});
    }
    remove_worker(old, "Worker replaced by a new worker with same address");
    // The old one must not stay on show at the address of the new one.
    std::erase_if(state_.dead_workers,
                  [&](const WorkerInfo& dead) { return dead.record.ref.address == worker.worker.address; });
  }
  add_worker(worker, from);
  check_recovery();
}

void Step::add_worker(const deploy::RegisterWorker& registration, const Message& from) {
  WorkerInfo& worker = state_.workers[registration.id];
  worker.record = WorkerRecord{
      registration.id,        registration.host,       registration.port,   registration.cores, registration.memory_mb,
      registration.resources, registration.web_ui_url, registration.worker, from.candidates,    now_.wall};
  worker.peer = Peer{registration.worker, from.candidates.back(), from.connection};
  worker.state = WorkerState::alive;
  worker.connected_since = now_.instant;
  worker.last_heartbeat = now_.instant;
  worker.last_heartbeat_wall = now_.wall;
  state_.worker_by_address[deploy::to_string(registration.worker.address)] = registration.id;
  indexes_.connections.move(registration.id, {}, from.connection);
  watch(worker);
  persist(worker.record);
  send_registered(worker, registration, false);
  rehearse_soon(worker);
  read_version_if_needed(worker);
  // Its record may have been lost while its executors and drivers live on: what it runs must be known before it gets
  // more.
  for (const auto dialect : worker.record.dialects)
    worker.report_pending = worker.report_pending || indexes_.recovered_apps[dialect] > 0;
  for (const auto& id : indexes_.unclaimed_drivers)
    worker.report_pending = worker.report_pending || find_driver(id)->record.worker == registration.id;
  indexes_.capacity.grew(worker);
  schedule_soon();
}

void Step::register_again(WorkerInfo& worker, const deploy::RegisterWorker& registration, const Message& from) {
  heard_from(worker, from);
  worker.last_heartbeat = now_.instant;
  worker.last_heartbeat_wall = now_.wall;
  // The process may be another Spark under the same id: what it says now counts.
  if (!same_build(worker.record, from)) {
    set_dialects(worker, from.candidates);
    read_version_if_needed(worker);
  }
  send_registered(worker, registration, true);
  // Its WorkerLatestState, which follows, is no answer to MasterChanged: ask for the full one.
  if (worker.state == WorkerState::unknown) call_back(worker);
}

void Step::send_registered(const WorkerInfo& worker, const deploy::RegisterWorker& registration, bool duplicate) {
  send(worker.peer,
       deploy::RegisteredWorker{self(), state_.settings.web_ui_url, registration.master_address, duplicate});
}

void Step::on(const deploy::Heartbeat& heartbeat, const Message& from) {
  if (standby()) return;
  if (auto* worker = find_worker(heartbeat.worker_id)) {
    heard_from(*worker, from);
    worker->last_heartbeat = now_.instant;
    worker->last_heartbeat_wall = now_.wall;
    if (worker->state == WorkerState::unknown) call_back(*worker);
    return;
  }
  // Also for one that no record knows: otherwise it would never find out that its master has forgotten it.
  warn("Got heartbeat from unregistered worker " + heartbeat.worker_id.text + ". Asking it to re-register.");
  reply_at_once(from, heartbeat.worker, deploy::ReconnectWorker{state_.master_url()});
}

void Step::on(const deploy::WorkerLatestState& report, const Message& from) {
  auto* worker = find_worker(report.id);
  if (worker == nullptr) {
    if (!standby()) warn("Worker state from unknown worker: " + report.id.text);
    return;
  }
  heard_from(*worker, from);
  if (worker->state == WorkerState::unknown) {
    // This master does not know yet what runs there: acting on it would kill healthy executors.
    call_back(*worker);
    return;
  }
  Report all;
  all.over = from.connection;
  for (const auto& executor : report.executors) all.executors.push_back({&executor, nullptr});
  for (const auto& driver : report.drivers) all.drivers.push_back({&driver, nullptr});
  if (reconcile(*worker, all)) report_arrived(*worker);
}

void Step::on(const deploy::WorkerSchedulerStateResponse& report, const Message& from) {
  auto* worker = find_worker(report.id);
  if (worker == nullptr) {
    if (standby()) return;
    warn("Scheduler state from unknown worker: " + report.id.text);
    // It follows this master, but is not one of its workers (its record may be lost): it has to register.
    if (from.sender) {
      const deploy::EndpointRef ref{"Worker", *from.sender};
      reply_at_once(from, ref, deploy::ReconnectWorker{state_.master_url()});
    }
    return;
  }
  heard_from(*worker, from);
  worker_answered(*worker);
  Report all;
  all.complete = true;
  all.over = from.connection;
  for (const auto& executor : report.executors) all.executors.push_back({&executor.executor, &executor.resources});
  for (const auto& driver : report.drivers) all.drivers.push_back({&driver.driver, &driver.resources});
  reconcile(*worker, all);
  report_arrived(*worker);
  check_recovery();
}

void Step::report_arrived(WorkerInfo& worker) {
  if (!std::exchange(worker.report_pending, false)) return;
  indexes_.capacity.grew(worker);
  schedule_soon();
}

void Step::worker_answered(WorkerInfo& worker) {
  worker.last_heartbeat = now_.instant;
  worker.last_heartbeat_wall = now_.wall;
  if (worker.state != WorkerState::unknown) return;
  info("Worker has been re-registered: " + worker.record.id.text);
  worker.state = WorkerState::alive;
  indexes_.unknown_workers.erase(worker.record.id);
  watch(worker);
  read_version_if_needed(worker);
  indexes_.capacity.grew(worker);
  schedule_soon();
}

}  // namespace pilotlight::core
