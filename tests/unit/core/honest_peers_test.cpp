// Peers that behave as Spark's do, in a world where connections break, processes die and the master restarts: when
// the faults end, what the master believes is what really runs, and whoever waits and fits has been served.
#include <deque>
#include <random>

#include "core_test.hpp"

namespace pilotlight::core {
namespace {

using ::testing::IsEmpty;

class HonestPeers {
 public:
  explicit HonestPeers(unsigned seed) : random_(seed) {
    absorb(world_.lead());
    for (int i = 0; i < 4; ++i) start_worker();
    for (int i = 0; i < 3; ++i) start_app();
  }

  void faults(int count) {
    for (int i = 0; i < count && problems().empty(); ++i) {
      one();
      const int deliveries = pick(6);
      for (int j = 0; j < deliveries; ++j) deliver_one();
      if (pick(3) == 0) pass(std::chrono::milliseconds(pick(1500)));
    }
  }

  /// Two quiet minutes: everything is delivered, heartbeats go on.
  void settle() {
    for (int second = 0; second < 120 && problems().empty(); ++second) {
      while (deliver_one()) {}
      pass(1s);
    }
    while (deliver_one()) {}
    compare();
  }

  const std::vector<std::string>& problems() const { return world_.violations; }
  int launched() const { return launched_; }

 private:
  struct Process {
    bool worker = false;
    bool alive = true;
    bool registered = false;
    std::deque<std::variant<deploy::ToWorker, deploy::ToDriver>> inbox;  ///< sent by the master, not yet delivered
    std::map<ExecutorKey, deploy::WorkerExecutorStateResponse> executors;
    std::set<DriverId> drivers;
    AppId app;
  };

  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  void problem(std::string text) { world_.violations.push_back(std::move(text)); }

  /// A random living process of one kind; "" when there is none.
  std::string some(bool worker) {
    std::vector<std::string> names;
    for (const auto& [name, process] : processes_)
      if (process.alive && process.worker == worker) names.push_back(name);
    return names.empty() ? std::string() : names[static_cast<std::size_t>(pick(static_cast<int>(names.size())))];
  }

  void absorb(const Effects& effects) {
    for (const auto* outputs : {&effects.immediate, &effects.outputs})
      for (const auto& output : *outputs)
        if (const auto* send = std::get_if<Send>(&output))
          post(*send);
        else if (const auto* read = std::get_if<ReadWorkerDrivers>(&output))
          pages_.push_back(read->worker);
  }
  void post(const Send& send) {
    for (auto& [name, process] : processes_) {
      if (world_.address_of(name) != send.to.ref.address || !process.alive) continue;
      process.inbox.push_back(send.message);
      return;
    }
    refused_.push_back(send.to.ref.address);
  }

  void start_worker() {
    const std::string name = "w" + std::to_string(++names_);
    processes_[name].worker = true;
    absorb(world_.worker(name, {4 + pick(5), 4096, {deploy::Dialect::spark_3_4}, "", {}}));
  }
  void start_app() {
    const std::string name = "a" + std::to_string(++names_);
    processes_[name] = {};
    AppShape shape;
    if (pick(2) == 0) shape.max_cores = 1 + pick(10);
    if (pick(2) == 0) shape.cores_per_executor = 1 + pick(3);
    if (pick(3) == 0) shape.limit = pick(3);
    absorb(world_.app(name, shape));
    processes_[name].app = world_.app_id(name);
  }
  void kill(const std::string& name) {
    if (name.empty()) return;
    processes_[name].alive = false;
    lose_connection(name);
  }
  /// What was under way over it is lost; a living worker registers again by itself, as Spark's does.
  void lose_connection(const std::string& name) {
    if (name.empty()) return;
    auto& process = processes_[name];
    process.inbox.clear();
    absorb(world_.close(name));
    if (process.alive && process.worker && pick(2) == 0) register_again(name);
  }
  void register_again(const std::string& name) {
    const auto* info = world_.find_worker(name);
    const std::int32_t cores = info != nullptr ? info->record.cores : cores_[name];
    absorb(world_.worker(name, {cores, 4096, {deploy::Dialect::spark_3_4}, "", {}}));
  }
  void restart_master() {
    for (auto& [name, process] : processes_) {
      process.inbox.clear();
      if (const auto* info = world_.find_worker(name)) cores_[name] = info->record.cores;
    }
    refused_.clear();
    pages_.clear();
    absorb(pick(2) == 0 ? world_.restart() : world_.take_over());
    for (auto& [name, process] : processes_)
      if (process.alive && process.worker && pick(2) == 0) register_again(name);
  }
  void executor_exits() {
    const std::string name = some(true);
    if (name.empty() || processes_[name].executors.empty()) return;
    const ExecutorKey key = processes_[name].executors.begin()->first;
    processes_[name].executors.erase(key);
    // The report of an executor that dies while the connection is down is lost.
    if (pick(4) != 0) return report(name, key, deploy::ExecutorState::exited);
    lose_connection(name);
  }
  void report(const std::string& name, const ExecutorKey& key, deploy::ExecutorState state) {
    absorb(world_.message(name, deploy::ExecutorStateChanged{key.app, key.executor, state, {}, 0}, true));
  }

