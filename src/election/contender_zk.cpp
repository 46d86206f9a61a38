// What the contender reads from ZooKeeper, and its node in the queue.
#include <algorithm>

#include "election/contender.hpp"

namespace pilotlight::election {
namespace {

using zk::Code;

std::string uuid_of(const std::string& nonce, int count) {
  // Distinct for every node that this process ever creates; the shape is a UUID's because Curator expects one.
  std::string digits = nonce.substr(0, 32);
  digits.resize(32, '0');
  for (std::size_t place = 31; count > 0 && place > 20; --place, count /= 10)
    digits[place] = static_cast<char>('0' + count % 10);
  return digits.substr(0, 8) + '-' + digits.substr(8, 4) + '-' + digits.substr(12, 4) + '-' + digits.substr(16, 4) +
         '-' + digits.substr(20);
}

}  // namespace

void Contender::ask(Instant now, zk::Request request, Continue then) {
  const zk::RequestId id = next_request_();
  pending_.emplace(id.value, Pending{now, std::move(then)});
  outputs_.push_back(SubmitZk{id, std::move(request)});
}

void Contender::on_session(Instant now, const zk::SessionChanged& change) {
  session_state_ = change.state;
  switch (change.state) {
    case zk::SessionState::connected: {
      const bool same = session_ == change.session;
      session_ = change.session;
      session_timeout_ = change.timeout;
      right_.session_granted(change.timeout);
      const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(change.timeout).count();
      notice("ZooKeeper: connected" + (change.detail.empty() ? "" : " to " + change.detail) + ", session timeout " +
             std::to_string(ms) + " ms" + (same ? ", the same session" : ""));
      if (!same) {
        own_node_.clear();
        own_uuid_.clear();  // a node of that name belongs to the session before
        watched_.clear();
      }
      confirm_fence_ = role_ == Role::leading;
      if (parents_made_)
        look(now);
      else
        make_parents(now);
      return;
    }
    case zk::SessionState::expired:
      notice("ZooKeeper: the session has expired", true);
      own_node_.clear();
      own_uuid_.clear();
      watched_.clear();
      if (role_ == Role::leading) depose("its ZooKeeper session has expired");
      return;
    case zk::SessionState::suspended:
      notice("ZooKeeper: connection lost" + (change.detail.empty() ? "" : " (" + change.detail + ")"), true);
      return;
    case zk::SessionState::auth_failed: notice("ZooKeeper: authentication failed", true); return;
    case zk::SessionState::connecting:
      if (!change.detail.empty()) notice("ZooKeeper: " + change.detail, true);
      return;
  }
}

void Contender::make_parents(Instant now) {
  std::vector<std::string> paths;
  for (std::size_t slash = settings_.dir.find('/', 1); slash != std::string::npos;
       slash = settings_.dir.find('/', slash + 1))
    paths.push_back(settings_.dir.substr(0, slash));
  if (!settings_.dir.empty()) paths.push_back(settings_.dir);
  paths.push_back(election_path(settings_.dir));
  paths.push_back(product_path(settings_.dir));
  paths.push_back(product_path(settings_.dir) + "/failovers");
  const auto ignore = [](Instant, const zk::Answered&) {};
  for (auto& path : paths) ask(now, zk::Create{std::move(path), {}, false, false}, ignore);
  ask(now, zk::Create{epoch_path(settings_.dir), to_json(EpochRecord{}), false, false},
      [this](Instant at, const zk::Answered& answer) {
        if (answer.code == Code::ok || answer.code == Code::node_exists) {
          parents_made_ = true;
          look(at);
        } else if (!is_lost(answer.code)) {
          notice("ZooKeeper: " + epoch_path(settings_.dir) + " cannot be made: " + std::string(to_string(answer.code)) +
                     (answer.text.empty() ? "" : ", " + answer.text),
                 true);
        }
      });
}

void Contender::look(Instant now) {
  if (session_state_ != zk::SessionState::connected) return;
  if (!parents_made_) {
    if (now >= look_started_ + settings_.timing.look) {
      look_started_ = now;
      make_parents(now);
    }
    return;
  }
  if (looking_) {
    look_again_ = true;
    return;
  }
  looking_ = true;
  look_failed_ = false;
  look_again_ = false;
  look_started_ = now;
  reads_open_ = own_node_.empty() ? 3 : 4;
  // Through the quorum's leader, so that what follows is no follower's old view. The epoch before the queue: a leader
  // whom the record names was in the queue then.
  ask(now, zk::Sync{epoch_path(settings_.dir)},
      [this](Instant at, const zk::Answered& answer) { one_read_done(at, answer); });
  ask(now, zk::Get{epoch_path(settings_.dir), true}, [this, started = now](Instant at, const zk::Answered& answer) {
    if (answer.code == Code::ok) epoch_read(started, answer);
    one_read_done(at, answer);
  });
  ask(now, zk::Children{election_path(settings_.dir), false}, [this](Instant at, const zk::Answered& answer) {
    if (answer.code == Code::ok) queue_read(at, answer);
    one_read_done(at, answer);
  });
  if (own_node_.empty()) return;
  ask(now, zk::Exists{place_of(own_node_), false}, [this](Instant at, const zk::Answered& answer) {
    own_node_checked(answer);
    one_read_done(at, answer);
  });
}

void Contender::confirm_epoch(Instant now) {
  if (session_state_ != zk::SessionState::connected || confirming_) return;
  confirming_ = true;
  confirm_at_ = now + settings_.timing.lone_read;
  ask(now, zk::Sync{epoch_path(settings_.dir)}, [](Instant, const zk::Answered&) {});
  ask(now, zk::Get{epoch_path(settings_.dir), false}, [this, started = now](Instant at, const zk::Answered& answer) {
    confirming_ = false;
    if (answer.code != Code::ok) return;
    epoch_read(started, answer);
    if (role_ == Role::leading) check_own_leadership(at);
  });
}

void Contender::epoch_read(Instant started, const zk::Answered& answer) {
  const bool moved = answer.stat.version != seen_fence_;
  seen_fence_ = answer.stat.version;
  if (moved || unreadable_) {
    const auto record = epoch_from_json(answer.data);
    if (!record && !unreadable_)
      notice("ZooKeeper: " + epoch_path(settings_.dir) + " cannot be read; the next leader writes it anew.", true);
    unreadable_ = !record;
    // Unreadable: epochs must go on growing, and nobody is known to lead.
    record_ = record ? *record : EpochRecord{record_.epoch, {}, {}, {}, {}};
  }
  if (role_ == Role::leading && record_.leader.nonce == self_.nonce && seen_fence_ == fence_)
    right_.epoch_confirmed(started);
}

void Contender::queue_read(Instant now, const zk::Answered& answer) {
  queue_ = in_order(answer.children);
  std::erase_if(read_candidates_, [&](const auto& entry) { return candidate(entry.first) == nullptr; });
  for (auto& entry : queue_) {
    if (const auto found = read_candidates_.find(entry.node); found != read_candidates_.end()) {
      entry.member = found->second;
      entry.read = true;
      continue;
    }
    ++reads_open_;
    ask(now, zk::Get{place_of(entry.node), false}, [this, node = entry.node](Instant at, const zk::Answered& read) {
      if (read.code == Code::ok) {
        const auto member = member_from_json(read.data);
        read_candidates_[node] = member;
        for (auto& known : queue_)
          if (known.node == node) known.member = member, known.read = true;
      } else if (read.code == Code::no_node) {
        std::erase_if(queue_, [&](const auto& known) { return known.node == node; });
      }
      one_read_done(at, read);
    });
  }
}

void Contender::own_node_checked(const zk::Answered& answer) {
  if (answer.code == Code::no_node) {
    notice("This master's place in the election is gone; it queues again.", role_ == Role::leading);
    own_node_.clear();
  } else if (answer.code == Code::ok && answer.stat.ephemeral_owner != session_) {
    // Of an earlier session of ours, about to be removed with it: it must not pass for a place of this session.
    own_node_.clear();
    own_uuid_.clear();
  }
}

void Contender::one_read_done(Instant now, const zk::Answered& answer) {
  if (answer.code != Code::ok && answer.code != Code::no_node) look_failed_ = true;
  if (--reads_open_ == 0) look_done(now);
}

void Contender::look_done(Instant now) {
  looking_ = false;
  if (look_failed_) return;  // the next tick or the next connection looks again
  looked_ = look_started_;
  for (auto& [nonce, known] : others_) known.node.clear();
  for (const auto& entry : queue_) {
    if (!entry.member || entry.member->nonce == self_.nonce) continue;
    auto& known = others_[entry.member->nonce];
    if (!known.member.known()) known.member = *entry.member;
    known.node = entry.node;
    if (!known.linked && !known.dead && known.called == Instant{}) call(now, known);
  }
  std::erase_if(others_, [](const auto& entry) { return entry.second.node.empty() && !entry.second.linked; });
  join_queue(now);
  watch_predecessor(now);
  if (role_ != Role::leading) become_follower(now);
  decide(now);
  if (look_again_) look(now);
}

void Contender::join_queue(Instant now) {
  if (!own_node_.empty() || joining_ || leaving_) return;
  // Created by a request whose answer got lost: it is found by its name. Of two, the first is kept.
  if (!own_uuid_.empty()) {
    std::vector<std::string> own;
    for (const auto& entry : queue_)
      if (has_uuid(entry.node, own_uuid_)) own.push_back(entry.node);
    for (std::size_t i = 1; i < own.size(); ++i)
      ask(now, zk::Delete{place_of(own[i])}, [](Instant, const zk::Answered&) {});
    if (!own.empty()) {
      own_node_ = own.front();
      look_again_ = true;  // and whether it belongs to this session is checked
      return;
    }
  } else {
    own_uuid_ = uuid_of(self_.nonce, ++joins_);
  }
  joining_ = true;
  ask(now, zk::Create{place_of(candidate_prefix(own_uuid_)), to_json(self_), true, true},
      [this](Instant at, const zk::Answered& answer) {
        joining_ = false;
        if (answer.code == Code::session_expired) own_uuid_.clear();
        if (answer.code != Code::ok) return;
        own_node_ = answer.path.substr(answer.path.rfind('/') + 1);
        if (leaving_) return leave(at);
        notice("Queued for the election as " + own_node_);
        // They look again upon this, and the leader makes this master a voter.
        for (auto& [nonce, known] : others_) call(at, known);
        look(at);
      });
}

void Contender::watch_predecessor(Instant now) {
  if (own_node_.empty()) return;
  std::string target;
  for (const auto& entry : queue_) {
    if (entry.node == own_node_) break;
    if (entry.node != record_.node) target = entry.node;
  }
  // First in line: it is the leader's own node that matters.
  if (target.empty() && leader_in_queue() && record_.node != own_node_) target = record_.node;
  if (target == watched_) return;
  watched_ = target;
  if (target.empty()) return;
  ask(now, zk::Exists{place_of(target), true}, [this, target](Instant at, const zk::Answered& answer) {
    if (answer.code == Code::ok) return;
    // A follower that lags, or it is gone already: the watch is of no use, so look until it is.
    if (watched_ == target) watched_.clear();
    if (answer.code == Code::no_node) look(at);
  });
}

}  // namespace pilotlight::election
