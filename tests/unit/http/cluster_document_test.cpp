#include "http/cluster_document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "http/mirrored.hpp"
#include "unit/http/fake_master.hpp"

namespace pilotlight::http {
namespace {

using nlohmann::ordered_json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

About about() {
  About about;
  about.version = "0.1.0";
  about.recovery_mode = "ZOOKEEPER";
  about.started = at_second(500);
  return about;
}

ordered_json document(const core::State& state, const replica::Cluster& cluster) {
  return ordered_json::parse(cluster_document(state, sample_now(), cluster, about()));
}

std::vector<std::string> keys(const ordered_json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

TEST(ClusterDocument, HasTheseKeysForEver) {
  const auto json = document(sample_state(), led_by_this());
  EXPECT_THAT(keys(json),
              ElementsAre("self", "role", "status", "recovery_mode", "version", "epoch", "since", "leader", "held",
                          "commit", "observed", "members", "zookeeper", "totals", "workers", "apps", "completed_apps",
                          "drivers", "completed_drivers", "failovers", "findings", "kill_enabled", "secret_required"));
  EXPECT_THAT(keys(json["members"][0]),
              ElementsAre("url", "webui", "version", "role", "self", "linked", "voter", "commit", "behind", "mirror"));
  EXPECT_THAT(keys(json["totals"]),
              ElementsAre("workers_alive", "workers_dead", "cores", "cores_used", "memory_mb", "memory_used_mb",
                          "apps_waiting", "apps_running", "apps_completed", "drivers_waiting", "drivers_running",
                          "drivers_completed", "executors"));
  EXPECT_THAT(keys(json["workers"][0]),
              ElementsAre("id", "host", "port", "webui", "state", "cores", "cores_used", "memory_mb", "memory_used_mb",
                          "executors", "drivers", "last_heartbeat", "spark", "resources"));
  EXPECT_THAT(keys(json["apps"][0]),
              ElementsAre("id", "name", "user", "state", "cores_granted", "cores_max", "executors", "executor_limit",
                          "memory_per_executor_mb", "submitted", "duration_ms", "ui", "waits_for"));
  EXPECT_THAT(keys(json["drivers"][0]),
              ElementsAre("id", "state", "worker", "cores", "memory_mb", "supervise", "main_class", "submitted"));
  EXPECT_THAT(keys(json["failovers"][0]), ElementsAre("epoch", "leader", "previous", "cause", "at", "phases_ms"));
}

TEST(ClusterDocument, OfALeader) {
  const auto json = document(sample_state(), led_by_this());
  EXPECT_EQ(json["role"], "leader");
  EXPECT_EQ(json["status"], "ALIVE");
  EXPECT_EQ(json["epoch"], 7);
  EXPECT_EQ(json["since"], at_second(100).time_since_epoch().count());
  EXPECT_EQ(json["leader"]["url"], sample_state().master_url());
  EXPECT_EQ(json["leader"]["webui"], "http://m1:8080");
  EXPECT_EQ(json["zookeeper"]["session_timeout_ms"], 6000);
  EXPECT_EQ(json["totals"]["workers_alive"], 1);
  EXPECT_EQ(json["totals"]["apps_waiting"], 1);
  EXPECT_EQ(json["workers"][0]["resources"]["gpu"]["used"][0], "0");
  EXPECT_EQ(json["apps"][0]["cores_max"], nullptr);
  EXPECT_EQ(json["drivers"][1]["worker"], nullptr);
}

TEST(ClusterDocument, OfALeaderThatMayNotSpeak_IsRecovering) {
  auto cluster = led_by_this();
  cluster.held = "ZooKeeper does not answer";
  const auto json = document(sample_state(), cluster);
  EXPECT_EQ(json["role"], "recovering");
  EXPECT_EQ(json["status"], "RECOVERING");
}

TEST(ClusterDocument, OfAStandby_IsMadeOfTheRecords) {
  core::Recovered records;
  const auto full = sample_state();
  auto worker = full.workers.at(WorkerId("worker-1")).record;
  worker.dialects = {deploy::Dialect::spark_3_4};
  worker.ref.address = {"10.0.0.1", 7078};
  records.workers.push_back(worker);
  auto app = full.apps.at(AppId("app-1")).record;
  app.driver.address = {"driver", 1};
  records.apps.push_back(app);
  records.executors.push_back({app.id, ExecutorId(0), worker.id, ProfileId(0), 2, 512, {}});
  const auto state = mirrored_state(full.settings, records, sample_now());
  const auto json = document(state, three_masters());
  EXPECT_EQ(json["role"], "standby");
  EXPECT_EQ(json["status"], "STANDBY");
  EXPECT_EQ(json["self"], full.master_url());
  EXPECT_EQ(json["leader"]["url"], "spark://m2:7077");
  EXPECT_EQ(json["members"][0]["behind"], 2);
  EXPECT_EQ(json["workers"][0]["state"], "ALIVE");
  EXPECT_EQ(json["workers"][0]["cores_used"], 2);
  EXPECT_EQ(json["apps"][0]["state"], "RUNNING");
  EXPECT_EQ(json["apps"][0]["executors"], 1);
}

TEST(ClusterDocument, NobodyLeads_IsNull) {
  auto cluster = three_masters();
  cluster.leader.clear();
  EXPECT_EQ(document(standby_state(), cluster)["leader"], nullptr);
}

TEST(ClusterDocument, ShowsNoSecrets) {
  EXPECT_THAT(cluster_document(sample_state(), sample_now(), led_by_this(), about()), Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace pilotlight::http
