#include "zk/memory_ensemble.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "zk/path.hpp"

namespace pilotlight::zk {
namespace {

Answered code_only(RequestId id, Code code, std::string text = {}) {
  Answered answered;
  answered.request = id;
  answered.code = code;
  answered.text = std::move(text);
  return answered;
}

SessionChanged change_to(SessionState state, std::int64_t session, std::string detail) {
  return {.state = state, .session = session, .timeout = {}, .detail = std::move(detail)};
}

std::string server_name(ServerIndex server) { return "server " + std::to_string(server); }

}  // namespace

MemoryEnsemble::MemoryEnsemble(const EnsembleOptions& options, Instant now) : tick_(options.tick), now_(now) {
  PILOTLIGHT_ASSERT(options.servers >= 1 && options.servers <= 5 && tick_ > Duration::zero());
  servers_.resize(options.servers);
}

const MemoryEnsemble::Peer& MemoryEnsemble::peer(ClientId client) const {
  const auto found = peers_.find(client.value);
  PILOTLIGHT_ASSERT(found != peers_.end());
  return found->second;
}

MemoryEnsemble::Peer& MemoryEnsemble::peer(ClientId client) {
  return const_cast<Peer&>(std::as_const(*this).peer(client));
}

// ---- sessions ----

// ExpiryQueue.roundToNextInterval: always later than the timeout itself, by at most a tick.
Instant MemoryEnsemble::expiry_of(Duration timeout) const {
  const auto due = now_.time_since_epoch() + timeout;
  return Instant((due / tick_ + 1) * tick_);
}

void MemoryEnsemble::advance(Instant now) {
  PILOTLIGHT_ASSERT(now >= now_);
  now_ = now;
  for (auto due = next_expiry(); due && *due <= now_; due = next_expiry()) {
    const auto next = std::min_element(sessions_.begin(), sessions_.end(), [](const auto& one, const auto& other) {
      return one.second.expires < other.second.expires;
    });
    end_session(next->first);
  }
}

std::optional<Instant> MemoryEnsemble::next_expiry() const {
  if (!leader_) return std::nullopt;
  std::optional<Instant> next;
  for (const auto& [id, session] : sessions_) next = std::min(next.value_or(session.expires), session.expires);
  return next;
}

void MemoryEnsemble::end_session(std::int64_t session) {
  sessions_.erase(session);
  Transaction transaction{next_zxid(), {}};
  auto& leader = servers_[*leader_];
  for (const auto& path : leader.tree.owned_by(session)) {
    transaction.changes.push_back({Change::Kind::deleted, path, {}, 0});
  }
  commit(std::move(transaction));
  for (auto& [id, who] : peers_) {
    if (who.session == session && who.server) break_connection(ClientId(id), who, "the server closed the connection");
  }
}

// ---- clients ----

ClientId MemoryEnsemble::add_client(Duration session_timeout) {
  const ClientId client(++last_client_);
  peers_[client.value].timeout_asked = session_timeout;
  return client;
}

void MemoryEnsemble::remove_client(ClientId client) {
  if (const auto server = peer(client).server) servers_[*server].watches.forget(client.value);
  peers_.erase(client.value);
}

Connected MemoryEnsemble::connect(ClientId client, ServerIndex index) {
  auto& who = peer(client);
  auto& server = servers_.at(index);
  if (who.server) break_connection(client, who, "the client goes to another server");
  if (!leader_ || !server.up || server.applied < who.seen_zxid) return Connected::refused;
  if (who.session != 0 && !sessions_.contains(who.session)) {
    who.queue.push_back(
        {.event = change_to(SessionState::expired, who.session, "the session has expired"), .path = {}});
    who.queue.push_back({.event = change_to(SessionState::connecting, 0, "a new session begins"), .path = {}});
    who.session = 0;
    who.seen_zxid = 0;
    who.watches = {};
    return Connected::expired;
  }
  if (who.session == 0) {
    who.session = (static_cast<std::int64_t>(index + 1) << 56U) | ++last_session_;
    sessions_[who.session].timeout = std::clamp(who.timeout_asked, 2 * tick_, 20 * tick_);
    const auto zxid = next_zxid();
    commit({zxid, {}});
    apply_up_to(server, zxid);
  }
  who.server = index;
  touch(client);
  auto event = change_to(SessionState::connected, who.session, server_name(index));
  event.timeout = sessions_.at(who.session).timeout;
  who.queue.push_back({.event = std::move(event), .path = {}});
  arm_again(client, who);
  return Connected::yes;
}

// SetWatches: what has changed since the client last heard from a server fires at once; the rest is armed again.
void MemoryEnsemble::arm_again(ClientId client, Peer& who) {
  auto& server = servers_[*who.server];
  const auto arm_or_fire = [&](WatchKind kind, const std::string& path, std::optional<WatchEvent> missed) {
    if (!missed) return server.watches.add(kind, path, client.value);
    who.queue.push_back({.event = WatchFired{path}, .path = path, .fired = *missed});
  };
  for (const auto& path : who.watches.nodes) {
    const auto* node = server.tree.find(path);
    std::optional<WatchEvent> missed;
    if (node == nullptr) missed = WatchEvent::deleted;
    if (node != nullptr && node->modified_zxid > who.seen_zxid) missed = WatchEvent::changed;
    arm_or_fire(WatchKind::node, path, missed);
  }
  for (const auto& path : who.watches.absent_nodes) {
    const bool there = server.tree.find(path) != nullptr;
    arm_or_fire(WatchKind::absent_node, path, there ? std::optional(WatchEvent::created) : std::nullopt);
  }
  for (const auto& path : who.watches.children) {
    const auto* node = server.tree.find(path);
    std::optional<WatchEvent> missed;
    if (node == nullptr) missed = WatchEvent::deleted;
    if (node != nullptr && node->children_zxid > who.seen_zxid) missed = WatchEvent::children_changed;
    arm_or_fire(WatchKind::children, path, missed);
  }
}

void MemoryEnsemble::disconnect(ClientId client) {
  auto& who = peer(client);
  if (who.server) break_connection(client, who, "the connection broke");
}

// In the C client's order: answers first, then the state. Events of the session itself come from the library, not
// over the wire, so they stay.
void MemoryEnsemble::break_connection(ClientId client, Peer& who, const std::string& why) {
  servers_[*who.server].watches.forget(client.value);
  who.server.reset();
  std::deque<Waiting> kept;
  for (auto& waiting : who.queue) {
    if (std::holds_alternative<WatchFired>(waiting.event)) continue;
    if (const auto* answered = std::get_if<Answered>(&waiting.event)) {
      waiting = {.event = code_only(answered->request, Code::connection_loss), .path = {}};
    }
    kept.push_back(std::move(waiting));
  }
  who.queue = std::move(kept);
  who.queue.push_back({.event = change_to(SessionState::suspended, who.session, why), .path = {}});
}

void MemoryEnsemble::break_all(const std::string& why) {
  for (auto& [id, who] : peers_) {
    if (who.server) break_connection(ClientId(id), who, why);
  }
}

void MemoryEnsemble::close(ClientId client) {
  auto& who = peer(client);
  const auto session = std::exchange(who.session, 0);
  if (who.server) {
    servers_[*who.server].watches.forget(client.value);
    who.server.reset();
    end_session(session);
  }
  who.queue.clear();
  who.seen_zxid = 0;
  who.watches = {};
}

void MemoryEnsemble::touch(ClientId client) {
  const auto& who = peer(client);
  if (!who.server) return;
  auto& session = sessions_.at(who.session);
  session.expires = expiry_of(session.timeout);
}

void MemoryEnsemble::submit(ClientId client, RequestId id, const Request& request, Fault fault) {
  auto& who = peer(client);
  const auto at_once = [&](Code code, std::string text = {}) {
    who.queue.push_back({.event = code_only(id, code, std::move(text)), .path = {}});
  };
  if (!who.server) return at_once(Code::connection_loss);
  if (size_of(request) > largest_operation) return at_once(Code::too_large);
  if (auto wrong = invalid_path_in(request); !wrong.empty()) {
    return at_once(Code::failed, "\"" + wrong + "\" is not a path");
  }
  if (fault != Fault::before) {
    touch(client);
    auto waiting = answer(client, id, request);
    std::get<Answered>(waiting.event).request = id;
    who.queue.push_back(std::move(waiting));
  } else {
    at_once(Code::connection_loss);
  }
  if (fault != Fault::none) break_connection(client, who, "the connection broke");
}

std::optional<Event> MemoryEnsemble::take_event(ClientId client) {
  auto& who = peer(client);
  while (!who.queue.empty()) {
    auto waiting = std::move(who.queue.front());
    who.queue.pop_front();
    who.seen_zxid = std::max(who.seen_zxid, waiting.zxid);
    who.watches.add(waiting.armed, waiting.path);
    const bool watch = std::holds_alternative<WatchFired>(waiting.event);
    if (!watch || who.watches.take(waiting.fired, waiting.path)) return std::move(waiting.event);
  }
  return std::nullopt;
}

std::vector<Event> MemoryEnsemble::take_events(ClientId client) {
  std::vector<Event> events;
  while (auto event = take_event(client)) events.push_back(std::move(*event));
  return events;
}

}  // namespace pilotlight::zk
