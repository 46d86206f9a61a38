// A worker process as Spark's Worker behaves (3.5): how it registers, whom it follows, what it reports and obeys.
//
// It registers with all masters and follows whoever's RegisteredWorker or MasterChanged came last, over the connection
// that this came over; it obeys LaunchExecutor and KillExecutor by masterUrl only, LaunchDriver from anybody. Executors
// and drivers are table entries that end by themselves now and then; they die with the process.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "core/record.hpp"
#include "simulation/network.hpp"

namespace pilotlight::simulation {

class World;

class WorkerNode : public Process, private Stack::User {
 public:
  WorkerNode(World& world, Host host, deploy::Address address, WorkerId id, std::int32_t cores);

  void die() override;

  [[nodiscard]] const WorkerId& id() const { return id_; }
  [[nodiscard]] std::int32_t cores() const { return cores_; }
  /// Whom it follows.
  [[nodiscard]] const deploy::Address& master() const { return master_; }
  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] const deploy::Address& address() const { return stack_.address(); }
  [[nodiscard]] bool runs(const core::ExecutorKey& key) const { return executors_.contains(key); }
  [[nodiscard]] std::vector<core::ExecutorKey> executors() const;
  [[nodiscard]] std::vector<DriverId> drivers() const;
  /// What its web page lists: the drivers that run and those that ended.
  [[nodiscard]] std::map<DriverId, deploy::DriverState> page() const;

 private:
  struct Executor {
    deploy::LaunchExecutor launch;
    int unanswered = 0;
    std::int64_t ask = 0;
    deploy::ExecutorState state = deploy::ExecutorState::running;
  };

  void on_frame(ConnectionId connection, Frame& frame) override;
  void on_closed(ConnectionId connection, const deploy::Address& address) override;
  void on_unreachable(const deploy::Address&, bool) override {}

  void on(const deploy::RegisteredWorker& message, ConnectionId connection);
  void on(const deploy::RegisterWorkerFailed& message, ConnectionId);
  void on(const deploy::MasterInStandby&, ConnectionId) {}
  void on(const deploy::ReconnectWorker&, ConnectionId) { register_with_masters(); }
  void on(const deploy::LaunchExecutor& launch, ConnectionId);
  void on(const deploy::KillExecutor& kill, ConnectionId);
  void on(const deploy::LaunchDriver& launch, ConnectionId);
  void on(const deploy::KillDriver& kill, ConnectionId);
  void on(const deploy::ApplicationFinished&, ConnectionId) {}
  void on(const deploy::DecommissionWorker&, ConnectionId) {}
  void on(const deploy::MasterChanged& changed, ConnectionId connection);

  void register_with_masters();
  void register_with(const deploy::Address& master);
  void registration_tick();
  void follow(const deploy::Address& master, ConnectionId connection);
  void heartbeat();
  void tell_master(deploy::ToMaster message, std::int64_t ask = 0);
  void report(const core::ExecutorKey& key, deploy::ExecutorState state);
  void executor_ends(const core::ExecutorKey& key, deploy::ExecutorState state);
  void driver_ends(const DriverId& id, deploy::DriverState state);
  [[nodiscard]] deploy::ExecutorDescription description(const core::ExecutorKey& key, const Executor& executor) const;
  void after(Duration delay, std::function<void()> work);

  World& world_;
  WorkerId id_;
  std::int32_t cores_;
  Stack stack_;
  double fuzz_;  ///< of the registration's pauses, fixed for the process
  deploy::Address master_;
  ConnectionId master_connection_;
  bool connected_ = false;
  bool registered_ = false;
  bool heartbeats_ = false;
  bool retrying_ = false;
  int attempts_ = 0;
  std::uint64_t retry_ = 0;
  std::map<core::ExecutorKey, Executor> executors_;
  std::map<core::ExecutorKey, std::pair<deploy::ExecutorState, int>> unreported_;
  std::map<DriverId, deploy::LaunchDriver> drivers_;
  std::map<DriverId, deploy::DriverState> ended_drivers_;
  std::map<std::int64_t, core::ExecutorKey> asks_;
  std::int64_t last_ask_ = 0;
  std::uint64_t frame_epoch_ = 0;  ///< whose order is being obeyed
};

}  // namespace pilotlight::simulation
