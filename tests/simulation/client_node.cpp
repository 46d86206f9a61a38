#include "simulation/client_node.hpp"

#include <utility>

#include "simulation/world.hpp"

namespace pilotlight::simulation {

ClientNode::ClientNode(World& world, Host host, deploy::Address address)
    : Process(world.loop, world.random, "client " + address.host, host),
      world_(world),
      stack_(world.network, *this, *this, std::move(address)) {}

void ClientNode::ask_all(const Question& question, const deploy::ToMaster& message) {
  for (const auto& master : world_.masters_addresses()) {
    open_[++last_ask_] = question;
    stack_.send({}, master, {stack_.address(), message, last_ask_, 0});
    loop_.after(std::chrono::seconds(10), [this, ask = last_ask_] { open_.erase(ask); });
  }
  stack_.flush();
}

void ClientNode::submit(const std::string& job, deploy::DriverDescription description) {
  ask_all({Question::Kind::submit, job, {}, loop_.now()}, deploy::RequestSubmitDriver{std::move(description)});
}

void ClientNode::ask_status(const DriverId& driver) {
  ask_all({Question::Kind::status, {}, driver, loop_.now()}, deploy::RequestDriverStatus{driver});
}

void ClientNode::kill(const DriverId& driver) {
  world_.witness.kill_asked(driver);
  ask_all({Question::Kind::kill, {}, driver, loop_.now()}, deploy::RequestKillDriver{driver});
}

void ClientNode::on_frame(ConnectionId, Frame& frame) {
  const auto* answer = std::get_if<Answer>(&frame.body);
  if (answer == nullptr) return;
  const auto found = open_.find(answer->request);
  if (found == open_.end()) return;
  const Question question = std::move(found->second);
  open_.erase(found);
  world_.witness.answered(question, answer->reply, frame.sender ? frame.sender->host : std::string());
}

}  // namespace pilotlight::simulation
