// A simulated worker of several masters: registers with all of them, follows whoever says that it leads (spec §4,
// §7.2).
//
// MasterChanged is obeyed on whichever connection it comes and answered there; a lost leader is asked for again with
// all masters, 20 ms later and then every 10 s, and so is one that never answered. Executors are "started" by reporting
// RUNNING, and end only when end_executor() says so: a master that kills one has made a mistake. Frames are made
// before they are needed, so that the generator takes little of the machine while the clock runs. One thread; must stay
// in place while the loop runs.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "load/many_links.hpp"
#include "load/worker.hpp"

namespace pilotlight::load {

class Follower final : public ManyLinks {
 public:
  /// `number` names it and spreads the heartbeats of `of` workers over their period.
  Follower(EventLoop& loop, const std::vector<Target>& masters, deploy::Address self, const WorkerShape& shape,
           std::size_t number, std::size_t of, Tally& tally);

  void register_with_all();
  /// The executor's process ends by itself, which is reported; false when it does not run here.
  bool end_executor(const AppId& app, ExecutorId executor);
  [[nodiscard]] std::size_t running_executors() const { return executors_.size(); }

 private:
  struct Frames {
    std::string registration, first_report, heartbeat, scheduler_state;
  };

  [[nodiscard]] std::string name() const override { return name_; }
  void greet(Link& link) override { link.send_frame(frames_[link.master].registration); }
  void heard(Link& link, std::string_view content) override;
  void answered(std::int64_t request_id, const Result<deploy::Reply>& reply) override;
  void leader_lost() override;

  void obey(Link& link, const deploy::RegisteredWorker& message);
  void obey(Link& link, const deploy::MasterChanged& message);
  void obey(Link& link, const deploy::ReconnectWorker& message);
  void obey(Link& link, const deploy::LaunchExecutor& message);
  void obey(Link&, const deploy::MasterInStandby&) {}
  template <typename Other>
  void obey(Link& link, const Other& message);

  void begin_to_beat();
  void look_for_a_leader();
  void report(const deploy::ExecutorStateChanged& change);
  void beat();

  const WorkerShape& shape_;
  std::string name_;
  WorkerId id_{name_};
  Duration first_beat_;
  std::vector<Frames> frames_;  ///< one for each master; the reports are those of a worker without executors
  std::map<std::pair<AppId, ExecutorId>, deploy::ExecutorDescription> executors_;
  bool looking_ = false;
  bool beating_ = false;
};

}  // namespace pilotlight::load
