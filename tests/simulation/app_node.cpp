#include "simulation/app_node.hpp"

#include <utility>

#include "base/overloaded.hpp"
#include "simulation/world.hpp"

namespace pilotlight::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

}  // namespace

AppNode::AppNode(World& world, Host host, deploy::Address address, deploy::ApplicationDescription description)
    : Process(world.loop, world.random, "driver of " + description.name, host),
      world_(world),
      stack_(world.network, *this, *this, std::move(address)),
      description_(std::move(description)) {
  after(milliseconds(1), [this] { register_with_masters(1); });
}

void AppNode::after(Duration delay, std::function<void()> work) {
  loop_.after(delay, [this, work = std::move(work)] {
    deliver([this, &work] {
      work();
      stack_.flush();
    });
  });
}

void AppNode::die() {
  if (!alive()) return;
  Process::die();
  world_.witness.app_ended(*this);
  stack_.died();
}

void AppNode::stop() {
  if (stopping_ || !alive()) return;
  stopping_ = true;
  world_.witness.app_ended(*this);
  if (id_) tell_master(deploy::UnregisterApplication{*id_});
  after(milliseconds(20), [this] { die(); });
  stack_.flush();
}

void AppNode::register_with_masters(int attempt) {
  if (id_) return;
  if (attempt > 3) return world_.app_gave_up(*this, "all masters are unresponsive");
  for (const auto& master : world_.masters_addresses())
    stack_.send(
        {}, master,
        {address(), deploy::ToMaster{deploy::RegisterApplication{description_, {"AppClient", address()}}}, 0, 0});
  after(seconds(20), [this, attempt] { register_with_masters(attempt + 1); });
}

void AppNode::tell_master(deploy::ToMaster message, std::int64_t ask) {
  stack_.send_over(master_connection_, {address(), std::move(message), ask, 0});
}

void AppNode::request_executors(std::int32_t total) {
  if (!id_ || !alive() || frozen()) return;
  target_.reset();
  const auto ask = ++last_ask_;
  asked_[ask] = total;
  tell_master(deploy::RequestExecutors{*id_, {{description_.default_profile, total}}, nullptr}, ask);
  stack_.flush();
}

void AppNode::on_frame(ConnectionId connection, Frame& frame) {
  std::visit(overloaded{[&](deploy::ToDriver& message) {
                          world_.trace.say([&] {
                            return name() + " is told " + std::string(deploy::message_name(message)) + " by " +
                                   frame.sender->host;
                          });
                          frame_epoch_ = frame.epoch;
                          std::visit([&](const auto& what) { on(what, connection); }, message);
                        },
                        [&](Answer& answer) {
                          const auto asked = asked_.find(answer.request);
                          const auto* reply = std::get_if<deploy::BooleanReply>(&answer.reply);
                          if (asked == asked_.end() || reply == nullptr) return;
                          // Only what was asked last is what the master is bound to.
                          if (asked->first == last_ask_ && reply->value) target_ = asked->second;
                          asked_.erase(asked);
                        },
                        [](auto&) {}},
             frame.body);
  if (alive()) stack_.flush();
}

void AppNode::on_closed(ConnectionId, const deploy::Address&) {}

void AppNode::on(const deploy::RegisteredApplication& message, ConnectionId connection) {
  world_.witness.app_registered(*this, message.app);
  id_ = message.app;
  master_ = message.master.address;
  master_connection_ = connection;
}

void AppNode::on(const deploy::MasterChanged& changed, ConnectionId connection) {
  world_.witness.app_follows(*this, frame_epoch_);
  master_ = changed.master.address;
  master_connection_ = connection;
  if (id_) tell_master(deploy::MasterChangeAcknowledged{*id_});
}

void AppNode::on(const deploy::ExecutorAdded& added, ConnectionId) { world_.witness.executor_added(*this, added); }
void AppNode::on(const deploy::ExecutorUpdated& updated, ConnectionId) {
  world_.witness.executor_updated(*this, updated);
}
void AppNode::on(const deploy::WorkerRemoved& removed, ConnectionId) { world_.witness.worker_removed(*this, removed); }

void AppNode::on(const deploy::ApplicationRemoved& removed, ConnectionId) {
  world_.witness.app_removed(*this, removed.message);
  die();
}

}  // namespace pilotlight::simulation
