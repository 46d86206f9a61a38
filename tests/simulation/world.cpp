#include "simulation/world.hpp"

#include <algorithm>
#include <numeric>

#include "simulation/descriptions.hpp"

namespace pilotlight::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Hosts: masters from 0, ZooKeeper's servers from 100, workers from 200, the rest from 300.
constexpr Host zookeeper_hosts = 100;
constexpr Host worker_hosts = 200;
constexpr Host other_hosts = 300;
constexpr std::int32_t master_port = 7077;
constexpr auto longest_morning = seconds(150);
constexpr auto shortest_morning = seconds(3);

Setup draw(Random& random) {
  Setup setup;
  constexpr std::size_t masters[] = {3, 3, 3, 3, 5, 4, 2};
  constexpr std::size_t servers[] = {3, 3, 5, 1};
  setup.masters = masters[random.below(std::size(masters))];
  setup.servers = servers[random.below(std::size(servers))];
  setup.workers = 2 + random.below(random.chance(0.2) ? 19 : 6);
  setup.apps = 1 + random.below(random.chance(0.2) ? 20 : 6);
  setup.duration = random.between(seconds(15), seconds(50));
  setup.fault_pause = random.between(milliseconds(300), seconds(6));
  if (random.chance(0.5)) setup.session_timeout = seconds(4);
  if (random.chance(0.4)) {
    setup.zk_lost_before = random.fraction() * 0.01;
    setup.zk_lost_after = random.fraction() * 0.01;
  }
  return setup;
}

}  // namespace

World::World(std::uint64_t seed, const NamedBug* bug, bool verbose)
    : random(seed),
      trace(loop, verbose),
      setup(draw(random)),
      network(loop, random),
      zookeeper(loop, random, network, setup.servers, zookeeper_hosts),
      witness(*this),
      bug_(bug) {
  if (random.chance(0.3)) network.set_delay(milliseconds(1), milliseconds(random.chance(0.3) ? 40 : 8));
  zookeeper.before_request = [this](const ZkShell& shell, const zk::Request& request) {
    witness.before_write(static_cast<const MasterNode&>(shell.owner()).nonce(), request);
  };
  zookeeper.after_request = [this](const ZkShell&, const zk::Request&) { witness.after_write(); };
  for (const auto& kind : fault_kinds()) {
    static_cast<void>(kind);
    // Each night has its own mood: some things do not happen at all, others often.
    setup.fault_weights.push_back(random.chance(0.5) ? random.fraction() : 0);
  }
  setup.fault_weights[random.below(setup.fault_weights.size())] += 1;
  if (bug == nullptr || bug->fault.empty()) return;
  const double others = std::accumulate(setup.fault_weights.begin(), setup.fault_weights.end(), 0.0);
  for (std::size_t i = 0; i < fault_kinds().size(); ++i)
    if (fault_kinds()[i].name == bug->fault) setup.fault_weights[i] += others;
}

World::~World() = default;

replica::Settings World::master_settings(const deploy::Address& address) const {
  replica::Settings settings;
  settings.core.address = address;
  settings.core.web_ui_url = "http://" + address.host + ":8080";
  settings.core.worker_timeout = setup.worker_timeout;
  settings.core.recovery_timeout = setup.worker_timeout;
  settings.core.max_executor_retries = -1;
  settings.core.rehearse = true;
  settings.election = election::ContenderSettings{};
  return settings;
}

WallTime World::wall(const Process& process) const {
  // People set clocks: some are a second off. Ids carry this time.
  const auto skew = milliseconds(137 * (process.host() % 16));
  return WallTime{} + std::chrono::hours(24 * 365 * 56) + skew +
         std::chrono::duration_cast<milliseconds>(loop.now().time_since_epoch());
}

void World::freeze(Process& process, Duration duration) {
  if (!process.alive() || process.frozen()) return;
  trace.say([&] {
    return process.name() + " stands still for " +
           std::to_string(std::chrono::duration_cast<milliseconds>(duration).count()) + " ms";
  });
  process.freeze();
  loop.after(duration, [this, &process] {
    if (!process.alive()) return;
    trace.say([&] { return process.name() + " goes on"; });
    process.thaw();
  });
}

