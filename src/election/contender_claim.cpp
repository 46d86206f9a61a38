// Who may lead, and what a leader does about the epoch node.
#include <algorithm>

#include "election/contender.hpp"

namespace pilotlight::election {
namespace {

using zk::Code;

bool same_members(const std::vector<Member>& left, const std::vector<Member>& right) {
  const auto has = [](const std::vector<Member>& all, const Member& one) {
    return std::any_of(all.begin(), all.end(), [&](const auto& member) { return member.nonce == one.nonce; });
  };
  return left.size() == right.size() &&
         std::all_of(left.begin(), left.end(), [&](const auto& member) { return has(right, member); });
}

}  // namespace

const Candidate* Contender::candidate(const std::string& node) const {
  const auto found = std::find_if(queue_.begin(), queue_.end(), [&](const auto& entry) { return entry.node == node; });
  return found == queue_.end() ? nullptr : &*found;
}

bool Contender::leader_in_queue() const { return !record_.node.empty() && candidate(record_.node) != nullptr; }

bool Contender::first_in_line() const {
  for (auto entry = queue_.begin(); entry != queue_.end(); ++entry) {
    if (entry->node == own_node_) return true;
    if (entry->node == record_.node) continue;         // whoever asks has a reason to pass the leader over
    if (!entry->read || !entry->member) return false;  // Spark's own master is not fenced: it is only succeeded
    const auto known = others_.find(entry->member->nonce);
    const bool dead = known != others_.end() && known->second.dead;
    const bool restarted = std::any_of(entry + 1, queue_.end(), [&](const auto& later) {
      return later.member && later.member->address == entry->member->address;
    });
    if (!dead && !restarted) return false;
  }
  return false;
}

bool Contender::may_succeed(const Known& known) const {
  for (const auto& entry : queue_) {
    if (entry.node == known.node) return true;
    if (!entry.read || !entry.member) return false;
  }
  return false;
}

/// This master's own earlier process is the only voter: nobody else can testify, but this one listens in its place.
bool Contender::old_self_leads() const {
  return record_.leader.known() && record_.leader.nonce != self_.nonce && record_.leader.address == self_.address &&
         record_.voters.size() == 1;
}

void Contender::become_follower(Instant now) {
  if (record_.leader.known() && leader_in_queue() && record_.leader.nonce != self_.nonce) {
    leaderless_since_.reset();
    suspicion_.follow(record_, seen_fence_, now);
    const auto leader = others_.find(record_.leader.nonce);
    if (leader != others_.end() && leader->second.dead) promised(now, suspicion_.leader_is_dead(now));
  } else {
    suspicion_.forget();
    if (!leaderless_since_) leaderless_since_ = now;
  }
}

void Contender::decide(Instant now) {
  if (seen_fence_ < 0 || session_state_ != zk::SessionState::connected) return;
  if (role_ == Role::leading) return check_own_leadership(now);
  if (role_ == Role::claiming || own_node_.empty() || leaving_ || handing_over_) return;
  // Named by a claim or a hand-over of which this process knows nothing: claimed anew, so that nothing older counts.
  const bool named = record_.leader.nonce == self_.nonce && record_.node == own_node_;
  if (named) {
    // It waits as the claim whose answer was lost would have; whoever hands over is silent before it writes.
    const auto wait = record_.cause == "handover" ? Duration{} : settings_.timing.lone_wait;
    return claim(now, record_.cause, false, leaderless_since_.value_or(now), wait);
  }
  if (!first_in_line()) return;
  if (!leader_in_queue())
    return claim(now, record_.leader.known() ? "session" : "start", false, leaderless_since_.value_or(now), Duration{});
  if (suspicion_.may_depose())
    return claim(now, suspicion_.evidence() == Evidence::dead ? "connection" : "heartbeat", true, suspicion_.noticed(),
                 suspicion_.decided_alone() ? settings_.timing.lone_wait : Duration{});
  if (old_self_leads()) claim(now, "connection", true, now, Duration{});
}

void Contender::claim(Instant now, std::string cause, bool remove_leader, Instant noticed, Duration wait) {
  EpochRecord record;
  record.epoch = Epoch(record_.epoch.value + 1);
  record.leader = self_;
  record.node = own_node_;
  record.cause = std::move(cause);
  record.voters = {self_};
  for (const auto& [nonce, known] : others_)
    if (known.linked && !known.dead && !known.node.empty() && !(remove_leader && nonce == record_.leader.nonce))
      record.voters.push_back(known.member);

  zk::Multi multi;
  multi.operations.push_back(zk::Check{place_of(own_node_), zk::any_version});
  multi.operations.push_back(zk::Set{epoch_path(settings_.dir), to_json(record), seen_fence_});
  if (remove_leader) multi.operations.push_back(zk::Delete{place_of(record_.node), zk::any_version});
  role_ = Role::claiming;
  claim_noticed_ = noticed;
  ask(now, std::move(multi),
      [this, record, wait, started = now, fence = seen_fence_ + 1](Instant at, const zk::Answered& answer) {
        role_ = Role::standby;
        if (answer.code != Code::ok) return look(at);  // somebody was faster, or it is seen when it can be read
        previous_leader_ = record_.leader;
        record_ = record;
        seen_fence_ = fence;
        elected(at, started, at + wait, std::nullopt);
      });
}

void Contender::elected(Instant now, Instant started, Instant not_before, std::optional<std::uint64_t> commit) {
  role_ = Role::leading;
  fence_ = seen_fence_;
  changing_voters_ = voters_unknown_ = false;
  confirm_fence_ = false;
  right_.begin(record_.voters, started, not_before);
  suspicion_.forget();
  leaderless_since_.reset();
  outputs_.push_back(Elected{record_, fence_, previous_leader_, claim_noticed_, commit});
  send_heartbeats(now);
}

void Contender::depose(const std::string& reason) {
  role_ = Role::standby;
  right_.end();
  outputs_.push_back(Deposed{reason});
}

void Contender::check_own_leadership(Instant now) {
  if (record_.leader.nonce != self_.nonce || seen_fence_ < fence_ ||
      (seen_fence_ > fence_ && !(voters_unknown_ && seen_fence_ == fence_ + 1))) {
    return depose(record_.leader.known()
                      ? record_.leader.url() + " leads in epoch " + std::to_string(record_.epoch.value)
                      : "the epoch was taken from it");
  }
  if (looked_ == look_started_ && (own_node_.empty() || record_.node != own_node_))
    return depose("its place in the election is gone");
  if (std::exchange(voters_unknown_, false)) {  // our own change of the voters: done, or never
    fence_ = seen_fence_;
    changing_voters_ = false;
    confirm_fence_ = true;
    right_.voters_settled(record_.voters);
  }
  if (confirm_fence_ && !changing_voters_) {
    confirm_fence_ = false;
    outputs_.push_back(FenceMoved{fence_});
  }
  settle_voters(now, false);
}

void Contender::fence_lost(Instant now) {
  if (role_ != Role::leading) return;
  depose("a write failed the check of the epoch");
  look(now);
}

std::vector<Member> Contender::wanted_voters() const {
  std::vector<Member> voters{self_};
  for (const auto& [nonce, known] : others_) {
    if (known.dead || known.node.empty()) continue;
    // One who cannot be reached stays until its session or its process has ended; a new one must have been heard.
    if (known.linked || record_.has_voter(nonce)) voters.push_back(known.member);
  }
  return voters;
}

void Contender::settle_voters(Instant now, bool refresh) {
  if (role_ != Role::leading || changing_voters_ || session_state_ != zk::SessionState::connected) return;
  EpochRecord record = record_;
  record.voters = wanted_voters();
  if (!refresh && same_members(record.voters, record_.voters)) return;
  changing_voters_ = true;
  proposed_voters_ = record.voters;
  right_.voters_proposed(record.voters);
  zk::Multi multi;
  multi.operations.push_back(zk::Check{place_of(own_node_), zk::any_version});
  multi.operations.push_back(zk::Set{epoch_path(settings_.dir), to_json(record), fence_});
  ask(now, std::move(multi), [this, record, fence = fence_ + 1](Instant at, const zk::Answered& answer) {
    if (role_ != Role::leading || record_.epoch != record.epoch) return;
    if (answer.code == Code::ok) {
      changing_voters_ = false;
      record_ = record;
      fence_ = seen_fence_ = fence;
      right_.voters_settled(record.voters);
      settle_voters(at, false);
    } else if (is_lost(answer.code)) {
      voters_unknown_ = true;
    } else {
      changing_voters_ = false;
      look(at);
    }
  });
  // What is submitted from now on comes after it.
  outputs_.push_back(FenceMoved{fence_ + 1});
}

void Contender::hand_over(Instant now, const std::string& nonce) {
  const auto target = others_.find(nonce);
  if (role_ != Role::leading || target == others_.end() || !may_succeed(target->second)) return;
  handing_over_ = true;
  right_.end();
  EpochRecord record = record_;
  record.epoch = Epoch(record_.epoch.value + 1);
  record.leader = target->second.member;
  record.node = target->second.node;
  record.cause = "handover";
  // Behind a change of the voters that is under way: the successor counts those whom it has read or will read there.
  if (changing_voters_) record.voters = proposed_voters_;
  zk::Multi multi;
  multi.operations.push_back(zk::Check{place_of(own_node_), zk::any_version});
  multi.operations.push_back(zk::Check{place_of(record.node), zk::any_version});
  multi.operations.push_back(zk::Set{epoch_path(settings_.dir), to_json(record), fence()});
  multi.operations.push_back(zk::Delete{place_of(own_node_), zk::any_version});
  ask(now, std::move(multi), [this, record, fence = fence() + 1](Instant at, const zk::Answered& answer) {
    handing_over_ = false;
    if (answer.code == Code::ok) {
      record_ = record;
      seen_fence_ = fence;
      own_node_.clear();
      own_uuid_.clear();
      send(record.leader, LeadershipHanded{record.epoch, fence, commit_, record.node});
      depose("handed over to " + record.leader.url());
    } else {
      depose("the hand-over to " + record.leader.url() + " failed: " + std::string(to_string(answer.code)));
    }
    look(at);
  });
}

}  // namespace pilotlight::election
