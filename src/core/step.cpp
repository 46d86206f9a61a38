#include "core/step.hpp"

#include <algorithm>

namespace pilotlight::core {
namespace {

constexpr std::size_t remembered_lines = 10'000;

deploy::RpcFailure failure(std::string message) {
  deploy::Exception exception;
  exception.message = std::move(message);
  return {std::move(exception)};
}

}  // namespace

void Step::handle(const MessageReceived& event) {
  std::visit([&](const auto& message) { on(message, event); }, event.message);
}

Effects Step::finish() {
  if (schedule_) schedule();
  if (counters_changed_) persist(state_.counters);
  for (const auto& id : changed_progress_)
    if (const auto* app = find_app(id)) persist(app->progress);
  effects_.wake_at = indexes_.deadlines.earliest();
  return std::move(effects_);
}

// ---- effects ----

void Step::answer(const Message& from, deploy::Reply reply) {
  if (from.ask) effects_.outputs.push_back(Answer{*from.ask, from.candidates.back(), std::move(reply)});
}

void Step::answer_at_once(const Message& from, deploy::Reply reply) {
  if (from.ask) effects_.immediate.push_back(Answer{*from.ask, from.candidates.back(), std::move(reply)});
}

void Step::reply_at_once(const Message& from, const deploy::EndpointRef& to, deploy::ToWorker message) {
  effects_.immediate.push_back(Send{Peer{to, from.candidates.back(), from.connection}, std::move(message)});
}

void Step::send_master_changed(const Peer& to, bool worker) {
  deploy::MasterChanged message{self(), state_.settings.web_ui_url};
  if (worker)
    send(to, deploy::ToWorker{std::move(message)});
  else
    send(to, deploy::ToDriver{std::move(message)});
}

std::string Step::not_alive(const std::string& what) const {
  return "Current state is not alive: " + std::string(to_string(state_.recovery)) + ". Can only " + what +
         " in ALIVE state.";
}

// ---- messages that touch no worker, application or driver ----

void Step::on(const deploy::RequestClearCompletedDriversAndApps&, const Message& from) {
  for (const auto& app : state_.completed_apps) persist(RemoveApp{app.record.id});
  for (const auto& driver : state_.completed_drivers) persist(RemoveDriver{driver.record.id});
  if (!standby())
    info("Clearing " + std::to_string(state_.completed_apps.size()) + " completed applications and " +
         std::to_string(state_.completed_drivers.size()) + " completed drivers.");
  state_.completed_apps.clear();
  state_.completed_drivers.clear();
  answer(from, deploy::BooleanReply{true});
}

void Step::on(const deploy::RequestReadyz&, const Message& from) {
  answer_at_once(from, deploy::BooleanReply{!standby()});
}

void Step::on(const deploy::CheckExistence&, const Message& from) {
  // Belongs to the endpoint-verifier, not to the master: the runtime answers it there.
  unsupported("CheckExistence", from);
}

void Step::on(const deploy::InternalMessage& message, const Message& from) { unsupported(message.class_name, from); }
void Step::on(const deploy::UnsupportedMessage& message, const Message& from) { unsupported(message.class_name, from); }

void Step::unsupported(const std::string& class_name, const Message& from) {
  const std::string host = from.sender ? from.sender->host : "a peer without an address";
  const std::string sentence =
      "Unsupported message " + class_name + " from " + (from.sender ? deploy::to_string(*from.sender) : host);
  if (indexes_.told_once.size() >= remembered_lines) indexes_.told_once.clear();
  if (indexes_.told_once.insert(host + ' ' + class_name).second) warn(sentence);
  answer_at_once(from, failure(sentence));
}

// ---- who is who ----

WorkerInfo* Step::find_worker(const WorkerId& id) {
  const auto found = state_.workers.find(id);
  return found == state_.workers.end() ? nullptr : &found->second;
}

AppInfo* Step::find_app(const AppId& id) {
  const auto found = state_.apps.find(id);
  return found == state_.apps.end() ? nullptr : &found->second;
}

DriverInfo* Step::find_driver(const DriverId& id) {
  const auto found = state_.drivers.find(id);
  return found == state_.drivers.end() ? nullptr : &found->second;
}

ExecutorInfo* Step::find_executor(const ExecutorKey& key) {
  auto* app = find_app(key.app);
  if (app == nullptr) return nullptr;
  const auto found = app->executors.find(key.executor);
  return found == app->executors.end() ? nullptr : &found->second;
}

WorkerInfo* Step::sending_worker(const Message& from) {
  if (from.sender) {
    const auto found = state_.worker_by_address.find(deploy::to_string(*from.sender));
    return found == state_.worker_by_address.end() ? nullptr : find_worker(found->second);
  }
  const auto* id = indexes_.connections.worker_on(from.connection);
  return id == nullptr ? nullptr : find_worker(*id);
}

}  // namespace pilotlight::core
