// Whole masters over an ensemble in memory, in steps of one millisecond: what is theirs between core and election.
//
// Masters are called "a", "b", …; workers register by name. What breaks is up to the test.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "replica/replica.hpp"
#include "zk/memory_ensemble.hpp"

namespace pilotlight::replica {

core::MessageReceived registration(const std::string& worker, std::uint64_t connection = 1);
core::MessageReceived driver_status(std::int64_t request, std::uint64_t connection = 2);
/// Names of the workers that were told that they are registered.
std::vector<std::string> registered(const std::vector<Carry>& carried);
std::size_t answers(const std::vector<Carry>& carried);

struct Process {
  election::Member member;
  zk::ClientId client;
  std::unique_ptr<Replica> replica;
  bool alive = true;
  bool frozen = false;
  std::vector<std::string> log;
  std::vector<Carry> carried;
  std::vector<zk::Request> asked;
  int forgotten = 0;
  std::vector<deploy::Address> reached;  ///< all that it ever wanted a connection to
  bool left = false;

  [[nodiscard]] std::vector<std::string> workers() const;  ///< in the core's state
  [[nodiscard]] bool logged(const std::string& part) const;
};

class ReplicaWorld {
 public:
  ReplicaWorld();
  Process& start(const std::string& name);
  /// All are voters, the first one leads, all mirrors are complete.
  void settle(const std::string& names);
  Process& operator[](const std::string& name) { return *processes_.at(name); }

  void run(Duration time);
  void run_until(const std::function<bool()>& condition);
  void tell(const std::string& name, decltype(core::Event::what) what);
  void kill(const std::string& name);
  zk::Answered by_hand(const zk::Request& request);
  [[nodiscard]] Cluster cluster(const std::string& name) { return (*this)[name].replica->cluster(now_.instant); }
  [[nodiscard]] bool leads(const std::string& name);
  [[nodiscard]] const Now& now() const { return now_; }
  /// Paths of everything that the master has read since its list was cleared, without the election's own.
  [[nodiscard]] std::vector<std::string> records_read(const std::string& name);

  zk::MemoryEnsemble ensemble;
  std::function<zk::Fault(Process& from, const zk::Request& request)> faults;
  std::function<bool(Process& from, Process& to, const election::LinkMessage& message)> passes;

 private:
  void step();
  void carry_out(Process& from);
  void send(Process& from, const election::SendLink& what);
  Process* find(const std::string& nonce);

  Now now_;
  std::map<std::string, std::unique_ptr<Process>> processes_;
  std::deque<std::function<bool()>> wire_;  ///< false: not yet
  zk::ClientId hand_;
  std::uint64_t last_id_ = 0;
};

}  // namespace pilotlight::replica
