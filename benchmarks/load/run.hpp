// One run against one master: the loop, the workers and applications, and the steps that all scenarios are made of.
//
// Every step is bounded by the run's time limit; a step that does not end adds a complaint and returns false. One
// thread. Workers are 127.1.0.1, 127.1.0.2 …, applications 127.101.0.1 …: a master tells its peers apart by address.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "load/application.hpp"
#include "load/figures.hpp"
#include "load/pacer.hpp"
#include "load/worker.hpp"

namespace pilotlight::load {

struct Options {
  Target target;
  std::vector<Target> masters;  ///< failover: all of them, the leader first; target is the first
  WorkerShape shape;
  std::size_t workers = 1000;
  std::size_t first = 0;     ///< failover: the number of the first worker, when several generators share them
  std::size_t window = 256;  ///< under way at once
  std::size_t warm_up = 0;   ///< of the workers or applications, those before the clock starts
  std::size_t apps = 0;
  bool cold = false;        ///< register: connecting belongs to what is measured
  bool dynamic = false;     ///< applications ask for their executors with RequestExecutors
  bool apps_first = false;  ///< schedule: the applications wait, then the workers come
  bool one_by_one = false;  ///< schedule: the next application comes when this one has its executors
  bool end = false;         ///< schedule: then all applications end, which is measured as well
  bool newcomers = false;   ///< failover: a new application comes whenever the leader is lost
  bool stay = false;        ///< keep the connections after the last line, until SIGTERM
  int master_pid = 0;       ///< whose CPU time is asked for; 0 = nobody's
  std::chrono::seconds hold{30};
  std::chrono::seconds limit{120};
};

constexpr int workers_net = 1;
constexpr int applications_net = 101;
/// 127.<net>.x.y, distinct for every index below 62,500.
std::string loopback_host(int net, std::size_t index);

class Run {
 public:
  explicit Run(const Options& options);
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  bool make_workers();
  bool make_applications();
  bool connect_workers();
  bool connect_applications();
  /// Registers workers first … first + count - 1, `window` at once.
  bool register_workers(std::size_t first, std::size_t count, std::optional<Pacer>& pacer);
  /// All applications first … registered, not yet served.
  bool register_applications(std::size_t first, std::size_t count, std::optional<Pacer>& pacer);
  /// Waits until `done`; `what` says in a complaint what did not happen.
  bool wait_for(const std::string& what, const std::function<bool()>& done);
  /// Unregisters applications and waits until their executors were killed and the master has taken note.
  bool end_applications(std::size_t first, std::size_t count);

  /// Prints counts and complaints with `figures` and, when told to, stays. The exit code: 0 when all went well.
  int finish(Figures figures);

  const Options& options;
  EventLoop loop;
  Tally tally;
  std::vector<std::unique_ptr<SimulatedWorker>> workers;
  std::vector<std::unique_ptr<SimulatedApplication>> applications;

 private:
  template <typename Peers>
  bool connect_all(Peers& peers, const std::string& what);

  Instant deadline_;
  std::int32_t port_ = 0;
  int port_holder_ = -1;
};

}  // namespace pilotlight::load
