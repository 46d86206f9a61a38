// Every executor that holds cores has a record, and what a new leader makes of those that it finds.
#include "core_test.hpp"

namespace pilotlight::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

template <typename Op>
std::vector<Op> written(const Effects& effects) {
  std::vector<Op> found;
  for (const auto& operation : effects.persist)
    if (const auto* op = std::get_if<Op>(&operation)) found.push_back(*op);
  return found;
}

class ExecutorRecords : public CoreTest {
 protected:
  ExecutorRecords() {
    world.worker("w1", {4, 4096, {deploy::Dialect::spark_3_4}, "", {{"gpu", {"0", "1", "2"}}}});
    world.worker("w2", {4, 4096, {deploy::Dialect::spark_3_4}, "", {{"gpu", {"0", "1", "2"}}}});
  }
  ExecutorKey key(const std::string& app, std::int32_t id) const { return {world.app_id(app), ExecutorId(id)}; }
  /// What the workers run at the moment, for their answers to the next leader.
  void remember() {
    for (const std::string name : {"w1", "w2"}) ran[name] = world.running_on(name);
  }
  Effects answers(const std::string& worker) { return world.scheduler_state(worker, ran[worker]); }

  std::map<std::string, std::vector<deploy::WorkerExecutorStateResponse>> ran;
};

TEST_F(ExecutorRecords, Launch_IsRecordedWithAllThatItHolds) {
  const Effects effects = world.app("a1", {.max_cores = 2, .cores_per_executor = 2, .custom = {{"gpu", 2}}});
  const auto records = written<ExecutorRecord>(effects);
  ASSERT_THAT(records, SizeIs(1));
  const auto launches = sent<deploy::LaunchExecutor>(effects);
  ASSERT_THAT(launches, SizeIs(1));
  EXPECT_EQ(records[0].app, launches[0].app);
  EXPECT_EQ(records[0].id, launches[0].executor);
  EXPECT_EQ(records[0].worker, WorkerId("w2"));
  EXPECT_EQ(records[0].cores, 2);
  EXPECT_EQ(records[0].memory_mb, 256);
  EXPECT_EQ(records[0].resources, launches[0].resources);
  EXPECT_TRUE(effects.immediate.empty()) << "nothing goes out before its record is safe";
}

TEST_F(ExecutorRecords, EveryWayToEnd_RemovesTheRecord) {
  world.app("a1", {.cores_per_executor = 1});
  ASSERT_EQ(world.store.executors.size(), 8U);
  world.request("a1", 0);
  world.report("w1", "a1", 4, deploy::ExecutorState::exited, 0);
  EXPECT_FALSE(world.store.executors.contains(key("a1", 4)));
  world.kill_executors("a1", {"0"});
  EXPECT_FALSE(world.store.executors.contains(key("a1", 0)));
  world.close("w2");
  world.unreachable("w2", true);
  EXPECT_THAT(world.store.executors, SizeIs(3));
  const Effects end = world.message("a1", deploy::UnregisterApplication{world.app_id("a1")});
  EXPECT_THAT(written<RemoveExecutor>(end), SizeIs(3)) << "each by itself, in the step that ends the application";
  EXPECT_THAT(written<RemoveApp>(end), IsEmpty());
  EXPECT_THAT(world.store.executors, IsEmpty());
}

TEST_F(ExecutorRecords, Restored_HoldTheirPlacesFromTheStart) {
  world.app("a1", {.max_cores = 6, .cores_per_executor = 3, .custom = {{"gpu", 2}}});
  remember();
  world.restart();
  EXPECT_EQ(cores_of("a1"), "w1:3 w2:3");
  EXPECT_EQ(world.find_app("a1")->cores_granted, 6);
  EXPECT_EQ(world.find_worker("w1")->cores_used, 3);
  EXPECT_THAT(world.find_worker("w1")->resources_used.at("gpu"), SizeIs(2));
  EXPECT_FALSE(world.find_app("a1")->executors.begin()->second.confirmed);
  EXPECT_THAT(written<ExecutorRecord>(answers("w1")), IsEmpty()) << "what is known is not written again";
  EXPECT_EQ(world.find_app("a1")->executors.at(ExecutorId(1)).confirmed, true);
  EXPECT_EQ(world.find_app("a1")->executors.at(ExecutorId(1)).state, deploy::ExecutorState::running);
}

