// What masters tell one another, and what a broken link means.
#include <algorithm>

#include "election/contender.hpp"

namespace pilotlight::election {
namespace {

constexpr int probes = 40;
constexpr auto first_probe_pause = std::chrono::milliseconds(1);
constexpr auto probe_pause = std::chrono::milliseconds(10);
constexpr auto refresh_pause = std::chrono::seconds(2);

}  // namespace

void Contender::on_link(Instant now, const std::string& sender, const LinkMessage& message) {
  if (sender == self_.nonce) return;
  auto found = others_.find(sender);
  if (found == others_.end()) {
    const auto* hello = std::get_if<Hello>(&message);
    if (hello == nullptr || hello->member.nonce != sender) return;  // it says hello first
    found = others_.emplace(sender, Known{}).first;
    found->second.member = hello->member;
  }
  linked(now, found->second);
  std::visit([&](const auto& what) { on(now, found->second, what); }, message);
}

void Contender::linked(Instant now, Known& known) {
  known.heard = now;
  known.linked = true;
  known.dead = false;  // whoever speaks lives
  known.probes_left = 0;
}

void Contender::call(Instant now, Known& known) {
  known.called = now;
  send(known.member, Hello{self_, false});
}

void Contender::on(Instant now, Known& from, const Hello& message) {
  from.member = message.member;
  if (!message.answer) send(from.member, Hello{self_, true});
  // Two processes cannot listen at one address: an older one there is dead.
  const std::string nonce = from.member.nonce;
  for (auto& [other, known] : others_)
    if (other != nonce && known.member.address == message.member.address) process_is_dead(now, known);
  if (others_.at(nonce).node.empty())
    look(now);
  else if (role_ == Role::leading)
    settle_voters(now, false);
}

void Contender::on(Instant now, Known& from, const Heartbeat& message) {
  if (message.epoch < record_.epoch) return;  // deposed, and does not know it yet
  const bool followed = from.member.nonce == record_.leader.nonce && message.epoch == record_.epoch;
  if (!followed || message.fence > seen_fence_) look(now);
  // A leader of whom ZooKeeper has not told us yet has no promise of ours against it.
  if (followed && !suspicion_.heard(now) && message.fence <= seen_fence_) return;
  if (role_ == Role::leading) return;
  send(from.member, HeartbeatAnswer{message.sequence, commit_, complete_});
}

void Contender::on(Instant, Known& from, const HeartbeatAnswer& message) {
  right_.heartbeat_answered(from.member.nonce, message.sequence);
  from.mirrored = message.mirrored;
  from.complete = message.complete;
}

void Contender::on(Instant now, Known& from, const Promise& message) {
  suspicion_.promise_received(from.member.nonce, message, now);
  if (role_ == Role::leading && message.epoch == record_.epoch && message.fence == fence_ &&
      now >= refreshed_ + refresh_pause) {
    // It reaches us, so it was wrong; with a new version of the epoch it may answer again.
    refreshed_ = now;
    return settle_voters(now, true);
  }
  decide(now);
}

void Contender::on(Instant now, Known& from, const LeadershipHanded& message) {
  if (role_ != Role::standby || own_node_.empty() || leaving_) return;
  // The very next version, so that nothing of the record but the leader differs from what was read: the voters count.
  const bool next = message.epoch.value == record_.epoch.value + 1 && message.fence == seen_fence_ + 1 &&
                    from.member.nonce == record_.leader.nonce && message.node == own_node_;
  const bool read_already = message.epoch == record_.epoch && message.fence == seen_fence_ &&
                            record_.leader.nonce == self_.nonce && record_.node == own_node_;
  if (!next && !read_already) return look(now);
  previous_leader_ = from.member;
  record_.epoch = message.epoch;
  record_.leader = self_;
  record_.node = own_node_;
  record_.cause = "handover";
  seen_fence_ = message.fence;
  claim_noticed_ = now;
  elected(now, looked_, now, message.commit);
}

void Contender::on_link_broken(Instant now, const std::string& nonce) {
  const auto found = others_.find(nonce);
  if (found == others_.end()) return;
  found->second.linked = false;
  found->second.called = now;
  right_.link_broken(nonce);
  const bool matters = nonce == record_.leader.nonce || (role_ == Role::leading && record_.has_voter(nonce));
  if (matters && !found->second.dead) begin_probe(found->second);
}

void Contender::relink_the_silent(Instant now) {
  for (auto& [nonce, known] : others_) {
    const bool speaks = role_ == Role::leading || nonce == record_.leader.nonce;
    if (!speaks || !known.linked || now < known.heard + settings_.timing.relink) continue;
    known.heard = now;
    outputs_.push_back(Relink{known.member});
  }
}

void Contender::begin_probe(Known& known) {
  if (known.probes_left > 0) return;
  known.probes_left = probes;
  known.probe_at = Instant::max();
  outputs_.push_back(Probe{known.member});
}

void Contender::on_probe(Instant now, const std::string& nonce, Found result) {
  const auto found = others_.find(nonce);
  if (found == others_.end() || found->second.probes_left == 0) return;
  auto& known = found->second;
  if (result == Found::nobody) {
    known.probes_left = 0;
    return process_is_dead(now, known);
  }
  // A process that is being torn down still listens for a moment; one that lives says hello again.
  if (known.probes_left == probes) call(now, known);
  --known.probes_left;
  known.probe_at = now + (known.probes_left > probes - 10 ? first_probe_pause : probe_pause);
}

void Contender::process_is_dead(Instant now, Known& known) {
  if (known.dead) return;
  known.dead = true;
  known.linked = false;
  known.probes_left = 0;
  right_.link_broken(known.member.nonce);
  if (role_ == Role::leading) return settle_voters(now, false);
  if (known.member.nonce == record_.leader.nonce) promised(now, suspicion_.leader_is_dead(now));
  decide(now);
}

void Contender::promised(Instant now, const std::optional<Promise>& promise) {
  if (!promise) return;
  const bool dead = promise->evidence == Evidence::dead;
  notice("The leader " + record_.leader.url() + (dead ? " is dead: its ports refuse" : " is silent") +
             "; this master promises to answer it no more in epoch " + std::to_string(promise->epoch.value),
         true);
  promise_again_ = now + settings_.timing.redial;
  send_all(*promise);
  decide(now);
}

void Contender::send_heartbeats(Instant now) {
  heartbeat_at_ = now + settings_.timing.heartbeat;
  const Heartbeat heartbeat{record_.epoch, fence_, right_.heartbeat_sent(now), commit_};
  for (const auto& [nonce, known] : others_)
    if (!known.dead && (known.linked || record_.has_voter(nonce))) send(known.member, heartbeat);
}

void Contender::send_all(const LinkMessage& message) {
  for (const auto& [nonce, known] : others_)
    if (!known.dead) send(known.member, message);
}

}  // namespace pilotlight::election
