// Masters in an election over an ensemble in memory, with the links between them, in steps of one millisecond.
//
// Masters are called "a", "b", … in the order in which they start. A message takes one step, an answer of ZooKeeper
// two. What breaks is up to the test: processes die or stand still, links are cut, single requests get lost.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "election/contender.hpp"
#include "zk/memory_ensemble.hpp"

namespace pilotlight::election {

/// One process.
struct Process {
  Member member;
  zk::ClientId client;
  std::unique_ptr<Contender> contender;
  bool alive = true;
  bool frozen = false;
  bool online = true;                                        ///< ZooKeeper can be reached
  std::optional<zk::ServerIndex> server;                     ///< the only one it reaches; else the leader
  std::deque<std::pair<Instant, zk::Event>> from_zookeeper;  ///< and when it arrives
  std::vector<Elected> won;
  std::vector<std::string> lost;  ///< reasons of depositions
  std::vector<Fence> fences;      ///< as they moved
  std::vector<std::string> notices;
  std::vector<zk::Request> asked;
  std::vector<LinkMessage> said;

  [[nodiscard]] bool leads() const { return alive && contender->role() == Role::leading; }
};

class ContenderWorld {
 public:
  explicit ContenderWorld(zk::EnsembleOptions options = {.servers = 1, .tick = std::chrono::seconds(1)});

  /// A new process; `host` is another's when it was started again at its address.
  Process& start(const std::string& name, const std::string& host = {});
  /// Starts them one after the other and waits until the first leads with all as voters.
  void settle(const std::string& names);
  Process& operator[](const std::string& name) { return *processes_.at(name); }

  void run(Duration time);
  /// Until it holds; fails the test when it does not within ten seconds. How long it took.
  Duration run_until(const std::function<bool()>& condition);

  /// Nothing of it is delivered any more; its connections end with refusals, its session in its time.
  void kill(const std::string& name);
  void freeze(const std::string& name) { (*this)[name].frozen = true; }
  void thaw(const std::string& name) { (*this)[name].frozen = false; }
  /// Messages between the two get lost without a word; `broken`: both are told that the connection broke.
  void cut(const std::string& one, const std::string& other, bool broken = false);
  void heal(const std::string& one, const std::string& other);
  /// One that speaks no word of ours: a node with this data, by a client that stays.
  std::string stranger(const std::string& node, const std::string& data = {});
  void remove_stranger();

  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] std::vector<std::string> leaders() const;  ///< names
  [[nodiscard]] EpochRecord record();
  [[nodiscard]] std::vector<std::string> queue();  ///< names of the nodes, in order
  zk::Answered by_hand(const zk::Request& request);
  [[nodiscard]] std::string name_of(const std::string& nonce) const;

  static constexpr Instant begin{std::chrono::seconds(1000)};
  zk::MemoryEnsemble ensemble;
  /// Asked for each request of a master.
  std::function<zk::Fault(Process& from, const zk::Request& request)> faults;
  /// Asked for each message: false loses it.
  std::function<bool(Process& from, Process& to, const LinkMessage& message)> passes;
  /// Two masters that both may speak at one time, and when: must stay empty.
  std::vector<std::string> choruses;

 private:
  void step();
  void carry_out(Process& from);
  void send(Process& from, const SendLink& what);
  Process* find(const std::string& nonce);

  Instant now_;
  std::map<std::string, std::unique_ptr<Process>> processes_;
  std::vector<std::pair<std::string, std::string>> cuts_;
  std::deque<std::function<bool()>> wire_;  ///< false: not yet
  zk::ClientId hand_;
  zk::ClientId stranger_;
  std::uint64_t last_id_ = 0;
};

}  // namespace pilotlight::election
