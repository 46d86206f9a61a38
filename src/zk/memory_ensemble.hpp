// A ZooKeeper ensemble in memory, with its clients, for the simulator and for unit tests. Pure and deterministic.
//
// The caller owns time and chance: it moves the clock, connects clients to servers, delivers their events when it
// likes and makes faults. A *client* is what zk::Client is: one session after another. A request is carried out when
// it is submitted; its answer waits in the client's queue ("on the wire") until it is taken, and is lost with the
// connection: connection_loss is answered then, though it was done. No call fails on bad ids: that is an assertion.
//
// As in ZooKeeper: a server holds a prefix of one log of transactions; the leader holds all of it. A lagging server
// shows its clients an older state until it catches up, which their own writes and Sync make it do. Without a leader
// and a majority there are no connections. Sessions end by the leader's clock, at ticks, and never while there is none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "zk/tree.hpp"
#include "zk/types.hpp"
#include "zk/watch_table.hpp"

namespace pilotlight::zk {

using ClientId = NumberId<struct ZkClientIdTag, std::uint64_t>;
using ServerIndex = std::size_t;

struct EnsembleOptions {
  std::size_t servers = 1;  ///< 1 to 5; the first one leads
  Duration tick = std::chrono::seconds(2);
};

/// What goes wrong with one request; the connection breaks with it.
enum class Fault : std::uint8_t { none, before, after };

enum class Connected : std::uint8_t {
  yes,
  refused,  ///< the server is down, without a majority, or behind what the client has seen
  expired,  ///< the session is over; the next connect() begins another
};

class MemoryEnsemble {
 public:
  explicit MemoryEnsemble(const EnsembleOptions& options, Instant now = {});

  // ---- time ----
  /// Sessions whose time is up end. Never moves back.
  void advance(Instant now);
  [[nodiscard]] Instant now() const { return now_; }
  /// When the next session ends unless it is touched; none without a leader.
  [[nodiscard]] std::optional<Instant> next_expiry() const;

  // ---- clients ----
  /// A client without a session; connect() begins one. The timeout is granted within 2 and 20 ticks.
  ClientId add_client(Duration session_timeout);
  /// The process died: nothing is delivered any more; its session ends in its time.
  void remove_client(ClientId client);
  /// Begins a session or goes on with it. A connection that the client still has ends first.
  Connected connect(ClientId client, ServerIndex server);
  /// The connection breaks, seen from the client: what waits is lost, `suspended` is reported.
  void disconnect(ClientId client);
  /// Ends the session at once when connected; else only the client forgets it. Nothing is reported.
  void close(ClientId client);
  /// A ping, or anything else that reached the server: the session's time starts anew. Without connection, nothing.
  void touch(ClientId client);
  void submit(ClientId client, RequestId id, const Request& request, Fault fault = Fault::none);

  /// The client's next event, or none.
  std::optional<Event> take_event(ClientId client);
  std::vector<Event> take_events(ClientId client);

  [[nodiscard]] bool connected(ClientId client) const { return peer(client).server.has_value(); }
  [[nodiscard]] std::optional<ServerIndex> server_of(ClientId client) const { return peer(client).server; }
  /// 0 without one; also one that has ended unknown to the client.
  [[nodiscard]] std::int64_t session_of(ClientId client) const { return peer(client).session; }
  [[nodiscard]] bool session_lives(std::int64_t session) const { return sessions_.contains(session); }

  // ---- servers ----
  /// Its connections break. Without the leader, or a majority, all do.
  void crash(ServerIndex server);
  /// Comes back with what the leader has, or waits for one.
  void restart(ServerIndex server);
  /// The server with the longest log leads and all sessions' times start anew. False without a majority.
  bool elect();
  [[nodiscard]] std::optional<ServerIndex> leader() const { return leader_; }
  [[nodiscard]] bool has_quorum() const { return leader_.has_value(); }
  [[nodiscard]] bool is_up(ServerIndex server) const { return servers_.at(server).up; }
  /// A follower that lags applies nothing by itself. The leader never lags.
  void set_lagging(ServerIndex server, bool lagging);
  /// Applies up to `transactions` more (default: all there are).
  void catch_up(ServerIndex server, std::size_t transactions = SIZE_MAX);
  /// What a server shows, for checks.
  [[nodiscard]] const Tree& tree(ServerIndex server) const { return servers_.at(server).tree; }

 private:
  struct Transaction {
    std::int64_t zxid = 0;
    std::vector<Change> changes;
  };
  struct Server {
    Tree tree;
    ServerWatches watches;
    std::int64_t applied = 0;
    bool up = true;
    bool lagging = false;
  };
  struct Session {
    Duration timeout{};
    Instant expires;
  };
  /// An event on the wire, and what the client's library notes when it arrives.
  struct Waiting {
    Event event;
    std::int64_t zxid = 0;
    WatchKind armed = WatchKind::none;
    std::string path;
    WatchEvent fired{};
  };
  struct Peer {
    Duration timeout_asked{};
    std::int64_t session = 0;
    std::optional<ServerIndex> server;
    std::int64_t seen_zxid = 0;
    ClientWatches watches;
    std::deque<Waiting> queue;
  };

  [[nodiscard]] const Peer& peer(ClientId client) const;
  Peer& peer(ClientId client);
  std::int64_t next_zxid() { return ++zxid_; }
  [[nodiscard]] Instant expiry_of(Duration timeout) const;

  Written write(Peer& from, const std::vector<Operation>& operations);
  void end_session(std::int64_t session);
  void commit(Transaction transaction);
  void apply_up_to(Server& server, std::int64_t zxid, std::size_t at_most = SIZE_MAX);
  void apply_everywhere();
  void follow_leader(Server& server);
  void fire(Server& server, const Change& change);
  void forget_applied();

  Waiting answer(ClientId client, RequestId id, const Request& request);
  Waiting read(ClientId client, const Get& get);
  Waiting read(ClientId client, const Exists& exists);
  Waiting read(ClientId client, const Children& children);
  void arm_again(ClientId client, Peer& who);
  void break_connection(ClientId client, Peer& who, const std::string& why);
  void break_all(const std::string& why);

  Duration tick_;
  Instant now_;
  std::vector<Server> servers_;
  std::optional<ServerIndex> leader_ = 0;
  std::int64_t zxid_ = std::int64_t{1} << 32U;  // the upper half is the leader's term
  std::deque<Transaction> log_;                 // what some server that is up has still to apply
  std::map<std::uint64_t, Peer> peers_;
  std::map<std::int64_t, Session> sessions_;
  std::uint64_t last_client_ = 0;
  std::int64_t last_session_ = 0;
};

}  // namespace pilotlight::zk
