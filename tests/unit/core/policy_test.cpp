// spark.deploy.workerSelectionPolicy, id settings, and what else the settings steer.
#include "core_test.hpp"

namespace pilotlight::core {
namespace {

/// The worker that the first of two applications with one core goes to, then that of the second.
std::string places(WorkerSelectionPolicy policy) {
  Settings settings = CoreWorld::default_settings();
  settings.worker_selection = policy;
  CoreWorld world(settings);
  world.lead();
  world.worker("w1", {4, 8192, {deploy::Dialect::spark_3_4}, "", {}});
  world.worker("w2", {8, 4096, {deploy::Dialect::spark_3_4}, "", {}});
  world.worker("w3", {8, 4096, {deploy::Dialect::spark_3_4}, "", {}});
  std::string text;
  for (const std::string name : {"a1", "a2"}) {
    world.app(name, {.max_cores = 1});
    text += world.find_app(name)->executors.begin()->second.worker.text + " ";
  }
  EXPECT_THAT(world.violations, ::testing::IsEmpty());
  return text;
}

TEST(WorkerSelectionPolicy, EachPolicy_OrdersAsSparkDoes) {
  EXPECT_EQ(places(WorkerSelectionPolicy::cores_free_desc), "w3 w2 ") << "ties by id, reversed for a descending order";
  EXPECT_EQ(places(WorkerSelectionPolicy::cores_free_asc), "w1 w1 ");
  EXPECT_EQ(places(WorkerSelectionPolicy::memory_free_desc), "w1 w1 ");
  EXPECT_EQ(places(WorkerSelectionPolicy::memory_free_asc), "w2 w2 ");
  EXPECT_EQ(places(WorkerSelectionPolicy::worker_id), "w1 w1 ");
}

TEST(AppIds, NameAsId_IsUsedOnceAndThenNumbered) {
  Settings settings = CoreWorld::default_settings();
  settings.use_app_name_as_app_id = true;
  CoreWorld world(settings);
  world.lead();
  world.app("My App");
  EXPECT_EQ(world.app_id("My App").text, "myapp");
  world.app("myapp");
  EXPECT_THAT(world.app_id("myapp").text, ::testing::StartsWith("app-"));
}

TEST(AppIds, Modulo_StartsAgainWithoutRepeatingAnId) {
  Settings settings = CoreWorld::default_settings();
  settings.app_number_modulo = 2;
  CoreWorld world(settings);
  world.lead();
  world.app("a1");
  world.app("a2");
  EXPECT_EQ(world.state().counters.next_app_number, 0);
  world.pass(1s);
  world.app("a3");
  EXPECT_THAT(world.app_id("a3").text, ::testing::EndsWith("-0000"));
  EXPECT_NE(world.app_id("a3"), world.app_id("a1"));
}

TEST(AppIds, PatternWithoutNumber_StaysUniqueWithinASecond) {
  Settings settings = CoreWorld::default_settings();
  settings.app_id_pattern = "spark-%s";
  settings.driver_id_pattern = "job-%s";
  CoreWorld world(settings);
  world.lead();
  world.app("a1");
  world.app("a2");
  world.submit("d1");
  world.submit("d2");
  EXPECT_NE(world.app_id("a1"), world.app_id("a2"));
  EXPECT_NE(world.driver_id("d1"), world.driver_id("d2"));
}

TEST(AppIds, NumbersGoOnAfterARestart) {
  CoreWorld world;
  world.lead();
  world.app("a1");
  world.submit("d1");
  world.restart();
  world.app("a2");
  EXPECT_THAT(world.app_id("a2").text, ::testing::EndsWith("-0001"));
  world.acknowledge("a1");
  world.submit("d2");
  EXPECT_THAT(world.driver_id("d2").text, ::testing::EndsWith("-0001"));
}

TEST(Retries, WithoutLimit_AnApplicationIsNeverGivenUp) {
  Settings settings = CoreWorld::default_settings();
  settings.max_executor_retries = -1;
  CoreWorld world(settings);
  world.lead();
  world.worker("w1");
  world.app("a1");
  for (int i = 0; i < 30; ++i) world.report("w1", "a1", i, deploy::ExecutorState::failed);
  EXPECT_NE(world.find_app("a1"), nullptr);
}

TEST(Retries, AlwaysFailingLaunch_TenAttemptsAndNoMore) {
  CoreWorld world;
  world.lead();
  world.worker("w1");
  world.app("a1");
  int attempts = 0;
  while (world.find_app("a1") != nullptr && attempts < 100)
    world.report("w1", "a1", attempts++, deploy::ExecutorState::failed);
  EXPECT_EQ(attempts, 10);
}

TEST(Refusals, RegistrationWithoutAnAddress_IsToldOnceAndNotStored) {
  CoreWorld world;
  world.lead();
  deploy::RegisterApplication registration;
  registration.description.name = "nowhere";
  const Effects effects = world.message("a1", registration);
  EXPECT_THAT(sent<deploy::ApplicationRemoved>(effects), ::testing::SizeIs(1));
  EXPECT_TRUE(world.state().apps.empty());
  EXPECT_TRUE(world.store.apps.empty());
}

TEST(Refusals, DriverWithoutCores_IsRefused) {
  CoreWorld world;
  world.lead();
  deploy::DriverDescription description;
  description.cores = -1;
  description.memory_mb = 512;
  const auto answers = answered<deploy::SubmitDriverResponse>(world.submit("d1", description));
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_FALSE(answers.front().success);
}

TEST(Order, AnswersThatRestOnRecords_AreNeverImmediate) {
  CoreWorld world;
  world.lead();
  for (const Effects& effects : {world.worker("w1"), world.app("a1"), world.submit("d1"), world.request("a1", 2)}) {
    EXPECT_FALSE(effects.persist.empty());
    EXPECT_FALSE(effects.outputs.empty());
    EXPECT_TRUE(effects.immediate.empty());
  }
}

TEST(Profiles, NonsenseFromADriver_CountsAsNotGiven) {
  CoreWorld world;
  world.lead();
  world.worker("w1", {4, 2048, {deploy::Dialect::spark_3_4}, "", {}});
  world.app("a1", {.cores_per_executor = 0, .memory_mb = -3});
  ASSERT_EQ(world.find_app("a1")->executors.size(), 1U);
  EXPECT_EQ(world.find_app("a1")->executors.begin()->second.memory_mb, 1024);
  EXPECT_EQ(world.find_app("a1")->executors.begin()->second.cores, 4);
  EXPECT_THAT(world.violations, ::testing::IsEmpty());
}

}  // namespace
}  // namespace pilotlight::core
