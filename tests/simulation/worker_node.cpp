#include "simulation/worker_node.hpp"

#include <utility>

#include "base/overloaded.hpp"
#include "simulation/world.hpp"

namespace pilotlight::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::int32_t memory_mb = 64 * 1024;
constexpr int most_attempts = 16;
constexpr int attempts_before_long_pause = 6;
constexpr int most_reports = 5;

}  // namespace

WorkerNode::WorkerNode(World& world, Host host, deploy::Address address, WorkerId id, std::int32_t cores)
    : Process(world.loop, world.random, id.text, host),
      world_(world),
      id_(std::move(id)),
      cores_(cores),
      stack_(world.network, *this, *this, std::move(address)),
      fuzz_(0.5 + world.random.fraction()) {
  after(milliseconds(1), [this] { register_with_masters(); });
}

void WorkerNode::after(Duration delay, std::function<void()> work) {
  loop_.after(delay, [this, work = std::move(work)] {
    deliver([this, &work] {
      work();
      stack_.flush();
    });
  });
}

void WorkerNode::die() {
  if (!alive()) return;
  Process::die();
  world_.witness.worker_died(*this);
  executors_.clear();
  drivers_.clear();
  stack_.died();
}

std::vector<core::ExecutorKey> WorkerNode::executors() const {
  std::vector<core::ExecutorKey> keys;
  for (const auto& [key, executor] : executors_) keys.push_back(key);
  return keys;
}

std::vector<DriverId> WorkerNode::drivers() const {
  std::vector<DriverId> ids;
  for (const auto& [id, driver] : drivers_) ids.push_back(id);
  return ids;
}

// ---- registration (spec §7.2, §7.3) ----

void WorkerNode::register_with_masters() {
  if (std::exchange(retrying_, true)) return;
  registered_ = false;
  attempts_ = 0;
  for (const auto& master : world_.masters_addresses()) register_with(master);
  const auto retry = ++retry_;
  const auto pause = seconds(static_cast<int>(10 * fuzz_ + 0.5));
  after(pause, [this, retry] {
    if (retry == retry_) registration_tick();
  });
}

void WorkerNode::registration_tick() {
  if (registered_ || !retrying_) {
    retrying_ = false;
    return;
  }
  if (++attempts_ > most_attempts) return world_.worker_gave_up(*this, "all masters are unresponsive");
  if (!master_.empty())
    register_with(master_);
  else
    for (const auto& master : world_.masters_addresses()) register_with(master);
  const auto retry = retry_;
  const auto pause = attempts_ < attempts_before_long_pause ? 10 * fuzz_ : 60 * fuzz_;
  after(seconds(static_cast<int>(pause + 0.5)), [this, retry] {
    if (retry == retry_) registration_tick();
  });
}

void WorkerNode::register_with(const deploy::Address& master) {
  deploy::RegisterWorker registration;
  registration.id = id_;
  registration.host = address().host;
  registration.port = address().port;
  registration.worker = {"Worker", address()};
  registration.cores = cores_;
  registration.memory_mb = memory_mb;
  registration.web_ui_url = "http://" + address().host + ":8081";
  registration.master_address = master;
  registration.resources = {{"gpu", {"0", "1", "2", "3", "4", "5", "6", "7"}}};
  stack_.send({}, master, {address(), deploy::ToMaster{registration}, 0, 0});
}

void WorkerNode::follow(const deploy::Address& master, ConnectionId connection) {
  master_ = master;
  master_connection_ = connection;
  connected_ = true;
  retrying_ = false;
  ++retry_;
}

void WorkerNode::tell_master(deploy::ToMaster message, std::int64_t ask) {
  if (master_.empty()) return;
  stack_.send_over(master_connection_, {address(), std::move(message), ask, 0});
}

void WorkerNode::heartbeat() {
  if (connected_) tell_master(deploy::Heartbeat{id_, {"Worker", address()}});
  after(world_.setup.worker_timeout / 4, [this] { heartbeat(); });
}

void WorkerNode::on_closed(ConnectionId, const deploy::Address& address) {
  // A connection that the master made is known by the sender address of its messages; both count.
  const bool tied = !stack_.open(master_connection_);
  if (!connected_ || (!tied && address != master_)) return;
  connected_ = false;
  register_with_masters();
  stack_.flush();
}

// ---- what masters say ----

void WorkerNode::on_frame(ConnectionId connection, Frame& frame) {
  std::visit(overloaded{[&](deploy::ToWorker& message) {
                          world_.trace.say([&] {
                            return name() + " is told " + std::string(deploy::message_name(message)) + " by " +
                                   frame.sender->host;
                          });
                          frame_epoch_ = frame.epoch;
                          std::visit([&](const auto& what) { on(what, connection); }, message);
                        },
                        [&](Answer& answer) {
                          const auto asked = asks_.find(answer.request);
                          if (asked == asks_.end()) return;
                          const auto report = unreported_.find(asked->second);
                          if (report != unreported_.end() && executors_.contains(asked->second))
                            unreported_.erase(report);
                          asks_.erase(asked);
                        },
                        [](auto&) {}},
             frame.body);
  stack_.flush();
}

