// One master as one pure machine: the core, the commit gate, and with ZooKeeper the election, the journal, the mirror.
//
// The runtime feeds it everything that happens, under the time at which it is handled, and carries out what
// take_outputs() yields after every call, in order. Used on the runtime's strand only. The simulator runs the same
// class. Two ways of leading: alone (recovery modes NONE and FILESYSTEM: lead(), on_stored()), or elected (ZOOKEEPER:
// start(), on_zk(), on_link() and the rest). Losing leadership is a transition, never an end (D5).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "core/master.hpp"
#include "election/contender.hpp"
#include "election/link_message.hpp"
#include "replica/cluster.hpp"
#include "replica/commit_gate.hpp"
#include "zk/types.hpp"

namespace pilotlight::recovery {
class Mirror;
}

namespace pilotlight::replica {

// ---- outputs ----
/// Carry out an output of the core. `guarded`: only while this master may speak, looked at when it goes on the wire.
struct Carry {
  core::Output output;
  bool guarded = false;
};
/// Commit CommitGate's batch to the local store; on_stored() tells the end. Never with ZooKeeper.
struct StoreBatch {};
/// What was not sent yet and is guarded must be forgotten: leadership is lost.
struct ForgetGuarded {};
/// A standby wants a connection to this worker or driver, over which nothing is said before it leads.
struct Reach {
  deploy::Address peer;
};
/// leave() is done: the process may end.
struct Left {};
using Output = std::variant<core::LogLine, Carry, StoreBatch, ForgetGuarded, Reach, Left, election::SubmitZk,
                            election::SendLink, election::Probe, election::Relink>;

struct Settings {
  core::Settings core;
  /// Present: elected on ZooKeeper. Absent: it leads alone.
  std::optional<election::ContenderSettings> election;
  std::size_t retained_flights = 100;
};

class Replica {
 public:
  Replica(Settings settings, election::Member self);
  ~Replica();
  Replica(const Replica&) = delete;
  Replica& operator=(const Replica&) = delete;

  // ---- what happens ----
  /// Alone: leads with what the store held.
  void lead(const Now& now, core::Recovered recovered);
  /// Elected: STANDBY from here on.
  void start(const Now& now);
  /// Messages, connections, pages, people: whatever is the core's. (Leadership is this machine's own affair.)
  void on_core(const Now& now, decltype(core::Event::what) what);
  void on_stored(const Now& now, const Result<void>& result);
  void on_zk(const Now& now, const zk::Event& event);
  void on_link(const Now& now, const std::string& sender, const election::LinkMessage& message);
  /// A connection to or from the member ended, or could not be made.
  void on_link_broken(const Now& now, const std::string& nonce);
  void on_probe(const Now& now, const std::string& nonce, election::Found found);
  void on_timer(const Now& now);
  /// Somebody is about to be told what is so: whether this process stood still is noticed first.
  void on_look(const Now& now);
  /// The turn of the loop ends: what was collected is committed as one group.
  void end_turn(const Now& now);

  // ---- what people want ----
  /// Hands leadership to this member, or to the best one. An error says why it cannot.
  Result<void> transfer(const Now& now, const std::optional<std::string>& nonce);
  /// Hands over if somebody can take it, leaves the election; Left follows within Settings' time.
  void leave(const Now& now);

  std::vector<Output> take_outputs();

  // ---- what is so ----
  [[nodiscard]] const core::State& state() const;
  [[nodiscard]] bool elected_mode() const { return elected_ != nullptr; }
  /// Whether guarded frames may go on the wire at this moment.
  [[nodiscard]] bool may_speak(Instant now) const;
  /// Elected: nobody leads, as far as this master knows, or it is about to: whatever ends that goes before all else.
  [[nodiscard]] bool between_leaders() const;
  /// Something is to be committed when the turn ends.
  [[nodiscard]] bool wants_end_turn() const;
  [[nodiscard]] std::optional<Instant> wake_at() const;
  /// The batch of StoreBatch.
  [[nodiscard]] const std::vector<core::RecordOp>& batch() const { return gate_.batch(); }
  /// Who leads, who stands by, what was recorded of failovers: for pages.
  [[nodiscard]] Cluster cluster(Instant now) const;
  /// The records in this master's memory; nullptr while it reads them, or alone. For tests.
  [[nodiscard]] const recovery::Mirror* records() const;
  /// Every invariant of the core, for tests.
  [[nodiscard]] std::optional<std::string> check() const { return core_.check(); }

 private:
  class Elected;  // replica/elected.hpp: everything that only an elected master has

  void step(const Now& now, decltype(core::Event::what) what);
  void release();
  void log(core::LogLevel level, std::string text) { outputs_.push_back(core::LogLine{level, std::move(text)}); }

  Settings settings_;
  core::Master core_;
  CommitGate gate_;
  std::vector<Output> outputs_;
  std::optional<Instant> core_wake_;
  std::unique_ptr<Elected> elected_;
  bool leading_ = false;        ///< the core leads
  bool store_failing_ = false;  ///< alone: the last commit failed
  std::size_t set_aside_ = 0;   ///< alone: records that could not be read
  std::optional<Instant> store_again_;
  Duration store_pause_{};
};

}  // namespace pilotlight::replica
