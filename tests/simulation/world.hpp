// One simulated night: masters, ZooKeeper, workers, applications and clients on one clock and one seed; what goes wrong
// and what people do meanwhile; and the morning after, when everything must become right again.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "replica/replica.hpp"
#include "simulation/app_node.hpp"
#include "simulation/bug.hpp"
#include "simulation/client_node.hpp"
#include "simulation/master_node.hpp"
#include "simulation/network.hpp"
#include "simulation/trace.hpp"
#include "simulation/witness.hpp"
#include "simulation/worker_node.hpp"
#include "simulation/zookeeper.hpp"

namespace pilotlight::simulation {

/// What a seed decides before the first second.
struct Setup {
  std::size_t masters = 3;
  std::size_t servers = 3;
  std::size_t workers = 5;
  std::size_t apps = 5;
  Duration duration = std::chrono::seconds(30);  ///< of the faults
  Duration session_timeout = std::chrono::seconds(6);
  Duration worker_timeout = std::chrono::seconds(20);
  double executor_fails = 0.05;
  double driver_ends = 0.5;
  double zk_lost_before = 0;
  double zk_lost_after = 0;
  Duration fault_pause = std::chrono::seconds(2);  ///< between two faults, on average
  std::vector<double> fault_weights;               ///< by the kinds of faults.cpp
};

struct Outcome {
  std::optional<std::string> violation;
  Instant at{};  ///< of the violation, or the end
  std::uint64_t trace = 0;
  std::uint64_t failovers = 0;
};

class World {
 public:
  World(std::uint64_t seed, const NamedBug* bug, bool verbose);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Outcome run();

  // ---- what the processes use ----
  Loop loop;
  Random random;
  Trace trace;
  Setup setup;
  Network network;
  ZooKeeper zookeeper;
  Witness witness;

  [[nodiscard]] const std::vector<deploy::Address>& masters_addresses() const { return addresses_; }
  replica::Settings master_settings(const deploy::Address& address) const;
  std::unique_ptr<Bug> make_bug() const { return bug_ == nullptr ? nullptr : bug_->make(); }
  WallTime wall(const Process& process) const;
  void freeze(Process& process, Duration duration);
  /// After SIGTERM; its supervisor starts another.
  void master_ended(const MasterNode& master);
  void worker_gave_up(WorkerNode& worker, const std::string& why);
  void app_gave_up(AppNode& app, const std::string& why);

  // ---- what the witness looks at ----
  [[nodiscard]] std::vector<MasterNode*> masters() const;  ///< living processes
  [[nodiscard]] std::vector<WorkerNode*> workers() const;
  [[nodiscard]] std::vector<AppNode*> apps() const;

 private:
  void draw_setup();
  void start_master(std::size_t place);
  void start_worker(std::size_t place);
  void start_app();

  // ---- what people do: workload.cpp ----
  void begin_workload();
  void work();

  // ---- what goes wrong: faults.cpp ----
  struct FaultKind {
    const char* name;
    void (World::*happen)();
  };
  static const std::vector<FaultKind>& fault_kinds();
  void begin_faults();
  void next_fault();
  void stop_faults();
  void later(Duration delay, std::function<void()> work);  ///< unless the faults are over by then
  void restart_later(std::size_t place);
  MasterNode* some_master();
  MasterNode* some_leader();
  void kill_master();
  void kill_leader();
  void terminate_leader();
  void hand_over();
  void freeze_master();
  void freeze_leader();
  void freeze_in_write();
  void crash_zk_server();
  void crash_zk_leader();
  void lose_zk_quorum();
  void lag_zk_server();
  void break_zk_session();
  void cut_master_from_zk();
  void cut_masters();
  void isolate_master();
  void cut_leader_off();
  void cut_peer();
  void reset_connection();
  void reset_masters();
  void crash_worker();
  void crash_app();
  void slow_network();
  void two_at_once();

  const NamedBug* bug_;
  std::vector<deploy::Address> addresses_;
  std::vector<std::unique_ptr<Process>> everybody_;  ///< the dead too: what is under way may still name them
  std::vector<MasterNode*> masters_;                 ///< by place
  std::vector<WorkerNode*> workers_;
  std::vector<AppNode*> apps_;
  ClientNode* client_ = nullptr;
  std::uint64_t started_ = 0;  ///< processes, for names
  std::uint64_t jobs_ = 0;
  bool faults_over_ = false;
  std::vector<Instant> peer_free_;  ///< by worker: when it may be cut off again
};

}  // namespace pilotlight::simulation