void WorkerNode::on(const deploy::RegisteredWorker& message, ConnectionId connection) {
  registered_ = true;
  follow(message.master.address, connection);
  if (!std::exchange(heartbeats_, true)) heartbeat();
  deploy::WorkerLatestState latest;
  latest.id = id_;
  for (const auto& [key, executor] : executors_) latest.executors.push_back(description(key, executor));
  latest.drivers = drivers();
  tell_master(std::move(latest));
}

void WorkerNode::on(const deploy::RegisterWorkerFailed& message, ConnectionId) {
  if (!registered_) world_.worker_gave_up(*this, message.message);
}

void WorkerNode::on(const deploy::MasterChanged& changed, ConnectionId connection) {
  follow(changed.master.address, connection);
  deploy::WorkerSchedulerStateResponse response;
  response.id = id_;
  for (const auto& [key, executor] : executors_)
    response.executors.push_back({description(key, executor), executor.launch.resources});
  for (const auto& [id, driver] : drivers_) response.drivers.push_back({id, driver.resources});
  tell_master(std::move(response));
}

deploy::ExecutorDescription WorkerNode::description(const core::ExecutorKey& key, const Executor& executor) const {
  return {key.app,       key.executor, executor.launch.profile, executor.launch.cores, executor.launch.memory_mb,
          executor.state};
}

void WorkerNode::on(const deploy::LaunchExecutor& launch, ConnectionId) {
  if (launch.master_url != "spark://" + deploy::to_string(master_)) return;
  const core::ExecutorKey key{launch.app, launch.executor};
  world_.witness.executor_started(*this, key, launch.cores);
  executors_[key] = {launch, 0, 0, deploy::ExecutorState::running};
  after(random_.between(milliseconds(1), milliseconds(20)), [this, key] {
    if (executors_.contains(key)) report(key, deploy::ExecutorState::running);
  });
  if (random_.chance(world_.setup.executor_fails))
    after(random_.between(milliseconds(100), seconds(20)),
          [this, key] { executor_ends(key, deploy::ExecutorState::exited); });
}

void WorkerNode::on(const deploy::KillExecutor& kill, ConnectionId) {
  if (kill.master_url != "spark://" + deploy::to_string(master_)) return;
  const core::ExecutorKey key{kill.app, kill.executor};
  if (!executors_.contains(key)) return;
  world_.witness.executor_killed(*this, key);
  after(random_.between(milliseconds(1), milliseconds(100)),
        [this, key] { executor_ends(key, deploy::ExecutorState::killed); });
}

void WorkerNode::executor_ends(const core::ExecutorKey& key, deploy::ExecutorState state) {
  if (executors_.erase(key) == 0) return;
  world_.witness.executor_ended(*this, key);
  report(key, state);
}

/// An ask, repeated to whoever is the master by then, until it is answered (spec §7.4).
void WorkerNode::report(const core::ExecutorKey& key, deploy::ExecutorState state) {
  const auto ask = ++last_ask_;
  asks_[ask] = key;
  std::optional<std::int32_t> status;
  if (state == deploy::ExecutorState::exited) status = 1;
  tell_master(deploy::ExecutorStateChanged{key.app, key.executor, state, std::nullopt, status}, ask);
  auto& [wanted, tries] = unreported_[key];
  tries = wanted == state ? tries + 1 : 1;
  wanted = state;
  if (tries > most_reports) return void(unreported_.erase(key));
  after(seconds(5), [this, ask, key, state] {
    if (asks_.erase(ask) != 0) report(key, state);
  });
}

void WorkerNode::on(const deploy::LaunchDriver& launch, ConnectionId) {
  world_.witness.driver_started(*this, launch, frame_epoch_);
  drivers_[launch.driver] = launch;
  if (random_.chance(world_.setup.driver_ends))
    after(random_.between(milliseconds(50), seconds(20)), [this, id = launch.driver] {
      driver_ends(id, random_.chance(0.5) ? deploy::DriverState::finished : deploy::DriverState::failed);
    });
}

void WorkerNode::on(const deploy::KillDriver& kill, ConnectionId) {
  if (!drivers_.contains(kill.driver)) return;
  world_.witness.driver_killed(*this, kill.driver);
  after(random_.between(milliseconds(1), milliseconds(100)),
        [this, id = kill.driver] { driver_ends(id, deploy::DriverState::killed); });
}

std::map<DriverId, deploy::DriverState> WorkerNode::page() const {
  auto listed = ended_drivers_;
  for (const auto& [id, launch] : drivers_) listed[id] = deploy::DriverState::running;
  return listed;
}

void WorkerNode::driver_ends(const DriverId& id, deploy::DriverState state) {
  if (drivers_.erase(id) == 0) return;
  ended_drivers_[id] = state;
  world_.witness.driver_ended(*this, id);
  tell_master(deploy::DriverStateChanged{id, state, std::nullopt});
}

}  // namespace pilotlight::simulation
