// A simulated application of several masters: as SimulatedApplication, and it lives through failovers.
//
// As a real driver it registers with all masters, and again every 20 s until one has answered; after that it waits to
// be told of another (MasterChanged) and acknowledges. An executor that ends unbidden, an id that is given twice, a
// second id of its own are complaints. One thread; must stay in place while the loop runs.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "load/application_template.hpp"
#include "load/many_links.hpp"

namespace pilotlight::load {

class FollowingApplication final : public ManyLinks {
 public:
  FollowingApplication(EventLoop& loop, const std::vector<Target>& masters, deploy::Address self,
                       deploy::ApplicationDescription description, Tally& tally);

  /// It has its first executor.
  std::function<void()> when_added;
  /// It has all its executors, and all were reported RUNNING.
  std::function<void()> when_running;

  void register_with_all();
  [[nodiscard]] const AppId& id() const { return id_; }
  [[nodiscard]] bool served() const { return running_.size() == executors_per_application; }
  /// The oldest of its executors is about to end, and is to be replaced: its id.
  ExecutorId expect_the_end_of_one();

 private:
  [[nodiscard]] std::string name() const override { return name_; }
  void greet(Link& link) override { link.send(registration_); }
  void heard(Link& link, std::string_view content) override;
  void answered(std::int64_t request_id, const Result<deploy::Reply>& reply) override;

  void hear(Link& link, const deploy::RegisteredApplication& message);
  void hear(Link& link, const deploy::ExecutorAdded& message);
  void hear(Link& link, const deploy::ExecutorUpdated& message);
  void hear(Link& link, const deploy::MasterChanged& message);
  /// Workers do not get lost in these runs.
  template <typename Other>
  void hear(Link& link, const Other& message);

  std::string name_;
  deploy::RegisterApplication registration_;
  AppId id_;
  std::set<ExecutorId> granted_;  ///< ever
  std::set<ExecutorId> running_;
  std::set<ExecutorId> ending_;
};

}  // namespace pilotlight::load
