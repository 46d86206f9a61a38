// A simulated application: registers as a driver's AppClient does (spec §4.3, §4.4), waits for its executors, ends.
//
// register_now() leads to when_registered once, then to when_granted when all its executors were added and to
// when_running when all were reported RUNNING. A dynamic application registers with an executor limit of 0 and asks
// for its executors (RequestExecutors) after that. Lives on the loop's thread; must stay in place while it runs.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "load/application_template.hpp"
#include "load/peer.hpp"
#include "load/tally.hpp"

namespace pilotlight::load {

class SimulatedApplication final : public Peer {
 public:
  SimulatedApplication(EventLoop& loop, const Target& target, deploy::Address self,
                       deploy::ApplicationDescription description, bool dynamic, Tally& tally);

  std::function<void()> when_verified;
  std::function<void()> when_registered;
  std::function<void()> when_granted;
  std::function<void()> when_running;

  void register_now() { send_frame(registration_); }
  /// UnregisterApplication; what the master says after that is of no interest.
  void end();
  [[nodiscard]] std::size_t executors_granted() const { return granted_.size(); }

 private:
  void on_verified() override;
  void on_message(std::string_view content) override;
  void on_answer(std::int64_t request_id, const Result<deploy::Reply>& reply) override;
  void on_lost(const std::string& reason) override;

  void hear(const deploy::RegisteredApplication& message);
  void hear(const deploy::ExecutorAdded& message);
  void hear(const deploy::ExecutorUpdated& message);
  void hear(const deploy::MasterChanged& message);
  /// Executors and workers do not get lost in these runs.
  template <typename Other>
  void hear(const Other& message);

  bool dynamic_;
  bool ended_ = false;
  Tally& tally_;
  deploy::ResourceProfile profile_;
  std::string name_;
  std::string registration_;
  AppId id_;
  std::set<ExecutorId> granted_;
  std::set<ExecutorId> running_;
};

}  // namespace pilotlight::load
