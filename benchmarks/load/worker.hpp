// A simulated worker: says and answers what a Spark worker does (spec §4.1, §4.2, §7), and runs nothing.
//
// register_now() is followed by on_registered once for each RegisteredWorker; as a real worker it then reports
// WorkerLatestState and starts its heartbeats. An executor is "started" by reporting RUNNING, "killed" by reporting
// KILLED. Lives on the loop's thread; must stay in place while the loop runs.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "load/peer.hpp"
#include "load/tally.hpp"

namespace pilotlight::load {

struct WorkerShape {
  std::int32_t cores = 8;
  std::int32_t memory_mb = 8192;
  Duration heartbeat_period = std::chrono::seconds(15);  ///< spark.worker.timeout / 4
  /// Whether WorkerLatestState and a first heartbeat follow the registration at once, as a real worker's do.
  bool reports_at_once = true;
};

/// As Spark's: a time, the host, the port. The number stands where the seconds are.
std::string worker_name(const deploy::Address& self, std::size_t number);

class SimulatedWorker final : public Peer {
 public:
  /// `number` names the worker and spreads the heartbeats of `of` workers over the period.
  SimulatedWorker(EventLoop& loop, const Target& target, deploy::Address self, const WorkerShape& shape,
                  std::size_t number, std::size_t of, Tally& tally);

  std::function<void()> when_verified;
  std::function<void()> when_registered;

  void register_now() { send_frame(registration_); }
  [[nodiscard]] std::size_t running_executors() const { return executors_.size(); }

 private:
  void on_verified() override;
  void on_message(std::string_view content) override;
  void on_answer(std::int64_t request_id, const Result<deploy::Reply>& reply) override;
  void on_lost(const std::string& reason) override;

  void obey(const deploy::RegisteredWorker& message);
  void obey(const deploy::MasterChanged& message);
  void obey(const deploy::LaunchExecutor& message);
  void obey(const deploy::KillExecutor& message);
  void obey(const deploy::ApplicationFinished& message);
  /// A simulated worker has no drivers and is never decommissioned: what else comes is a fault of the run.
  template <typename Other>
  void obey(const Other& message);

  /// What a real worker says when it is registered: a heartbeat and WorkerLatestState.
  [[nodiscard]] std::string first_report() const;
  void beat();
  void follow(const deploy::EndpointRef& master);
  bool is_from_my_master(const std::string& master_url);
  void report(const AppId& app, ExecutorId executor, deploy::ExecutorState state);

  const WorkerShape& shape_;
  Tally& tally_;
  WorkerId id_;
  std::string master_url_;
  bool beating_ = false;
  Duration first_beat_;
  std::string registration_;
  std::string heartbeat_;
  std::string first_report_;  ///< of a worker without executors
  std::map<std::pair<AppId, ExecutorId>, deploy::ExecutorDescription> executors_;
  std::map<std::int64_t, bool> reports_;  ///< unanswered; true: of a killed executor
};

}  // namespace pilotlight::load
