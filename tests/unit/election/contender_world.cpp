#include "unit/election/contender_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/overloaded.hpp"
#include "unit/election/samples.hpp"

namespace pilotlight::election {

using namespace std::chrono_literals;

ContenderWorld::ContenderWorld(zk::EnsembleOptions options)
    : ensemble(options, begin), now_(begin), hand_(ensemble.add_client(20s)), stranger_(ensemble.add_client(20s)) {
  ensemble.connect(hand_, 0);
  ensemble.connect(stranger_, 0);
}

Process& ContenderWorld::start(const std::string& name, const std::string& host) {
  auto process = std::make_unique<Process>();
  process->member = sample_member(name);
  if (!host.empty()) process->member.address.host = "host-" + host;
  process->client = ensemble.add_client(6s);
  process->contender =
      std::make_unique<Contender>(ContenderSettings{}, process->member, [this] { return zk::RequestId(++last_id_); });
  return *(processes_[name] = std::move(process));
}

void ContenderWorld::settle(const std::string& names) {
  for (const char name : names) {
    start(std::string(1, name));
    run_until([&] { return (*this)[std::string(1, name)].contender->in_queue(); });
  }
  run_until([&] { return record().voters.size() == names.size() && leaders().size() == 1; });
  run(200ms);
  ASSERT_TRUE((*this)[std::string(1, names[0])].contender->may_speak(now_));
}

Process* ContenderWorld::find(const std::string& nonce) {
  for (auto& [name, process] : processes_)
    if (process->member.nonce == nonce) return process.get();
  return nullptr;
}

std::string ContenderWorld::name_of(const std::string& nonce) const {
  for (const auto& [name, process] : processes_)
    if (process->member.nonce == nonce) return name;
  return {};
}

void ContenderWorld::run(Duration time) {
  for (const auto end = now_ + time; now_ < end;) step();
}

Duration ContenderWorld::run_until(const std::function<bool()>& condition) {
  const auto begin = now_;
  while (!condition()) {
    if (now_ > begin + 10s) {
      ADD_FAILURE() << "it never comes to pass";
      return 10s;
    }
    step();
  }
  return now_ - begin;
}

void ContenderWorld::step() {
  now_ += 1ms;
  ensemble.advance(now_);
  ensemble.touch(hand_);
  ensemble.touch(stranger_);
  for (auto& delivery : std::exchange(wire_, {}))
    if (!delivery()) wire_.push_back(std::move(delivery));
  for (auto& [name, process] : processes_) {
    if (!process->alive || process->frozen) continue;
    const auto server = process->server ? process->server : ensemble.leader();
    if (process->online && server && !ensemble.connected(process->client)) ensemble.connect(process->client, *server);
    ensemble.touch(process->client);
    process->contender->tick(now_);
    for (auto& event : ensemble.take_events(process->client))
      process->from_zookeeper.emplace_back(now_ + 1ms, std::move(event));
    for (auto& queue = process->from_zookeeper; !queue.empty() && queue.front().first <= now_; queue.pop_front())
      process->contender->on_zk(now_, queue.front().second);
    carry_out(*process);
  }
  std::string speakers;
  for (const auto& [name, process] : processes_)
    if (process->alive && process->contender->may_speak(now_)) speakers += name;
  if (speakers.size() > 1) choruses.push_back(speakers);
}

void ContenderWorld::carry_out(Process& from) {
  for (auto& output : from.contender->take_outputs())
    std::visit(overloaded{[&](SubmitZk& ask) {
                            from.asked.push_back(ask.request);
                            ensemble.submit(from.client, ask.id, ask.request,
                                            faults ? faults(from, ask.request) : zk::Fault::none);
                          },
                          [&](SendLink& what) { send(from, what); }, [](Relink&) {},
                          [&](Probe& probe) {
                            const auto* there = find(probe.member.nonce);
                            const bool dead = there == nullptr || !there->alive;
                            wire_.emplace_back([&from, dead, nonce = probe.member.nonce, this] {
                              if (from.frozen) return false;
                              if (from.alive)
                                from.contender->on_probe(now_, nonce, dead ? Found::nobody : Found::somebody);
                              return true;
                            });
                          },
                          [&](Elected& won) { from.won.push_back(won); },
                          [&](Deposed& lost) { from.lost.push_back(lost.reason); },
                          [&](FenceMoved& moved) { from.fences.push_back(moved.fence); },
                          [&](Notice& notice) { from.notices.push_back(notice.text); }},
               output);
}

void ContenderWorld::send(Process& from, const SendLink& what) {
  from.said.push_back(what.message);
  auto* to = find(what.to.nonce);
  if (to == nullptr || !to->alive) {
    wire_.emplace_back([&from, nonce = what.to.nonce, this] {
      if (from.frozen) return false;
      if (from.alive) from.contender->on_link_broken(now_, nonce);
      return true;
    });
    return;
  }
  const auto is_cut = [&](const auto& pair) {
    return (pair.first == from.member.nonce && pair.second == to->member.nonce) ||
           (pair.second == from.member.nonce && pair.first == to->member.nonce);
  };
  if (std::any_of(cuts_.begin(), cuts_.end(), is_cut) || (passes && !passes(from, *to, what.message))) return;
  wire_.emplace_back([this, to, sender = from.member.nonce, message = what.message] {
    if (to->frozen) return false;  // it lies in the socket until the process wakes
    if (!to->alive) return true;
    to->contender->tick(now_);
    to->contender->on_link(now_, sender, message);
    carry_out(*to);
    return true;
  });
}

void ContenderWorld::kill(const std::string& name) {
  auto& dead = (*this)[name];
  dead.alive = false;
  ensemble.remove_client(dead.client);
  for (auto& [other, process] : processes_)
    wire_.emplace_back([this, nonce = dead.member.nonce, to = process.get()] {
      if (to->frozen) return false;
      if (!to->alive) return true;
      to->contender->on_link_broken(now_, nonce);
      carry_out(*to);
      return true;
    });
}

void ContenderWorld::cut(const std::string& one, const std::string& other, bool broken) {
  auto& first = (*this)[one];
  auto& second = (*this)[other];
  cuts_.emplace_back(first.member.nonce, second.member.nonce);
  if (!broken) return;
  first.contender->on_link_broken(now_, second.member.nonce);
  second.contender->on_link_broken(now_, first.member.nonce);
  carry_out(first);
  carry_out(second);
}

void ContenderWorld::heal(const std::string& one, const std::string& other) {
  std::erase(cuts_, std::pair((*this)[one].member.nonce, (*this)[other].member.nonce));
}

std::string ContenderWorld::stranger(const std::string& node, const std::string& data) {
  for (const auto* path : {"/spark", "/spark/leader_election"}) by_hand(zk::Create{path, {}, false, false});
  const zk::RequestId id(++last_id_);
  ensemble.submit(stranger_, id, zk::Create{"/spark/leader_election/" + node, data, true, true});
  for (const auto& event : ensemble.take_events(stranger_))
    if (const auto* answer = std::get_if<zk::Answered>(&event); answer != nullptr && answer->request == id)
      return answer->path.substr(answer->path.rfind('/') + 1);
  return {};
}

void ContenderWorld::remove_stranger() { ensemble.close(stranger_); }

std::vector<std::string> ContenderWorld::leaders() const {
  std::vector<std::string> names;
  for (const auto& [name, process] : processes_)
    if (process->leads()) names.push_back(name);
  return names;
}

zk::Answered ContenderWorld::by_hand(const zk::Request& request) {
  const zk::RequestId id(++last_id_);
  for (int tries = 0; tries < 2 && !ensemble.connected(hand_); ++tries) ensemble.connect(hand_, *ensemble.leader());
  ensemble.submit(hand_, id, request);
  for (const auto& event : ensemble.take_events(hand_))
    if (const auto* answer = std::get_if<zk::Answered>(&event); answer != nullptr && answer->request == id)
      return *answer;
  return {};
}

EpochRecord ContenderWorld::record() {
  return epoch_from_json(by_hand(zk::Get{"/spark/pilotlight/epoch", false}).data).value_or(EpochRecord{});
}

std::vector<std::string> ContenderWorld::queue() {
  std::vector<std::string> nodes;
  for (const auto& entry : in_order(by_hand(zk::Children{"/spark/leader_election", false}).children))
    nodes.push_back(entry.node);
  return nodes;
}

}  // namespace pilotlight::election
