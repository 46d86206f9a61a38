// What a master has only when it is elected on ZooKeeper: contender, mirror, journal, take-over, hand-over, flights.
// Private to replica, pure.
//
// Owned by Replica, which it calls back to step the core and to put out. Every input runs tick(), its own handler and
// settle(), in that order: settle carries out what the contender decided. Requests to ZooKeeper of all machines share
// one counter of ids, so each answer has one owner.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "recovery/mirror.hpp"
#include "recovery/proposals.hpp"
#include "recovery/zk_journal.hpp"
#include "recovery/zk_reader.hpp"
#include "replica/flight.hpp"
#include "replica/replica.hpp"
#include "replica/waiting_room.hpp"

namespace pilotlight::replica {

class Replica::Elected {
 public:
  Elected(Replica& replica, election::ContenderSettings settings, election::Member self);

  void start(const Now& now);
  void on_zk(const Now& now, const zk::Event& event);
  void on_link(const Now& now, const std::string& sender, const election::LinkMessage& message);
  void on_link_broken(const Now& now, const std::string& nonce);
  void on_probe(const Now& now, const std::string& nonce, election::Found found);
  void on_timer(const Now& now);
  /// Before anything that does not come through the functions above: a pause is noticed first.
  void passed(const Now& now);
  /// Before the core handles an event: true when it was kept instead.
  bool intercept(const Now& now, const decltype(core::Event::what)& what);
  /// After each step of the core.
  void observe(const Now& now, const core::Effects& effects);
  void commit(const Now& now);
  Result<void> transfer(const Now& now, const std::optional<std::string>& nonce);
  void leave(const Now& now);

  [[nodiscard]] bool may_speak(Instant now) const { return contender_.may_speak(now); }
  [[nodiscard]] bool between_leaders() const { return taking_over_.has_value() || !contender_.somebody_leads(); }
  [[nodiscard]] bool can_commit() const { return replica_.leading_ && !journal_.busy() && !failed_; }
  [[nodiscard]] bool untidy() const { return replica_.gate_.idle() && !handover_ && journal_.untidy(); }
  [[nodiscard]] Instant wake_at() const;
  [[nodiscard]] Cluster cluster(Instant now) const;
  [[nodiscard]] const recovery::Mirror* records() const { return reading_ ? nullptr : &mirror_; }

 private:
  using Continue = std::function<void(const Now&, const zk::Answered&)>;
  struct Handover {
    std::string target;
    Instant deadline;
    bool written = false;  ///< the contender has the word
  };

  void tick(const Now& now);
  void settle(const Now& now);
  void tell_obstacle(const Now& now, const char* obstacle);
  [[nodiscard]] WallTime arrival(const Now& now) const;
  void ask(zk::Request request, Continue then);
  /// Only while this master leads; what comes of it is nobody's concern.
  void ask_fenced(zk::Operation operation);
  void submit(recovery::ZkAsks asks);
  zk::RequestId next_id() { return zk::RequestId(++last_id_); }

  // ---- leadership: elected.cpp ----
  void elected(const Now& now, const election::Elected& won);
  void read_ahead();
  void read_state(const Now& now);
  void state_read(const Now& now);
  void deposed(const Now& now, const std::string& reason);
  void fence_moved(const Now& now, election::Fence fence);
  recovery::JournalNews begin(const std::vector<core::RecordOp>& batch);
  void journal_news(const Now& now, recovery::JournalNews news);
  void tell_progress();

  // ---- the others: elected_links.cpp ----
  void on_message(const Now& now, const std::string& sender, const election::LinkMessage& message);
  void want_snapshot(const Now& now);
  void send_snapshots(const Now& now);
  void broadcast(const election::LinkMessage& message);
  static constexpr Duration refusal_pause = std::chrono::milliseconds(250);
  void release_asks(const Now& now);
  void progress_handover(const Now& now);
  void end_handover(const Now& now);
  [[nodiscard]] std::optional<std::string> best_successor() const;
  void leave_at_last();

  // ---- workers and drivers of the leader: elected_reach.cpp ----
  void keep_in_reach(const Now& now);
  [[nodiscard]] const deploy::Address* living_peer(const recovery::MirrorRow& row) const;

  // ---- flights: elected_flights.cpp ----
  void open_flight(const Now& now, const election::Elected& won);
  void record_flight(bool last);
  void keep_flight(Flight flight);
  [[nodiscard]] bool misses_flight_before(Epoch epoch) const;
  void read_flights();

  Replica& replica_;
  election::Contender contender_;
  std::string directory_;  ///< spark.deploy.zookeeper.dir
  recovery::ZkLayout layout_;
  recovery::Mirror mirror_;
  recovery::Proposals proposals_;  ///< while it follows: what the leader has begun to write
  recovery::ZkJournal journal_;
  recovery::ZkReader reader_;
  WaitingRoom waiting_;
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, Continue> pending_;

  std::optional<election::Elected> taking_over_;  ///< elected, state not read yet
  std::string place_;                             ///< our node in the queue, when this master was elected last
  bool reading_ = false;
  bool claiming_ = false;
  std::optional<zk::RequestId> ahead_;      ///< the reading of `commit` right behind a claim, not answered yet
  std::optional<zk::RequestId> ahead_for_;  ///< the reader's request that it answers
  bool tidying_ = false;                    ///< what the journal writes is no batch of the gate's
  bool interrupted_ = false;                ///< the connection broke while the journal wrote
  bool failed_ = false;                     ///< the journal could not write: tried again later
  std::optional<Instant> try_again_;
  std::optional<Handover> handover_;
  std::deque<decltype(core::Event::what)> held_back_;  ///< events during a hand-over
  std::optional<Instant> handover_expected_;           ///< another master hands over: until then nobody leads
  bool leaving_ = false;
  std::optional<Instant> lingers_until_;  ///< handed over: connections are kept until the new leader has all back
  recovery::Place reached_;               ///< a standby's connections: the last record looked at
  Instant reach_at_{};
  std::optional<Now> ticked_;
  WallTime unread_since_{};
  Instant unread_until_{};
  std::optional<Instant> obstacle_since_;  ///< this leader may not speak
  bool obstacle_told_ = false;

  std::uint64_t leader_commit_ = 0;  ///< as it last said
  Instant snapshot_asked_{};
  std::map<std::string, recovery::Place> snapshots_;  ///< who is being sent one → the last row sent
  Instant snapshot_at_{};

  std::optional<Flight> flight_;  ///< the open one
  Instant flight_noticed_{};
  Instant flight_closes_{};
  std::size_t awaited_workers_ = 0;  ///< when the state was ready
  bool flights_read_ = false;
  std::deque<Flight> flights_;
};

}  // namespace pilotlight::replica