  void one() {
    switch (pick(12)) {
      case 0: return start_worker();
      case 1: return start_app();
      case 2: return kill(some(true));
      case 3: return kill(some(false));
      case 4:
      case 5: return lose_connection(some(true));
      case 6: return lose_connection(some(false));
      case 7: return restart_master();
      case 8:
      case 9: return executor_exits();
      case 10: return submit();
      default: return request();
    }
  }
  void submit() {
    deploy::DriverDescription description;
    description.supervise = pick(2) == 0;
    absorb(world_.submit("d" + std::to_string(++names_), description));
  }
  void request() {
    const std::string name = some(false);
    if (!name.empty()) absorb(world_.request(name, pick(6)));
  }

  bool deliver_one() {
    if (!pages_.empty()) {
      WorkerDriversRead page{pages_.front(), std::nullopt};
      pages_.pop_front();
      if (const auto& process = processes_[page.worker.text]; process.alive) {
        page.drivers.emplace();
        for (const auto& driver : process.drivers) page.drivers->emplace(driver, deploy::DriverState::running);
      }
      absorb(world_.step(std::move(page)));
      return true;
    }
    if (!refused_.empty()) {
      const auto address = refused_.front();
      refused_.pop_front();
      absorb(world_.step(PeerUnreachable{address, true, "Connection refused"}));
      return true;
    }
    for (auto& [name, process] : processes_) {
      if (process.inbox.empty()) continue;
      const auto message = std::move(process.inbox.front());
      process.inbox.pop_front();
      if (const auto* to_worker = std::get_if<deploy::ToWorker>(&message))
        worker_gets(name, process, *to_worker);
      else
        driver_gets(name, process, std::get<deploy::ToDriver>(message));
      return true;
    }
    return false;
  }

