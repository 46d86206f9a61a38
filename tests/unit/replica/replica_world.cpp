#include "unit/replica/replica_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/overloaded.hpp"
#include "unit/election/samples.hpp"

namespace pilotlight::replica {

using namespace std::chrono_literals;

namespace {

constexpr Instant begin{std::chrono::seconds(1000)};

}  // namespace

core::MessageReceived registration(const std::string& worker, std::uint64_t connection) {
  deploy::RegisterWorker message;
  message.id = WorkerId(worker);
  message.host = worker;
  message.port = 7001;
  message.worker = {"Worker", {worker, 7001}};
  message.cores = 4;
  message.memory_mb = 1024;
  message.web_ui_url = "http://" + worker + ":8081";
  message.master_address = {"host-a", 7077};
  core::MessageReceived event;
  event.connection = ConnectionId(connection);
  event.sender = deploy::Address{worker, 7001};
  event.candidates = {deploy::Dialect::spark_3_4};
  event.message = message;
  return event;
}

core::MessageReceived driver_status(std::int64_t request, std::uint64_t connection) {
  core::MessageReceived event;
  event.connection = ConnectionId(connection);
  event.sender = deploy::Address{"client", 7002};
  event.candidates = {deploy::Dialect::spark_3_4};
  event.ask = core::AskId{event.connection, request};
  event.message = deploy::RequestDriverStatus{DriverId("driver-1")};
  return event;
}

std::vector<std::string> registered(const std::vector<Carry>& carried) {
  std::vector<std::string> names;
  for (const auto& carry : carried)
    if (const auto* send = std::get_if<core::Send>(&carry.output))
      if (const auto* to_worker = std::get_if<deploy::ToWorker>(&send->message))
        if (std::holds_alternative<deploy::RegisteredWorker>(*to_worker)) names.push_back(send->to.ref.address.host);
  return names;
}

std::size_t answers(const std::vector<Carry>& carried) {
  return static_cast<std::size_t>(std::count_if(
      carried.begin(), carried.end(), [](const auto& c) { return std::holds_alternative<core::Answer>(c.output); }));
}

std::vector<std::string> Process::workers() const {
  std::vector<std::string> names;
  for (const auto& [id, worker] : replica->state().workers) names.push_back(id.text);
  std::sort(names.begin(), names.end());
  return names;
}

bool Process::logged(const std::string& part) const {
  return std::any_of(log.begin(), log.end(), [&](const auto& line) { return line.find(part) != std::string::npos; });
}

ReplicaWorld::ReplicaWorld()
    : ensemble({.servers = 1, .tick = 1s}, begin),
      now_{begin, WallTime{} + std::chrono::hours(24 * 365 * 56)},
      hand_(ensemble.add_client(20s)) {
  ensemble.connect(hand_, 0);
}

Process& ReplicaWorld::start(const std::string& name) {
  auto process = std::make_unique<Process>();
  process->member = election::sample_member(name);
  process->client = ensemble.add_client(6s);
  Settings settings;
  settings.core.address = process->member.address;
  settings.core.web_ui_url = process->member.web_ui_url;
  settings.election = election::ContenderSettings{};
  process->replica = std::make_unique<Replica>(settings, process->member);
  process->replica->start(now_);
  return *(processes_[name] = std::move(process));
}

void ReplicaWorld::settle(const std::string& names) {
  for (const char name : names) {
    start(std::string(1, name));
    run(100ms);
  }
  const std::string first(1, names[0]);
  run_until([&] {
    const auto members = cluster(first).members;
    return leads(first) && members.size() == names.size() &&
           std::all_of(members.begin(), members.end(), [](const auto& m) { return m.voter && m.complete; });
  });
  run(200ms);
  for (auto& [name, process] : processes_) process->asked.clear();
}

Process* ReplicaWorld::find(const std::string& nonce) {
  for (auto& [name, process] : processes_)
    if (process->member.nonce == nonce) return process.get();
  return nullptr;
}

bool ReplicaWorld::leads(const std::string& name) {
  const auto& process = (*this)[name];
  return process.alive && process.replica->state().recovery != core::RecoveryState::standby;
}

void ReplicaWorld::run(Duration time) {
  for (const auto end = now_.instant + time; now_.instant < end;) step();
}

void ReplicaWorld::run_until(const std::function<bool()>& condition) {
  for (const auto end = now_.instant + 10s; !condition(); step())
    if (now_.instant > end) {
      ADD_FAILURE() << "it never comes to pass";
      return;
    }
}

void ReplicaWorld::step() {
  now_.instant += 1ms;
  now_.wall += 1ms;
  ensemble.advance(now_.instant);
  ensemble.touch(hand_);
  for (auto& delivery : std::exchange(wire_, {}))
    if (!delivery()) wire_.push_back(std::move(delivery));
  for (auto& [name, process] : processes_) {
    if (!process->alive || process->frozen) continue;
    auto& replica = *process->replica;
    if (!ensemble.connected(process->client)) ensemble.connect(process->client, 0);
    ensemble.touch(process->client);
    for (const auto& event : ensemble.take_events(process->client)) replica.on_zk(now_, event);
    if (const auto wake = replica.wake_at(); wake && *wake <= now_.instant) replica.on_timer(now_);
    if (replica.wants_end_turn()) replica.end_turn(now_);
    carry_out(*process);
    if (const auto violation = replica.check()) ADD_FAILURE() << name << ": " << *violation;
  }
}

void ReplicaWorld::carry_out(Process& from) {
  for (auto& output : from.replica->take_outputs())
    std::visit(overloaded{[&](core::LogLine& line) { from.log.push_back(line.text); },
                          [&](Carry& carry) { from.carried.push_back(std::move(carry)); },
                          [&](StoreBatch&) { ADD_FAILURE() << "no store with ZooKeeper"; },
                          [&](ForgetGuarded&) { ++from.forgotten; },
                          [&](Reach& wanted) { from.reached.push_back(wanted.peer); }, [&](Left&) { from.left = true; },
                          [&](election::SubmitZk& ask) {
                            from.asked.push_back(ask.request);
                            ensemble.submit(from.client, ask.id, ask.request,
                                            faults ? faults(from, ask.request) : zk::Fault::none);
                          },
                          [&](election::SendLink& what) { send(from, what); }, [](election::Relink&) {},
                          [&](election::Probe& probe) {
                            const auto* there = find(probe.member.nonce);
                            const auto result =
                                there != nullptr && there->alive ? election::Found::somebody : election::Found::nobody;
                            wire_.emplace_back([&from, result, nonce = probe.member.nonce, this] {
                              if (from.frozen) return false;
                              if (from.alive) from.replica->on_probe(now_, nonce, result);
                              return true;
                            });
                          }},
               output);
}

void ReplicaWorld::send(Process& from, const election::SendLink& what) {
  auto* to = find(what.to.nonce);
  if (to == nullptr || !to->alive || (passes && !passes(from, *to, what.message))) return;
  wire_.emplace_back([this, to, sender = from.member.nonce, message = what.message] {
    if (to->frozen) return false;
    if (!to->alive) return true;
    to->replica->on_link(now_, sender, message);
    carry_out(*to);
    return true;
  });
}

void ReplicaWorld::tell(const std::string& name, decltype(core::Event::what) what) {
  auto& process = (*this)[name];
  process.replica->on_core(now_, std::move(what));
  if (process.replica->wants_end_turn()) process.replica->end_turn(now_);
  carry_out(process);
}

void ReplicaWorld::kill(const std::string& name) {
  auto& dead = (*this)[name];
  dead.alive = false;
  ensemble.remove_client(dead.client);
  for (auto& [other, process] : processes_)
    wire_.emplace_back([this, nonce = dead.member.nonce, to = process.get()] {
      if (to->frozen) return false;
      if (to->alive) to->replica->on_link_broken(now_, nonce);
      return true;
    });
}

zk::Answered ReplicaWorld::by_hand(const zk::Request& request) {
  const zk::RequestId id(++last_id_);
  ensemble.submit(hand_, id, request);
  for (const auto& event : ensemble.take_events(hand_))
    if (const auto* answer = std::get_if<zk::Answered>(&event); answer != nullptr && answer->request == id)
      return *answer;
  return {};
}

std::vector<std::string> ReplicaWorld::records_read(const std::string& name) {
  std::vector<std::string> paths;
  for (const auto& request : (*this)[name].asked)
    std::visit(overloaded{[&](const zk::Get& get) {
                            if (get.path.find("/records") != std::string::npos || get.path.ends_with("/commit"))
                              paths.push_back(get.path);
                          },
                          [&](const zk::Children& children) {
                            if (children.path.find("/records") != std::string::npos) paths.push_back(children.path);
                          },
                          [](const auto&) {}},
               request);
  return paths;
}

}  // namespace pilotlight::replica
