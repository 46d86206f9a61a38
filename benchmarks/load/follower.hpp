// A simulated worker of several masters: registers with all of them, follows whoever says that it leads (spec §4,
// §7.2).
//
// It has a connection to each master, as a real worker has after its registration, and takes those that a new leader
// opens to it. MasterChanged is obeyed on whichever connection it comes and answered there; a lost leader is asked for
// again with all masters, 20 ms later and then every 10 s. It runs no executors. Frames are made before they are
// needed, so that the generator takes little of the machine while the clock runs. One thread; must stay in place while
// the loop runs.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "load/peer.hpp"
#include "load/tally.hpp"
#include "load/worker.hpp"

namespace pilotlight::load {

class Follower {
 public:
  /// `masters` must outlive the worker. `number` names it and spreads the heartbeats of `of` workers over their period.
  Follower(EventLoop& loop, const std::vector<Target>& masters, deploy::Address self, const WorkerShape& shape,
           std::size_t number, std::size_t of, Tally& tally);
  ~Follower();
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  /// The connection to the master that it follows is gone.
  std::function<void()> when_lost;
  /// Another master than before has it now; the index is into `masters`.
  std::function<void(std::size_t master)> when_followed;

  void register_with_all();
  /// A connection that some master has opened to this worker.
  void adopt(int socket);
  /// Forgets what is left of broken connections. Not from inside the loop.
  void clear_broken();

 private:
  class Link;
  struct Frames {
    std::string registration, first_report, heartbeat, scheduler_state;
  };

  void obey(Link& link, const deploy::RegisteredWorker& message);
  void obey(Link& link, const deploy::MasterChanged& message);
  void obey(Link& link, const deploy::ReconnectWorker& message);
  void obey(Link&, const deploy::MasterInStandby&) {}
  template <typename Other>
  void obey(Link& link, const Other& message);

  void heard(Link& link, std::string_view content);
  void lost(Link& link);
  void follow(Link& link, const deploy::Address& master);
  void look_for_a_leader();
  void open(std::size_t master);
  void beat();

  static constexpr std::size_t nobody = static_cast<std::size_t>(-1);

  EventLoop& loop_;
  const std::vector<Target>& masters_;
  deploy::Address self_;
  const WorkerShape& shape_;
  Tally& tally_;
  std::string name_;
  Duration first_beat_;
  std::vector<Frames> frames_;                 ///< one for each master
  std::vector<std::unique_ptr<Link>> opened_;  ///< one for each master; null when it is not reached
  std::vector<std::unique_ptr<Link>> adopted_;
  std::vector<std::unique_ptr<Link>> broken_;
  Link* followed_ = nullptr;
  std::size_t leader_ = nobody;
  bool looking_ = false;
  bool beating_ = false;
};

}  // namespace pilotlight::load