  void worker_gets(const std::string& name, Process& process, const deploy::ToWorker& message) {
    if (std::get_if<deploy::RegisteredWorker>(&message) != nullptr) {
      process.registered = true;
      deploy::WorkerLatestState state{WorkerId(name), {}, {process.drivers.begin(), process.drivers.end()}};
      for (const auto& [key, executor] : process.executors) state.executors.push_back(executor.executor);
      absorb(world_.message(name, state));
    } else if (std::get_if<deploy::MasterChanged>(&message) != nullptr) {
      deploy::WorkerSchedulerStateResponse state;
      state.id = WorkerId(name);
      for (const auto& [key, executor] : process.executors) state.executors.push_back(executor);
      for (const auto& driver : process.drivers) state.drivers.push_back({driver, {}});
      absorb(world_.message(name, state));
    } else if (const auto* launch = std::get_if<deploy::LaunchExecutor>(&message)) {
      const ExecutorKey key{launch->app, launch->executor};
      if (!started_.insert(key).second)
        problem("executor " + launch->app.text + "/" + std::to_string(key.executor.value) + " started twice");
      ++launched_;
      process.executors[key] = {{launch->app, launch->executor, launch->profile, launch->cores, launch->memory_mb,
                                 deploy::ExecutorState::running},
                                launch->resources};
      report(name, key, deploy::ExecutorState::running);
    } else if (const auto* end = std::get_if<deploy::KillExecutor>(&message)) {
      const ExecutorKey key{end->app, end->executor};
      if (process.executors.erase(key) != 0) report(name, key, deploy::ExecutorState::killed);
    } else if (const auto* driver = std::get_if<deploy::LaunchDriver>(&message)) {
      for (const auto& [other_name, other] : processes_)
        if (other.alive && other.drivers.contains(driver->driver))
          problem("driver " + driver->driver.text + " has two attempts");
      process.drivers.insert(driver->driver);
    } else if (const auto* kill_driver = std::get_if<deploy::KillDriver>(&message)) {
      if (process.drivers.erase(kill_driver->driver) != 0)
        absorb(world_.message(name, deploy::DriverStateChanged{kill_driver->driver, deploy::DriverState::killed, {}}));
    } else if (std::get_if<deploy::ReconnectWorker>(&message) != nullptr) {
      register_again(name);
    }
  }

  void driver_gets(const std::string& name, Process& process, const deploy::ToDriver& message) {
    if (std::get_if<deploy::MasterChanged>(&message) != nullptr)
      absorb(world_.message(name, deploy::MasterChangeAcknowledged{process.app}));
    else if (std::get_if<deploy::ApplicationRemoved>(&message) != nullptr)
      process.alive = false;
  }

  void pass(Duration duration) {
    absorb(world_.tick(duration));
    for (auto& [name, process] : processes_) {
      if (!process.alive || !process.worker) continue;
      if (const auto* info = world_.find_worker(name)) cores_[name] = info->record.cores;
      absorb(world_.heartbeat(name));
    }
  }

  void compare() {
    for (const auto& [name, process] : processes_) {
      if (!process.alive) continue;
      if (!process.worker) {
        if (world_.find_app(name) == nullptr) problem("application " + name + " lives and the master has forgotten it");
        continue;
      }
      const auto* info = world_.find_worker(name);
      if (info == nullptr) {
        problem("worker " + name + " lives and the master has forgotten it");
        continue;
      }
      std::set<ExecutorKey> running;
      for (const auto& [key, executor] : process.executors) running.insert(key);
      if (running != info->executors)
        problem("worker " + name + " runs other executors than the master believes: " + std::to_string(running.size()) +
                " and " + std::to_string(info->executors.size()));
      if (process.drivers != info->drivers) problem("worker " + name + " runs other drivers than the master believes");
    }
    for (const auto& [id, worker] : world_.state().workers)
      if (!processes_[id.text].alive) problem("worker " + id.text + " is dead and the master believes in it");
    if (world_.state().recovery != RecoveryState::alive) problem("the master is not ALIVE");
  }

  std::mt19937 random_;
  CoreWorld world_;
  std::map<std::string, Process> processes_;
  std::map<std::string, std::int32_t> cores_;  ///< of workers, as they were registered
  std::deque<deploy::Address> refused_;
  std::deque<WorkerId> pages_;  ///< asked for
  std::set<ExecutorKey> started_;
  int names_ = 0;
  int launched_ = 0;
};

TEST(HonestPeers_AfterAllFaults, TheMasterBelievesWhatRuns) {
  const char* longer = std::getenv("PILOTLIGHT_RANDOM_SECONDS");
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(longer != nullptr ? std::atoi(longer) : 3);
  int launched = 0;
  for (unsigned seed = 1; std::chrono::steady_clock::now() < end; ++seed) {
    HonestPeers peers(seed);
    peers.faults(60);
    peers.settle();
    launched += peers.launched();
    ASSERT_THAT(peers.problems(), IsEmpty()) << "seed " << seed;
  }
  EXPECT_GT(launched, 20);
}

}  // namespace
}  // namespace pilotlight::core
