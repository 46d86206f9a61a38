#include "unit/http/sample_state.hpp"

namespace pilotlight::http {
namespace {

core::WorkerInfo worker(const std::string& id, core::WorkerState state) {
  core::WorkerInfo worker;
  worker.record.id = WorkerId(id);
  worker.record.host = "10.0.0.1";
  worker.record.port = 7078;
  worker.record.cores = 8;
  worker.record.memory_mb = 4096;
  worker.record.web_ui_url = "http://10.0.0.1:8081";
  worker.state = state;
  worker.last_heartbeat_wall = at_second(3);
  return worker;
}

core::AppInfo app(const std::string& id, const std::string& name, int seconds_ago) {
  core::AppInfo app;
  app.record.id = AppId(id);
  app.record.description.name = name;
  app.record.description.user = "ann";
  app.record.description.app_ui_url = "http://driver:4040";
  app.record.description.default_profile.memory_mb = 600;
  app.record.submitted = at_second(seconds_ago);
  app.state = core::AppState::running;
  return app;
}

core::DriverInfo driver(const std::string& id, deploy::DriverState state) {
  core::DriverInfo driver;
  driver.record.id = DriverId(id);
  driver.record.state = state;
  driver.record.description.cores = 1;
  driver.record.description.memory_mb = 512;
  driver.record.description.main_class = "org.example.Main";
  driver.record.description.jar_url = "http://user:hunter2@repo/app.jar";
  driver.record.description.java_opts = {"-Dpassword=hunter2"};
  driver.record.submitted = at_second(90);
  return driver;
}

}  // namespace

Now sample_now() {
  Now now;
  now.wall = WallTime(std::chrono::milliseconds(1704164645000));
  return now;
}

WallTime at_second(int seconds_before_sample_now) {
  return sample_now().wall - std::chrono::seconds(seconds_before_sample_now);
}

core::State empty_state() {
  core::State state;
  state.settings.address = {"127.0.0.1", 17077};
  state.recovery = core::RecoveryState::alive;
  return state;
}

core::State sample_state() {
  auto state = empty_state();
  auto one = worker("worker-1", core::WorkerState::alive);
  one.record.resources = {{"gpu", {"0", "1"}}};
  one.resources_used = {{"gpu", {"0"}}};
  one.cores_used = 3;
  one.memory_used_mb = 1112;
  state.workers.emplace(one.record.id, one);
  const auto two = worker("worker-2", core::WorkerState::decommissioned);
  state.workers.emplace(two.record.id, two);
  state.dead_workers.push_back(worker("worker-0", core::WorkerState::dead));

  auto running = app("app-1", "a \"q\" <b> \xc3\xa9 \\ / \xf0\x9f\x98\x80", 13);
  running.cores_granted = 2;
  running.record.description.default_profile.custom = {{"gpu", 1}};
  state.apps.emplace(running.record.id, running);
  auto waiting = app("app-2", "later", 5);
  waiting.state = core::AppState::waiting;
  waiting.record.description.default_profile.memory_mb.reset();
  state.apps.emplace(waiting.record.id, waiting);
  auto done = app("app-0", "done", 60);
  done.state = core::AppState::finished;
  done.progress.ended = at_second(24);
  state.completed_apps.push_back(done);

  auto runs = driver("driver-1", deploy::DriverState::running);
  runs.record.worker = WorkerId("worker-1");
  runs.record.resources = {{"gpu", {"1"}}};
  state.drivers.emplace(runs.record.id, runs);
  auto waits = driver("driver-2", deploy::DriverState::submitted);
  waits.record.description.main_class.clear();  // fewer than three arguments
  state.drivers.emplace(waits.record.id, waits);
  auto failed = driver("driver-0", deploy::DriverState::error);
  failed.record.worker = WorkerId("worker-9");
  failed.record.exception = "java.io.IOException: hunter2";
  state.completed_drivers.push_back(failed);
  return state;
}

replica::Cluster sample_cluster(const std::string& leader) {
  replica::Cluster cluster;
  cluster.elected = true;
  cluster.epoch = Epoch(7);
  cluster.leader = leader;
  cluster.commit = 123;
  cluster.zookeeper = "connected";
  cluster.session_timeout_ms = 6000;
  cluster.members = {
      {"spark://127.0.0.1:17077", "http://127.0.0.1:18080", "0.1.0", false, true, true, true, 123, true, "n1"},
      {"spark://m2:7077", "http://m2:8080", "0.1.0", false, false, true, true, 111, true, "n2"},
      {"spark://m3:7077", "http://m3:8080", "0.1.0", false, false, false, false, 0, false, "n3"}};
  for (auto& member : cluster.members) member.leads = member.url == leader;
  const auto ms = [](int tenths) { return std::chrono::microseconds(100 * tenths); };
  replica::Flight first;
  first.epoch = Epoch(6);
  first.leader = "spark://m3:7077";
  first.cause = "start";
  first.at = at_second(7200);
  first.phases = {ms(31), ms(40), {}, {}, {}, {}};
  replica::Flight second;
  second.epoch = Epoch(7);
  second.leader = leader;
  second.previous = "spark://m3:7077";
  second.cause = "connection";
  second.at = at_second(600);
  second.phases = {ms(21), ms(24), ms(52), ms(93), ms(81), ms(120000)};
  cluster.flights = {first, second};
  return cluster;
}

}  // namespace pilotlight::http
