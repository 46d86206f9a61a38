#include "core/step.hpp"

#include "base/overloaded.hpp"

namespace pilotlight::core {
namespace {

/// Whether the message tells, or announces, what runs on the worker.
bool is_report(const deploy::ToMaster& message) {
  return std::holds_alternative<deploy::RegisterWorker>(message) ||
         std::holds_alternative<deploy::WorkerLatestState>(message) ||
         std::holds_alternative<deploy::WorkerSchedulerStateResponse>(message);
}

constexpr auto first_call_again = std::chrono::seconds(1);

}  // namespace

// ---- a peer spoke ----

void Step::heard_from(WorkerInfo& worker, const Message& from) {
  // Whoever speaks in a worker's name from another address does not move its connection.
  if (from.sender && *from.sender != worker.record.ref.address) return;
  if (worker.peer.connection != from.connection) worker.connected_since = now_.instant;
  indexes_.connections.move(worker.record.id, worker.peer.connection, from.connection);
  worker.peer.connection = from.connection;
  // It lives, but what was sent to it when its connection broke may be lost: only a report settles that.
  if (worker.repair_deadline && !is_report(from.message)) call_back(worker);
  end_repair(worker);
}

void Step::heard_from(AppInfo& app, const Message& from) {
  if (from.sender && *from.sender != app.record.driver.address) return;
  indexes_.connections.move(app.record.id, app.driver.connection, from.connection);
  app.driver.connection = from.connection;
  end_repair(app);
}

void Step::end_repair(WorkerInfo& worker) {
  if (!worker.repair_deadline) return;
  worker.repair_deadline.reset();
  indexes_.deadlines.cancel(Wait::worker_repair, worker.record.id.text);
  indexes_.deadlines.cancel(Wait::worker_call, worker.record.id.text);
}

void Step::end_repair(AppInfo& app) {
  if (!app.repair_deadline) return;
  app.repair_deadline.reset();
  indexes_.deadlines.cancel(Wait::app_repair, app.record.id.text);
  indexes_.deadlines.cancel(Wait::app_call, app.record.id.text);
  wishes_changed(app);
}

// ---- a connection ended ----

void Step::handle(const ConnectionClosed& event) {
  for (const auto& peer : indexes_.connections.take(event.connection)) {
    std::visit(overloaded{[&](const WorkerId& id) {
                            if (auto* worker = find_worker(id)) disconnected(*worker);
                          },
                          [&](const AppId& id) {
                            if (auto* app = find_app(id)) disconnected(*app);
                          }},
               peer);
  }
}

void Step::disconnected(WorkerInfo& worker) {
  worker.peer.connection = {};
  if (worker.state == WorkerState::unknown) return call_back(worker);  // the call may be lost with the connection
  info("Connection to worker " + worker.record.id.text + " at " + deploy::to_string(worker.record.ref.address) +
       " is lost, calling it back.");
  worker.repair_deadline = now_.instant + state_.settings.repair_timeout;
  indexes_.deadlines.set(Wait::worker_repair, worker.record.id.text, *worker.repair_deadline);
  indexes_.deadlines.set(Wait::worker_call, worker.record.id.text, now_.instant + first_call_again);
  call_back(worker);
}

void Step::disconnected(AppInfo& app) {
  app.driver.connection = {};
  if (app.state == AppState::unknown) return call_back(app);
  info("Connection to application " + app.record.id.text + " at " + deploy::to_string(app.record.driver.address) +
       " is lost, calling its driver back.");
  app.repair_deadline = now_.instant + state_.settings.repair_timeout;
  indexes_.deadlines.set(Wait::app_repair, app.record.id.text, *app.repair_deadline);
  indexes_.deadlines.set(Wait::app_call, app.record.id.text, now_.instant + first_call_again);
  call_back(app);
  wishes_changed(app);
}

// ---- a peer cannot be reached ----

void Step::handle(const PeerUnreachable& event) {
  const std::string address = deploy::to_string(event.address);
  if (const auto found = state_.worker_by_address.find(address); found != state_.worker_by_address.end())
    if (auto* worker = find_worker(found->second)) unreachable(*worker, event);
  if (const auto found = state_.app_by_address.find(address); found != state_.app_by_address.end())
    if (auto* app = find_app(found->second)) unreachable(*app, event);
  check_recovery();
}

void Step::unreachable(WorkerInfo& worker, const PeerUnreachable& event) {
  if (worker.peer.connection != ConnectionId{}) return;  // it has come back by itself since
  const std::string address = deploy::to_string(event.address);
  if (event.refused) {
    // Nothing listens where its process listened: it is dead, whatever the deadlines say.
    info(address + " got disassociated, removing it.");
    remove_worker(worker, address + " got disassociated", Sign::gone);
  } else if (!worker.repair_deadline && worker.state != WorkerState::unknown) {
    disconnected(worker);
  }
}

void Step::unreachable(AppInfo& app, const PeerUnreachable& event) {
  if (app.driver.connection != ConnectionId{}) return;
  if (event.refused) {
    info(deploy::to_string(event.address) + " got disassociated, removing it.");
    finish_app(app, AppState::finished);
  } else if (!app.repair_deadline && app.state != AppState::unknown) {
    disconnected(app);
  }
}

}  // namespace pilotlight::core