TEST_F(ExecutorRecords, NotListed_IsLostAtOnceAndCountsForNobody) {
  world.app("a1", {.max_cores = 8, .cores_per_executor = 4});
  remember();
  world.restart();
  ran["w1"].clear();
  const Effects effects = answers("w1");
  const auto updates = sent<deploy::ExecutorUpdated>(effects);
  ASSERT_THAT(updates, SizeIs(1));
  EXPECT_EQ(updates[0].state, deploy::ExecutorState::lost);
  EXPECT_EQ(updates[0].exit_status, std::nullopt);
  EXPECT_EQ(world.find_app("a1")->retry_count, 0);
  EXPECT_EQ(world.find_worker("w1")->cores_used, 0);
  EXPECT_THAT(written<RemoveExecutor>(effects), SizeIs(1));
  EXPECT_EQ(cores_of("a1"), "w2:4");
}

TEST_F(ExecutorRecords, LateReportOfALostOne_StartsNothing) {
  world.app("a1", {.max_cores = 4, .cores_per_executor = 4});
  const auto lost = world.running_on("w2");
  world.restart();
  world.acknowledge("a1");
  answers("w1");
  world.scheduler_state("w2");
  EXPECT_THAT(executor_ids_of("a1"), ElementsAre("1")) << "a new one takes its place, under a new id";
  const auto kills = sent<deploy::KillExecutor>(world.scheduler_state("w2", lost));
  ASSERT_THAT(kills, SizeIs(1));
  EXPECT_EQ(kills[0].executor, ExecutorId(0));
}

TEST_F(ExecutorRecords, ReportedWithoutRecord_IsAdoptedAndRecorded) {
  world.app("a1", {.max_cores = 2, .cores_per_executor = 2});
  remember();
  world.store.executors.clear();  // as an older Pilotlight left it
  world.restart();
  EXPECT_EQ(executors_of("a1"), 0U);
  EXPECT_THAT(written<ExecutorRecord>(answers("w2")), SizeIs(1));
  EXPECT_EQ(cores_of("a1"), "w2:2");
}

TEST_F(ExecutorRecords, IdsSeenAnywhere_AreNotGivenAgain) {
  world.app("a1", {.max_cores = 4, .cores_per_executor = 1});
  auto& progress = world.store.progress.at(world.app_id("a1"));
  progress.next_executor_id = 0;
  // A record whose worker is gone, and a report of an executor that is about to end, use up their ids too.
  world.store.apply(ExecutorRecord{world.app_id("a1"), ExecutorId(7), WorkerId("gone"), {}, 1, 256, {}});
  remember();
  world.restart();
  EXPECT_EQ(world.find_app("a1")->progress.next_executor_id, 8);
  auto ends = ran["w1"].front();
  ends.executor.executor = ExecutorId(11);
  ends.executor.state = deploy::ExecutorState::killed;
  ran["w1"].push_back(ends);
  answers("w1");
  EXPECT_EQ(world.find_app("a1")->progress.next_executor_id, 12);
  EXPECT_EQ(world.store.progress.at(world.app_id("a1")).next_executor_id, 12);
  EXPECT_EQ(executors_of("a1"), 4U);
}

TEST_F(ExecutorRecords, InventedGreatId_LeavesIdsToGive) {
  world.app("a1", {.max_cores = 4, .cores_per_executor = 1});
  remember();
  world.restart();
  auto invented = ran["w1"].front();
  invented.executor.executor = ExecutorId(std::numeric_limits<std::int32_t>::max());
  ran["w1"].push_back(invented);
  EXPECT_THAT(sent<deploy::KillExecutor>(answers("w1")), SizeIs(1));
  EXPECT_EQ(world.find_app("a1")->progress.next_executor_id, 4);
}

