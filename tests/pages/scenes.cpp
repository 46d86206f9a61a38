#include "pages/scenes.hpp"

#include <array>
#include <utility>

namespace pilotlight::pages {
namespace {

using namespace std::chrono_literals;

constexpr int worker_count = 300;
constexpr int app_count = 100;

WallTime before(std::chrono::seconds time) { return scene_now().wall - time; }

std::string padded(int number, std::size_t digits) {
  auto text = std::to_string(number);
  return std::string(digits - std::min(digits, text.size()), '0') + text;
}

core::State bare_state(int master) {
  core::State state;
  state.settings.address = {"m" + std::to_string(master), 7077};
  state.settings.web_ui_url = "http://m" + std::to_string(master) + ":8080";
  state.recovery = core::RecoveryState::alive;
  return state;
}

replica::Flight flight(int epoch, std::chrono::seconds ago, int leader, int previous, std::string cause, double scale) {
  const auto ms = [scale](double value) { return std::chrono::nanoseconds(static_cast<long>(value * scale * 1e6)); };
  replica::Flight flight;
  flight.epoch = Epoch(static_cast<std::uint64_t>(epoch));
  flight.leader = "spark://m" + std::to_string(leader) + ":7077";
  if (previous > 0) flight.previous = "spark://m" + std::to_string(previous) + ":7077";
  flight.cause = std::move(cause);
  flight.at = before(ago);
  flight.phases = {ms(2.1), ms(2.4), ms(5.2), ms(9.3), ms(8.1), ms(31)};
  return flight;
}

/// Three masters seen by number `self`; `leader` 0: nobody.
replica::Cluster three_masters(int self, int leader) {
  replica::Cluster cluster;
  cluster.elected = true;
  cluster.epoch = Epoch(7);
  cluster.commit = 48211;
  cluster.zookeeper = "connected";
  cluster.session_timeout_ms = 6000;
  if (leader > 0) cluster.leader = "spark://m" + std::to_string(leader) + ":7077";
  for (const int number : {self, self % 3 + 1, (self + 1) % 3 + 1}) {
    replica::ClusterMember member;
    member.url = "spark://m" + std::to_string(number) + ":7077";
    member.web_ui_url = "http://m" + std::to_string(number) + ":8080";
    member.version = "0.1.0";
    member.leads = number == leader;
    member.self = number == self;
    member.voter = true;
    member.mirrored = cluster.commit;
    cluster.members.push_back(member);
  }
  return cluster;
}

void add_flights(replica::Cluster& cluster, int count) {
  constexpr std::array causes = {"connection", "handover", "heartbeat", "connection", "session"};
  for (int i = count; i > 0; --i)
    cluster.flights.push_back(flight(20 - i, 9h * (i - 1) + 2h, (i - 1) % 3 + 1, i % 3 + 1,
                                     causes[static_cast<std::size_t>(i) % causes.size()],
                                     i % 5 == 2 ? 120 : 1.0 + 0.2 * (i % 4)));
  cluster.epoch = cluster.flights.back().epoch;
}

void add_workers(core::State& state) {
  for (int i = 0; i < worker_count; ++i) {
    core::WorkerInfo worker;
    const auto host = "10.20." + std::to_string(i / 100) + "." + std::to_string(10 + i % 100);
    worker.record.id = WorkerId("worker-202611211" + padded(30000 + i, 5) + "-" + host + "-7078");
    worker.record.host = host;
    worker.record.port = 7078;
    worker.record.cores = i % 3 == 0 ? 32 : 16;
    worker.cores_used = i % 7 == 0 ? worker.record.cores : (i * 5) % worker.record.cores;
    worker.record.memory_mb = worker.record.cores * 4096;
    worker.memory_used_mb = worker.cores_used * 2048;
    worker.record.web_ui_url = "http://" + host + ":8081";
    worker.record.dialects = {deploy::Dialect::spark_3_4};
    worker.last_heartbeat = scene_now().instant - (i == 17 ? 43s : 4s);
    if (i % 25 == 0) {
      worker.record.resources = {{"gpu", {"0", "1"}}};
      worker.resources_used = {{"gpu", {"0"}}};
    }
    if (i == 40) worker.state = core::WorkerState::decommissioned;
    if (i == 90 || i == 211) {
      worker.state = core::WorkerState::dead;
      worker.cores_used = worker.memory_used_mb = 0;
      state.dead_workers.push_back(worker);
    } else {
      state.workers.emplace(worker.record.id, worker);
    }
  }
}

core::AppInfo app(int number, std::chrono::seconds age) {
  constexpr std::array names = {"nightly-etl-orders",    "spark-shell",        "Spark Pi",
                                "fraud-features/hourly", "JupyterHub: ana@bi", "streaming clickstream → delta"};
  core::AppInfo app;
  app.record.id = AppId("app-20261121" + padded(120000 + number * 7, 6) + "-" + padded(number, 4));
  app.record.submitted = before(age);
  auto& description = app.record.description;
  description.name = names[static_cast<std::size_t>(number) % names.size()];
  description.user = number % 2 == 0 ? "airflow" : "ana";
  description.app_ui_url = "http://10.20.9.7:" + std::to_string(4040 + number % 60);
  description.max_cores = 32;
  description.default_profile.cores = 4;
  description.default_profile.memory_mb = number % 4 == 0 ? 8192 : 4096;
  if (number % 10 == 0) description.default_profile.custom = {{"gpu", 1}};
  app.record.requested_cores = 32;
  app.state = core::AppState::running;
  app.cores_granted = 8 + 4 * (number % 6);
  return app;
}

/// Eight of four cores each at most, on workers in turn; of a few one has failed.
void add_executors(core::State& state, core::AppInfo& app, int number) {
  auto worker = std::next(state.workers.begin(), number * 2 % (worker_count - 20));
  const bool unlucky = number % 20 == 0;
  for (int i = 0; static_cast<std::int64_t>(app.executors.size()) * 4 < app.cores_granted; ++i, ++worker) {
    core::ExecutorInfo executor;
    executor.id = ExecutorId(i);
    executor.worker = worker->first;
    executor.cores = 4;
    executor.memory_mb = 4096;
    executor.state = deploy::ExecutorState::running;
    if (unlucky && (i == 2 || i == 4)) {
      executor.state = i == 2 ? deploy::ExecutorState::failed : deploy::ExecutorState::lost;
      app.removed_executors.push_back(executor);
    } else {
      app.executors.emplace(executor.id, executor);
    }
  }
}

void add_apps(core::State& state) {
  for (int i = 0; i < app_count; ++i) {
    auto one = app(i, 75s + 171s * (app_count - i));
    if (i == app_count - 1) {
      one.state = core::AppState::waiting;
      one.cores_granted = 0;
      one.record.description.default_profile.memory_mb = 400000;
    }
    add_executors(state, one, i);
    if (i == 11) one.record.description.name = std::string(200, 'W');
    if (i == 10) one.record.description.user = std::string(80, 'm');
    state.apps.emplace(one.record.id, one);
  }
  for (int i = 0; i < 40; ++i) {
    auto one = app(1000 + i, 30000s - 60s * i);
    one.state = i % 9 == 4 ? core::AppState::failed : core::AppState::finished;
    one.progress.ended = one.record.submitted + 70s * (i + 1);
    state.completed_apps.push_back(one);
  }
}

void add_drivers(core::State& state) {
  for (int i = 0; i < 8; ++i) {
    core::DriverInfo driver;
    driver.record.id = DriverId("driver-20261121" + padded(91500 + i * 11, 6) + "-" + padded(i, 4));
    driver.record.description.cores = 2;
    driver.record.description.memory_mb = 2048;
    driver.record.description.main_class = "com.example.ingest.OrdersToWarehouse";
    driver.record.submitted = before(4000s - 300s * i);
    if (i < 6) driver.record.worker = std::next(state.workers.begin(), i * 11)->first;
    driver.record.state = i < 6 ? deploy::DriverState::running : deploy::DriverState::submitted;
    if (i >= 7) driver.record.description.memory_mb = 500000;
    if (i < 2) {
      driver.record.state = i == 0 ? deploy::DriverState::finished : deploy::DriverState::error;
      state.completed_drivers.push_back(driver);
    } else {
      state.drivers.emplace(driver.record.id, driver);
    }
  }
}

core::State busy_state(int master) {
  auto state = bare_state(master);
  add_workers(state);
  add_apps(state);
  add_drivers(state);
  return state;
}

http::PageContext full_context() {
  http::PageContext context;
  context.version = "0.1.0";
  context.kill_enabled = true;
  context.csrf = "0123456789abcdef0123456789abcdef";
  return context;
}

Scene recovering() {
  Scene scene{"recovering", busy_state(1), three_masters(1, 1), full_context()};
  scene.state.recovery = core::RecoveryState::recovering;
  int i = 0;
  for (auto& [id, worker] : scene.state.workers)
    if (++i % 3 != 0) worker.state = core::WorkerState::unknown;
  for (auto& [id, one] : scene.state.apps)
    if (++i % 2 != 0) one.state = core::AppState::unknown;
  add_flights(scene.cluster, 3);
  auto& last = scene.cluster.flights.back();
  last.at = before(0s);
  last.phases = {last.phases.claimed, last.phases.state_ready, last.phases.first_worker, {}, {}, {}};
  scene.cluster.members[1].linked = false;
  return scene;
}

}  // namespace

Now scene_now() {
  Now now;
  now.wall = WallTime(std::chrono::milliseconds(1795291443000));
  now.instant = Instant(24h);
  return now;
}

std::vector<Scene> scenes() {
  std::vector<Scene> all;
  all.push_back({"alone", bare_state(1), {}, full_context()});
  all.back().cluster.leader = all.back().state.master_url();
  all.push_back({"empty", bare_state(1), three_masters(1, 1), full_context()});
  add_flights(all.back().cluster, 1);
  all.push_back({"busy", busy_state(1), three_masters(1, 1), full_context()});
  add_flights(all.back().cluster, 12);
  all.push_back(recovering());
  all.push_back({"standby", bare_state(2), three_masters(2, 1), full_context()});
  all.back().state.recovery = core::RecoveryState::standby;
  add_flights(all.back().cluster, 4);
  all.push_back({"nobody", bare_state(2), three_masters(2, 0), full_context()});
  all.back().state.recovery = core::RecoveryState::standby;
  add_flights(all.back().cluster, 4);
  all.back().cluster.members[2].linked = false;
  all.back().cluster.members[0].mirrored -= 12;
  return all;
}

}  // namespace pilotlight::pages
