#include "election/contender.hpp"

#include <algorithm>

#include "base/overloaded.hpp"

namespace pilotlight::election {

std::string election_path(const std::string& dir) { return dir + "/leader_election"; }
std::string candidate_path(const std::string& dir, const std::string& node) { return election_path(dir) + "/" + node; }
std::string product_path(const std::string& dir) { return dir + "/pilotlight"; }
std::string epoch_path(const std::string& dir) { return product_path(dir) + "/epoch"; }

Contender::Contender(ContenderSettings settings, Member self, std::function<zk::RequestId()> next_request)
    : settings_(std::move(settings)),
      self_(std::move(self)),
      next_request_(std::move(next_request)),
      right_(settings_.timing, self_.nonce),
      suspicion_(settings_.timing, self_.nonce) {}

bool Contender::on_zk(Instant now, const zk::Event& event) {
  return std::visit(overloaded{[&](const zk::Answered& answer) {
                                 const auto found = pending_.find(answer.request.value);
                                 if (found == pending_.end()) return false;
                                 const Pending pending = std::move(found->second);
                                 pending_.erase(found);
                                 if (!zk::is_lost(answer.code)) right_.zookeeper_answered(pending.started);
                                 pending.then(now, answer);
                                 return true;
                               },
                               [&](const zk::WatchFired& fired) {
                                 if (fired.path == place_of(watched_)) watched_.clear();
                                 look(now);
                                 return true;
                               },
                               [&](const zk::SessionChanged& change) {
                                 on_session(now, change);
                                 return true;
                               }},
                    event);
}

void Contender::tick(Instant now) {
  const auto& timing = settings_.timing;
  if (ticking_ && now > ticked_ + timing.tick + shortest_pause()) resumed(now);
  ticking_ = true;
  ticked_ = now;

  if (role_ == Role::leading) {
    if (now >= right_.session_end()) {
      depose("ZooKeeper has not answered for longer than the session lasts");
    } else {
      if (now >= heartbeat_at_) send_heartbeats(now);
      if (right_.needs_reads(now) && now >= confirm_at_) confirm_epoch(now);
    }
  } else {
    promised(now, suspicion_.leader_is_silent(now));
    // A promise that got lost on its way is said again until somebody has claimed.
    if (const auto promise = suspicion_.own_promise(); promise && now >= promise_again_) {
      promise_again_ = now + timing.redial;
      send_all(*promise);
    }
  }
  for (auto& [nonce, known] : others_) {
    if (known.probes_left > 0 && now >= known.probe_at) {
      known.probe_at = Instant::max();  // until it is answered
      outputs_.push_back(Probe{known.member});
    }
    if (!known.linked && !known.node.empty() && now >= known.called + timing.redial && !replaced(known))
      call(now, known);  // one taken for dead too: a firewall's resets look the same, and neither would speak first
  }
  relink_the_silent(now);
  const auto pause = session_timeout_ > Duration{} ? std::min(timing.look, session_timeout_ / 6) : timing.look;
  if (now >= look_started_ + pause) look(now);
}

/// Another process listens at its address.
bool Contender::replaced(const Known& known) const {
  return known.dead && std::any_of(others_.begin(), others_.end(), [&](const auto& other) {
           return other.first != known.member.nonce && other.second.member.address == known.member.address;
         });
}

Instant Contender::next_tick() const {
  Instant next = ticked_ + settings_.timing.tick;
  if (role_ == Role::leading) {
    next = std::min(next, heartbeat_at_);
    if (right_.needs_reads(ticked_))
      next = std::min(next, std::max(confirm_at_, ticked_ + std::chrono::milliseconds(1)));
  }
  for (const auto& [nonce, known] : others_)
    if (known.probes_left > 0) next = std::min(next, known.probe_at);
  return next;
}

/// The successor of a leader that has one other voter waits for no more than Timing::lone_wait.
Duration Contender::shortest_pause() const {
  const bool of_two = role_ == Role::leading && record_.voters.size() == 2;
  return of_two ? settings_.timing.lone_pause : settings_.timing.pause;
}

bool Contender::may_speak(Instant now) const {
  // What has happened during a pause lies unread: a link that broke, above all.
  return role_ == Role::leading && right_.allowed(now) && now <= ticked_ + settings_.timing.tick + shortest_pause();
}

void Contender::resumed(Instant now) {
  const auto stood = std::chrono::duration_cast<std::chrono::milliseconds>(now - ticked_);
  suspicion_.paused(now);
  if (role_ != Role::leading) return;
  if (now > ticked_ + settings_.timing.tick + settings_.timing.pause)
    notice("This process stood still for " + std::to_string(stood.count()) +
               " ms; it reads the epoch before it says another word.",
           true);
  right_.paused(now);
  confirm_epoch(now);
}

bool Contender::somebody_leads() const {
  if (role_ == Role::leading) return true;
  if (!queue_.empty() && queue_.front().read && !queue_.front().member) return true;  // Spark's own master
  if (!record_.leader.known() || !leader_in_queue() || suspicion_.own_promise()) return false;
  const auto leader = others_.find(record_.leader.nonce);
  return leader != others_.end() && leader->second.linked;
}

void Contender::leave(Instant now) {
  leaving_ = true;
  if (own_node_.empty()) return;
  ask(now, zk::Delete{place_of(own_node_)}, [](Instant, const zk::Answered&) {});
  own_node_.clear();
}

}  // namespace pilotlight::election