void World::start_master(std::size_t place) {
  std::string nonce;
  while (nonce.size() < 32) nonce += "0123456789abcdef"[random.below(16)];
  auto master = std::make_unique<MasterNode>(*this, static_cast<Host>(place), addresses_[place], std::move(nonce));
  master->set_clock(random.between(seconds(1), std::chrono::hours(100)), (random.fraction() - 0.5) * 0.01);
  trace.say([&] { return master->name() + " starts"; });
  masters_[place] = master.get();
  everybody_.push_back(std::move(master));
}

void World::start_worker(std::size_t place) {
  const std::string host = "w" + std::to_string(place);
  const auto number = ++started_;
  auto worker = std::make_unique<WorkerNode>(
      *this, worker_hosts + static_cast<Host>(place), deploy::Address{host, 7078},
      WorkerId("worker-" + std::to_string(number) + "-" + host), static_cast<std::int32_t>(2 + 2 * random.below(6)));
  trace.say([&] { return worker->name() + " starts"; });
  workers_[place] = worker.get();
  everybody_.push_back(std::move(worker));
}

void World::start_app() {
  const auto number = ++started_;
  const auto host = other_hosts + static_cast<Host>(number);
  const auto max_cores = static_cast<std::int32_t>(2 + 2 * random.below(6));
  auto app = std::make_unique<AppNode>(
      *this, host, deploy::Address{"a" + std::to_string(number), 40000},
      application("app " + std::to_string(number), max_cores, static_cast<std::int32_t>(1 + random.below(6))));
  trace.say([&] { return app->name() + " starts"; });
  apps_.push_back(app.get());
  everybody_.push_back(std::move(app));
}

void World::master_ended(const MasterNode& master) {
  const auto place = static_cast<std::size_t>(master.host());
  loop.after(random.between(milliseconds(5), seconds(3)), [this, place] {
    if (!masters_[place]->alive()) start_master(place);
  });
}

void World::worker_gave_up(WorkerNode& worker, const std::string& why) {
  trace.say([&] { return worker.name() + " ends itself: " + why; });
  const auto place = static_cast<std::size_t>(worker.host() - worker_hosts);
  loop.after(seconds(2), [this, place, &worker] {
    if (workers_[place] == &worker) start_worker(place);
  });
  worker.die();
}

void World::app_gave_up(AppNode& app, const std::string& why) {
  trace.say([&] { return app.name() + " ends itself: " + why; });
  app.die();
}

std::vector<MasterNode*> World::masters() const {
  std::vector<MasterNode*> living;
  for (auto* master : masters_)
    if (master->alive()) living.push_back(master);
  return living;
}

std::vector<WorkerNode*> World::workers() const {
  std::vector<WorkerNode*> living;
  for (auto* worker : workers_)
    if (worker->alive()) living.push_back(worker);
  return living;
}

std::vector<AppNode*> World::apps() const {
  std::vector<AppNode*> living;
  for (auto* app : apps_)
    if (app->alive()) living.push_back(app);
  return living;
}

Outcome World::run() {
  for (std::size_t place = 0; place < setup.masters; ++place)
    addresses_.push_back({"m" + std::to_string(place), master_port});
  masters_.resize(setup.masters);
  workers_.resize(setup.workers);
  peer_free_.resize(setup.workers);
  for (std::size_t place = 0; place < setup.masters; ++place) start_master(place);
  for (std::size_t place = 0; place < setup.workers; ++place) start_worker(place);
  begin_workload();
  begin_faults();

  const auto run_until = [this](Instant end) {
    while (!witness.violation() && loop.run_one(end)) {}
    return !witness.violation();
  };
  std::optional<std::string> unsettled;
  if (run_until(Instant{} + seconds(2) + setup.duration)) {
    stop_faults();
    const Instant morning = loop.now();
    while (run_until(loop.now() + milliseconds(500))) {
      if (loop.now() < morning + shortest_morning) continue;
      unsettled = witness.unsettled();
      if (!unsettled) break;
      if (loop.now() < morning + longest_morning) continue;
      witness.fail("not right " + std::to_string(longest_morning.count()) + " s after the last fault: " + *unsettled);
      break;
    }
  }
  Outcome outcome;
  outcome.violation = witness.violation();
  outcome.at = loop.now();
  outcome.trace = trace.hash();
  outcome.failovers = witness.epoch().epoch.value;
  return outcome;
}

}  // namespace pilotlight::simulation
