#include "load/application.hpp"

#include <utility>
#include <variant>

#include "load/understand.hpp"

namespace pilotlight::load {

SimulatedApplication::SimulatedApplication(EventLoop& loop, const Target& target, deploy::Address self,
                                           deploy::ApplicationDescription description, bool dynamic, Tally& tally)
    : Peer(loop, target, std::move(self)),
      dynamic_(dynamic),
      tally_(tally),
      profile_(description.default_profile),
      name_(description.name),
      registration_(one_way_frame(
          deploy::RegisterApplication{std::move(description), deploy::EndpointRef{"AppClient", this->self()}})) {}

void SimulatedApplication::on_verified() {
  ++tally_.verified;
  if (when_verified) when_verified();
}

void SimulatedApplication::on_message(std::string_view content) {
  if (ended_) return;
  const auto& message = understand_to_driver(content);
  if (!message) return tally_.complain(name_ + ": " + message.error().to_string());
  std::visit([this](const auto& known) { hear(known); }, *message);
}

void SimulatedApplication::on_lost(const std::string& reason) {
  if (!ended_) tally_.complain(name_ + ": " + reason);
}

void SimulatedApplication::hear(const deploy::RegisteredApplication& message) {
  id_ = message.app;
  if (when_registered) when_registered();
  if (dynamic_) ask(deploy::RequestExecutors{id_, {{profile_, executors_per_application}}, nullptr});
}

void SimulatedApplication::hear(const deploy::ExecutorAdded& message) {
  if (!granted_.insert(message.executor).second)
    tally_.complain(name_ + ": executor " + std::to_string(message.executor.value) + " was added twice");
  if (message.cores != cores_per_executor)
    tally_.complain(name_ + ": an executor of " + std::to_string(message.cores) + " cores was added");
  if (granted_.size() == executors_per_application && when_granted) when_granted();
}

void SimulatedApplication::hear(const deploy::ExecutorUpdated& message) {
  if (message.state != deploy::ExecutorState::running)
    return tally_.complain(name_ + ": an executor became " + std::string(deploy::to_string(message.state)));
  if (running_.insert(message.executor).second && running_.size() == executors_per_application && when_running)
    when_running();
}

void SimulatedApplication::hear(const deploy::MasterChanged&) { send(deploy::MasterChangeAcknowledged{id_}); }

template <typename Other>
void SimulatedApplication::hear(const Other& message) {
  tally_.complain(name_ + ": unexpected " + std::string(deploy::message_name(deploy::ToDriver{message})));
}

void SimulatedApplication::on_answer(std::int64_t, const Result<deploy::Reply>& reply) {
  const auto* granted = reply ? std::get_if<deploy::BooleanReply>(&*reply) : nullptr;
  if (granted == nullptr || !granted->value) tally_.complain(name_ + ": RequestExecutors was refused");
}

void SimulatedApplication::end() {
  ended_ = true;
  send(deploy::UnregisterApplication{id_});
}

}  // namespace pilotlight::load
