// The text of /json/ against what Spark 3.5.9's Master answered for a cluster of the same shape.
#include "http/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "http/json_writer.hpp"
#include "unit/http/sample_state.hpp"

namespace pilotlight::http {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The file without its last line end, which the answer does not have.
std::string golden(const std::string& name) {
  std::ifstream file(std::string(PILOTLIGHT_TESTS_DIR) + "/unit/http/golden/" + name, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(text.ends_with('\n')) << name;
  if (!text.empty()) text.pop_back();
  return text;
}

TEST(JsonWriter, NestedListsAndObjects_StandAsInSpark) {
  JsonWriter json;
  json.begin_object();
  json.key("a");
  json.begin_array();
  json.begin_array();
  json.number(1);
  json.number(-2);
  json.end_array();
  json.begin_object();
  json.field("k\n", "v");
  json.end_object();
  json.end_array();
  json.key("b");
  json.begin_object();
  json.end_object();
  json.end_object();
  EXPECT_EQ(json.take(), "{\n  \"a\" : [ [ 1, -2 ], {\n    \"k\\n\" : \"v\"\n  } ],\n  \"b\" : { }\n}");
}

TEST(MasterJson, OfAnEmptyCluster_IsSparksTextByteForByte) {
  EXPECT_EQ(master_json(empty_state(), sample_now()), golden("spark_empty.json"));
}

TEST(MasterJson, OfARunningApplicationAndAFailedDriver_IsSparksTextByteForByte) {
  // The cluster of the capture: one worker with two GPUs, one application on one of them, one driver that failed.
  auto state = empty_state();
  core::WorkerInfo worker;
  worker.record.id = WorkerId("worker-20261121135546-127.0.0.1-42149");
  worker.record.host = "127.0.0.1";
  worker.record.port = 42149;
  worker.record.web_ui_url = "http://127.0.0.1:8081";
  worker.record.cores = 4;
  worker.cores_used = 2;
  worker.record.memory_mb = 2048;
  worker.memory_used_mb = 600;
  worker.record.resources = {{"gpu", {"0", "1"}}};
  worker.resources_used = {{"gpu", {"0"}}};
  worker.last_heartbeat_wall = WallTime(std::chrono::milliseconds(1795269391964));
  state.workers.emplace(worker.record.id, worker);
  core::AppInfo app;
  app.record.id = AppId("app-20261121135620-0000");
  app.record.submitted = WallTime(std::chrono::milliseconds(1795269380352));
  app.record.description.name = "a \"q\" <b> \xc3\xa9 \\ / \xf0\x9f\x98\x80";
  app.record.description.user = "root";
  app.record.description.default_profile.memory_mb = 600;
  app.record.description.default_profile.custom = {{"gpu", 1}};
  app.cores_granted = 2;
  app.state = core::AppState::running;
  state.apps.emplace(app.record.id, app);
  core::DriverInfo driver;
  driver.record.id = DriverId("driver-20261121135616-0000");
  driver.record.submitted = WallTime(std::chrono::milliseconds(1795269376089));
  driver.record.state = deploy::DriverState::error;
  driver.record.description.cores = 1;
  driver.record.description.memory_mb = 512;
  driver.record.description.main_class = "no.such.Main";
  driver.record.worker = worker.record.id;
  state.completed_drivers.push_back(driver);
  Now now;
  now.wall = WallTime(std::chrono::milliseconds(1795269380352 + 13268));
  EXPECT_EQ(master_json(state, now), golden("spark_application.json"));
}

TEST(MasterJson, OfEveryKindOfThing_IsTheGoldenText) {
  EXPECT_EQ(master_json(sample_state(), sample_now()), golden("sample.json"));
}

TEST(MasterJson, OfAStandby_IsEmptyWhateverItKnows) {
  auto state = sample_state();
  state.recovery = core::RecoveryState::standby;
  auto expected = golden("spark_empty.json");
  expected.replace(expected.find("ALIVE"), 5, "STANDBY");
  EXPECT_EQ(master_json(state, sample_now()), expected);
}

TEST(MasterJson, Secrets_AreNotShown) {
  EXPECT_THAT(master_json(sample_state(), sample_now()), Not(HasSubstr("hunter2")));
}

TEST(MasterJson, NameThatIsNotUtf8_IsReplacedAndTheRestStays) {
  auto state = sample_state();
  state.apps.begin()->second.record.description.name = "\xff</script>\"";
  EXPECT_THAT(master_json(state, sample_now()), HasSubstr("\"name\" : \"\xef\xbf\xbd</script>\\\"\""));
}

TEST(MasterJsonField, KnownField_StandsAlone) {
  EXPECT_EQ(master_json_field(sample_state(), sample_now(), "status"), "{\n  \"status\" : \"ALIVE\"\n}");
  EXPECT_EQ(master_json_field(sample_state(), sample_now(), "aliveworkers"), "{\n  \"aliveworkers\" : 1\n}");
  EXPECT_EQ(master_json_field(empty_state(), sample_now(), "activeapps"), "{\n  \"activeapps\" : [ ]\n}");
}

TEST(MasterJsonField, EachField_IsItsPartOfTheWhole) {
  const auto whole = master_json(sample_state(), sample_now());
  for (const auto* name :
       {"url", "workers", "aliveworkers", "cores", "coresused", "memory", "memoryused", "resources", "resourcesused",
        "activeapps", "completedapps", "activedrivers", "completeddrivers", "status"}) {
    const auto alone = master_json_field(sample_state(), sample_now(), name);
    EXPECT_THAT(whole, HasSubstr(alone.substr(1, alone.size() - 3))) << name;
  }
}

TEST(MasterJsonField, UnknownField_IsAnEmptyText) {
  EXPECT_EQ(master_json_field(sample_state(), sample_now(), "nosuch"), "{\n  \"nosuch\" : \"\"\n}");
}

TEST(ClusterUtilization, CountsAliveWorkersAndWaitingDrivers) {
  EXPECT_EQ(cluster_utilization_json(sample_state()),
            "{\n  \"waitingDrivers\" : 1,\n  \"cores\" : 8,\n  \"coresused\" : 3,\n  \"coresutilization\" : 37,\n"
            "  \"memory\" : 4096,\n  \"memoryused\" : 1112,\n  \"memoryutilization\" : 27\n}");
}

TEST(ClusterUtilization, OfNoWorkers_IsHundredPercentAsInSpark) {
  EXPECT_THAT(cluster_utilization_json(empty_state()), HasSubstr("\"coresutilization\" : 100"));
  EXPECT_THAT(cluster_utilization_json(empty_state()), HasSubstr("\"memoryutilization\" : 100"));
}

}  // namespace
}  // namespace pilotlight::http