TEST_F(ExecutorRecords, WorkerThatNeverComesBack_ReleasesThemWhenItIsGivenUp) {
  world.app("a1", {.max_cores = 8, .cores_per_executor = 4});
  remember();
  world.restart();
  world.acknowledge("a1");
  answers("w1");
  world.tick(59s);
  world.heartbeat("w1");
  EXPECT_EQ(cores_of("a1"), "w1:4 w2:4");
  const Effects effects = world.tick(1s);
  EXPECT_EQ(cores_of("a1"), "w1:4");
  EXPECT_THAT(sent<deploy::ExecutorUpdated>(effects), SizeIs(1));
  EXPECT_THAT(written<RemoveExecutor>(effects), SizeIs(1));
}

TEST_F(ExecutorRecords, RecordsThatCannotBeCounted_AreRemoved) {
  world.app("a1", {.max_cores = 4, .cores_per_executor = 1});
  const AppId a1 = world.app_id("a1");
  world.store.apply(ExecutorRecord{AppId("ended"), ExecutorId(0), WorkerId("w1"), {}, 1, 256, {}});
  world.store.apply(ExecutorRecord{a1, ExecutorId(70), WorkerId("gone"), {}, 1, 256, {}});
  world.store.apply(ExecutorRecord{a1, ExecutorId(71), WorkerId("w1"), {}, 100, 256, {}});
  world.store.apply(ExecutorRecord{a1, ExecutorId(72), WorkerId("w1"), {}, 1, 256, {{"gpu", {"9"}}}});
  world.store.apply(ExecutorRecord{a1, ExecutorId(73), WorkerId("w1"), {}, 0, 256, {}});
  const Effects effects = world.restart();
  EXPECT_THAT(written<RemoveExecutor>(effects), SizeIs(5));
  EXPECT_EQ(executors_of("a1"), 4U);
}

TEST_F(ExecutorRecords, RetiredOnes_CountAgainOnlyUntilTheirWorkerSpeaks) {
  world.app("a1", {.max_cores = 2, .cores_per_executor = 2});
  remember();
  world.restart();
  ran["w2"].front().executor.state = deploy::ExecutorState::decommissioned;
  EXPECT_EQ(world.find_app("a1")->cores_granted, 2);
  answers("w2");
  EXPECT_EQ(world.find_app("a1")->cores_granted, 0);
  EXPECT_EQ(world.find_worker("w2")->cores_used, 2) << "it holds its cores until it ends";
}

TEST_F(ExecutorRecords, FailuresBesideUnconfirmedOnes_DoNotEndTheApplication) {
  world.app("a1", {.max_cores = 8, .cores_per_executor = 4});
  remember();
  world.restart();
  world.acknowledge("a1");
  answers("w1");
  for (int i = 0; i < 30; ++i) {
    const auto running = world.running_on("w1");
    if (running.empty()) break;
    world.report("w1", "a1", running.front().executor.executor.value, deploy::ExecutorState::failed, 1);
  }
  EXPECT_NE(world.find_app("a1"), nullptr) << "one may be running on w2";
}

TEST(ManyExecutors, TenThousandInOneStep_AreRecordedRestoredAndReleased) {
  CoreWorld world;
  world.lead();
  for (int i = 0; i < 100; ++i)
    world.worker("w" + std::to_string(i), {100, 1 << 20, {deploy::Dialect::spark_3_4}, "", {}});
  EXPECT_THAT(written<ExecutorRecord>(world.app("a1", {.cores_per_executor = 1})), SizeIs(10'000));
  const Effects effects = world.restart();
  EXPECT_THAT(effects.persist, IsEmpty());
  EXPECT_EQ(world.find_app("a1")->executors.size(), 10'000U);
  EXPECT_THAT(written<RemoveExecutor>(world.unreachable("a1", true)), SizeIs(10'000));
  EXPECT_THAT(world.violations, IsEmpty());
}

}  // namespace
}  // namespace pilotlight::core
