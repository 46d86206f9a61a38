// Watches a simulated night and says what must never happen (docs/TESTING.md lists the rules). The first violation ends
// the night.
//
// It is told of every write to ZooKeeper, every frame that a master puts on the wire, every turn of a master, and what
// workers, drivers and clients see. It knows the truth that no master knows, so it needs none of their words.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/invariants.hpp"
#include "election/epoch_record.hpp"
#include "simulation/client_node.hpp"
#include "simulation/driver_register.hpp"
#include "simulation/network.hpp"
#include "zk/types.hpp"

namespace pilotlight::simulation {

class AppNode;
class MasterNode;
class WorkerNode;
class World;

class Witness {
 public:
  explicit Witness(World& world) : world_(world) {}

  [[nodiscard]] const std::optional<std::string>& violation() const { return violation_; }
  void fail(std::string sentence);

  // ---- masters ----
  void turned(const MasterNode& master);
  /// Rule S: no order of an older epoch after the first one of a newer epoch, each when it is put on the wire.
  void said(const MasterNode& master, const Frame& frame, bool late);
  void before_write(const std::string& nonce, const zk::Request& request);
  void after_write();

  // ---- workers ----
  void executor_started(const WorkerNode& worker, const core::ExecutorKey& key, std::int32_t cores);
  void executor_killed(const WorkerNode& worker, const core::ExecutorKey& key);
  void executor_ended(const WorkerNode& worker, const core::ExecutorKey& key);
  void driver_started(const WorkerNode& worker, const deploy::LaunchDriver& launch, std::uint64_t epoch);
  void driver_killed(const WorkerNode& worker, const DriverId& driver);
  void driver_ended(const WorkerNode& worker, const DriverId& driver);
  void worker_died(const WorkerNode& worker);

  // ---- applications ----
  void app_registered(const AppNode& app, const AppId& id);
  /// It follows the sender of an order of this epoch from now on.
  void app_follows(const AppNode& app, std::uint64_t epoch);
  void app_ended(const AppNode& app);
  void app_removed(const AppNode& app, const std::string& message);
  void executor_added(const AppNode& app, const deploy::ExecutorAdded& added);
  void executor_updated(const AppNode& app, const deploy::ExecutorUpdated& updated);
  void worker_removed(const AppNode& app, const deploy::WorkerRemoved& removed);

  // ---- clients ----
  void answered(const Question& question, const deploy::Reply& reply, const std::string& by);
  /// Launched by a frame that was under way when its leader was deposed: no master knows of it.
  [[nodiscard]] bool late(const DriverId& driver) const { return late_.contains(driver); }
  void kill_asked(const DriverId& driver) { kill_asked_.insert(driver); }
  [[nodiscard]] std::vector<DriverId> submitted() const;

  /// Long after the last fault: what has not become right yet; nullopt when all is well.
  std::optional<std::string> unsettled();
  /// The master that ZooKeeper names as leader; nullptr when its process is gone.
  const MasterNode* leader() const;
  [[nodiscard]] const election::EpochRecord& epoch() const { return epoch_; }

  struct Residues {
    std::uint64_t stood_still_in_write = 0;
    std::uint64_t late_launch = 0;
    std::uint64_t reused_address = 0;
    std::uint64_t asked_again = 0;
    std::uint64_t misled = 0;
  };
  [[nodiscard]] const Residues& residues() const { return residues_; }

 private:
  struct Attempt {
    const WorkerNode* worker = nullptr;
    std::string job;
  };
  struct Asked {
    std::string job;
    DriverRegister history;
    bool to_be_killed = false;  ///< and its client knows that
  };

  /// Somebody was told that the driver was at least and at most so far when the question was asked or since.
  void said(const DriverId& driver, int least, int most, const Question& question, const std::string& what);

  void read_epoch();
  [[nodiscard]] bool is_gone(const zk::Operation& operation) const;
  void check_operation(const std::string& nonce, const zk::Operation& operation, std::optional<std::int32_t> check);
  void check_epoch_write(const std::string& nonce, const zk::Set& set);
  void check_survivors(const MasterNode& master);
  [[nodiscard]] bool over(const AppId& id) const;
  bool took_over_address(const WorkerNode& worker);
  std::optional<std::string> unsettled_apps(const MasterNode& leader) const;
  std::optional<std::string> unsettled_records() const;

  World& world_;
  std::optional<std::string> violation_;
  Residues residues_;

  election::EpochRecord epoch_;  ///< as the ensemble has it
  std::int32_t epoch_version_ = -1;
  std::uint64_t commit_ = 0;
  std::uint64_t spoken_ = 0;  ///< the newest epoch of which an order is on the wire
  std::map<std::uint64_t, std::string> leaders_;
  std::map<const MasterNode*, core::Snapshot> before_;
  std::map<const MasterNode*, Instant> checked_;

  std::map<core::ExecutorKey, const WorkerNode*> executors_;  ///< running, and where
  std::set<core::ExecutorKey> executor_ids_;
  std::set<DriverId> driver_ids_;
  std::map<DriverId, Attempt> attempts_;  ///< running
  std::map<AppId, const AppNode*> apps_;
  std::set<const AppNode*> ended_apps_;
  std::map<DriverId, Asked> drivers_;
  std::map<std::string, std::set<DriverId>> jobs_;
  std::set<DriverId> kill_asked_;
  std::set<DriverId> late_;
  std::set<std::string> doubled_;  ///< jobs
  std::set<const AppNode*> misled_;
};

}  // namespace pilotlight::simulation
