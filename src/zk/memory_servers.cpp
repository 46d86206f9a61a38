// The servers' half of MemoryEnsemble: the log, the trees, requests and elections. Pure.
#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "base/overloaded.hpp"
#include "zk/memory_ensemble.hpp"
#include "zk/path.hpp"

namespace pilotlight::zk {
namespace {

std::string server_name(ServerIndex server) { return "server " + std::to_string(server); }

}  // namespace

// ---- requests ----

MemoryEnsemble::Waiting MemoryEnsemble::answer(ClientId client, RequestId id, const Request& request) {
  auto& who = peer(client);
  const auto write_one = [&](const Operation& operation) {
    auto written = write(who, {operation});
    Answered answered;
    answered.request = id;
    answered.code = written.code;
    if (written.code == Code::failed) answered.text = "bad arguments";
    if (written.code == Code::ok) {
      answered.path = std::move(written.outcomes.front().path);
      answered.stat = written.outcomes.front().stat;
    }
    return Waiting{.event = std::move(answered), .path = {}};
  };
  auto waiting = std::visit(overloaded{[&](const Create& create) { return write_one(create); },
                                       [&](const Set& set) { return write_one(set); },
                                       [&](const Delete& removal) { return write_one(removal); },
                                       [&](const Multi& multi) {
                                         auto written = write(who, multi.operations);
                                         Answered answered;
                                         answered.code = written.code;
                                         answered.outcomes = std::move(written.outcomes);
                                         return Waiting{.event = std::move(answered), .path = {}};
                                       },
                                       [&](const Sync&) {
                                         catch_up(*who.server);
                                         return Waiting{.event = Answered{}, .path = {}};
                                       },
                                       [&](const auto& one) { return read(client, one); }},
                            request);
  waiting.zxid = servers_[*who.server].applied;
  return waiting;
}

MemoryEnsemble::Waiting MemoryEnsemble::read(ClientId client, const Get& get) {
  auto& server = servers_[*peer(client).server];
  Answered answered;
  const auto* node = server.tree.find(get.path);
  if (node == nullptr) {
    answered.code = Code::no_node;
    return {.event = std::move(answered), .path = get.path};
  }
  answered.data = node->data;
  answered.stat = node->stat();
  const auto armed = get.watch ? WatchKind::node : WatchKind::none;
  if (get.watch) server.watches.add(armed, get.path, client.value);
  return {.event = std::move(answered), .armed = armed, .path = get.path};
}

MemoryEnsemble::Waiting MemoryEnsemble::read(ClientId client, const Exists& exists) {
  auto& server = servers_[*peer(client).server];
  Answered answered;
  const auto* node = server.tree.find(exists.path);
  answered.code = node == nullptr ? Code::no_node : Code::ok;
  if (node != nullptr) answered.stat = node->stat();
  auto armed = WatchKind::none;
  if (exists.watch) {
    armed = node == nullptr ? WatchKind::absent_node : WatchKind::node;
    server.watches.add(armed, exists.path, client.value);
  }
  return {.event = std::move(answered), .armed = armed, .path = exists.path};
}

MemoryEnsemble::Waiting MemoryEnsemble::read(ClientId client, const Children& children) {
  auto& server = servers_[*peer(client).server];
  Answered answered;
  const auto* node = server.tree.find(children.path);
  if (node == nullptr) {
    answered.code = Code::no_node;
    return {.event = std::move(answered), .path = children.path};
  }
  answered.children.assign(node->children.begin(), node->children.end());
  const auto armed = children.watch ? WatchKind::children : WatchKind::none;
  if (children.watch) server.watches.add(armed, children.path, client.value);
  return {.event = std::move(answered), .armed = armed, .path = children.path};
}

// ---- the log ----

// A write that fails is a transaction too: its answer comes in the log's order, so the server has caught up by then.
Written MemoryEnsemble::write(Peer& from, const std::vector<Operation>& operations) {
  const auto zxid = next_zxid();
  auto& leader = servers_[*leader_];
  auto written = leader.tree.write(operations, from.session, zxid);
  leader.applied = zxid;
  for (const auto& change : written.changes) fire(leader, change);
  commit({zxid, written.changes});
  apply_up_to(servers_[*from.server], zxid);
  return written;
}

void MemoryEnsemble::commit(Transaction transaction) {
  log_.push_back(std::move(transaction));
  for (auto& server : servers_) {
    if (server.up && !server.lagging) apply_up_to(server, log_.back().zxid);
  }
  forget_applied();
}

void MemoryEnsemble::apply_up_to(Server& server, std::int64_t zxid, std::size_t at_most) {
  auto next = std::upper_bound(log_.begin(), log_.end(), server.applied,
                               [](std::int64_t applied, const Transaction& one) { return applied < one.zxid; });
  for (; next != log_.end() && next->zxid <= zxid && at_most > 0; ++next, --at_most) {
    for (const auto& change : next->changes) {
      server.tree.apply(change, next->zxid);
      fire(server, change);
    }
    server.applied = next->zxid;
  }
}

void MemoryEnsemble::fire(Server& server, const Change& change) {
  const auto tell = [&](WatchEvent event, const std::string& path) {
    for (const auto client : server.watches.take(event, path)) {
      peers_.at(client).queue.push_back({.event = WatchFired{path}, .path = path, .fired = event});
    }
  };
  switch (change.kind) {
    case Change::Kind::created: tell(WatchEvent::created, change.path); break;
    case Change::Kind::data_set: tell(WatchEvent::changed, change.path); break;
    case Change::Kind::deleted: tell(WatchEvent::deleted, change.path); break;
  }
  if (change.kind != Change::Kind::data_set) tell(WatchEvent::children_changed, parent_of(change.path));
}

// A server that is down comes back with the leader's whole tree, so only those that are up hold the log.
void MemoryEnsemble::forget_applied() {
  std::int64_t everywhere = zxid_;
  for (const auto& server : servers_) {
    if (server.up) everywhere = std::min(everywhere, server.applied);
  }
  while (!log_.empty() && log_.front().zxid <= everywhere) log_.pop_front();
}

// ---- servers ----

// "Lagging" is logged but not yet applied, so nothing that was answered is lost with a leader or a majority.
void MemoryEnsemble::apply_everywhere() {
  for (auto& server : servers_) {
    if (server.up) apply_up_to(server, zxid_);
  }
  forget_applied();
}

void MemoryEnsemble::crash(ServerIndex index) {
  auto& crashed = servers_.at(index);
  if (!crashed.up) return;
  if (leader_) apply_up_to(crashed, zxid_);
  crashed.up = false;
  const auto up = static_cast<std::size_t>(
      std::count_if(servers_.begin(), servers_.end(), [](const Server& server) { return server.up; }));
  if (leader_ && (*leader_ == index || up * 2 <= servers_.size())) {
    apply_everywhere();
    leader_.reset();
    break_all("the ensemble has no leader");
    return;
  }
  for (auto& [id, who] : peers_) {
    if (who.server == index) break_connection(ClientId(id), who, server_name(index) + " is gone");
  }
}

void MemoryEnsemble::restart(ServerIndex index) {
  auto& server = servers_.at(index);
  if (server.up) return;
  server.up = true;
  server.watches = {};
  if (leader_) follow_leader(server);
}

void MemoryEnsemble::follow_leader(Server& server) {
  const auto& leader = servers_[*leader_];
  if (server.applied < leader.applied) {
    server.tree = leader.tree;
    server.applied = leader.applied;
  }
}

bool MemoryEnsemble::elect() {
  std::optional<ServerIndex> best;
  std::size_t up = 0;
  for (ServerIndex index = 0; index < servers_.size(); ++index) {
    if (!servers_[index].up) continue;
    ++up;
    if (!best || servers_[index].applied >= servers_[*best].applied) best = index;
  }
  if (up * 2 <= servers_.size()) return false;
  if (leader_) {
    apply_everywhere();
    break_all("a new leader is elected");
  }
  leader_ = best;
  servers_[*best].lagging = false;
  constexpr unsigned term = 32;
  zxid_ = ((zxid_ >> term) + 1) << term;
  for (auto& server : servers_) {
    if (server.up) follow_leader(server);
  }
  forget_applied();
  for (auto& [id, session] : sessions_) session.expires = expiry_of(session.timeout);
  return true;
}

void MemoryEnsemble::set_lagging(ServerIndex server, bool lagging) {
  PILOTLIGHT_ASSERT(!lagging || leader_ != server);
  servers_.at(server).lagging = lagging;
  if (!lagging) catch_up(server);
}

void MemoryEnsemble::catch_up(ServerIndex server, std::size_t transactions) {
  auto& behind = servers_.at(server);
  if (behind.up && leader_) apply_up_to(behind, zxid_, transactions);
  forget_applied();
}

}  // namespace pilotlight::zk
