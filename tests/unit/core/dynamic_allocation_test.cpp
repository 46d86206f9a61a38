// The sequences of StandaloneDynamicAllocationSuite and AppClientSuite: two workers with 10 cores and 2048 MiB.
#include "core_test.hpp"

namespace pilotlight::core {
namespace {

class DynamicAllocation : public CoreTest {
 protected:
  DynamicAllocation() {
    world.worker("w1", {10, 2048, {deploy::Dialect::spark_3_4}, "", {}});
    world.worker("w2", {10, 2048, {deploy::Dialect::spark_3_4}, "", {}});
  }
  void start(AppShape shape = {}) { world.app("a1", shape); }
  /// What a driver does to kill: it lowers its total first, unless it wants replacements, then names executors.
  bool kill(std::size_t count, std::optional<std::int32_t> new_total = {}) {
    auto ids = executor_ids_of("a1");
    ids.resize(std::min(count, ids.size()));
    if (new_total) world.request("a1", *new_total);
    const auto replies = answered<deploy::BooleanReply>(world.kill_executors("a1", ids));
    return replies.size() == 1 && replies.front().value;
  }
  bool request(std::int32_t total) {
    const auto replies = answered<deploy::BooleanReply>(world.request("a1", total));
    return replies.size() == 1 && replies.front().value;
  }
};

TEST_F(DynamicAllocation, DefaultBehaviour_OneExecutorAWorkerUpToTheTotal) {
  start();
  EXPECT_EQ(cores_of("a1"), "w1:10 w2:10");
  EXPECT_TRUE(kill(2, 0));
  EXPECT_EQ(executors_of("a1"), 0U);
  EXPECT_TRUE(request(1));
  EXPECT_EQ(executors_of("a1"), 1U);
  request(2);
  EXPECT_EQ(executors_of("a1"), 2U);
  request(3);
  EXPECT_EQ(executors_of("a1"), 2U);
  kill(2, 1);
  EXPECT_EQ(executors_of("a1"), 1U);
  kill(1, 0);
  EXPECT_EQ(executors_of("a1"), 0U);
  request(1000);
  EXPECT_EQ(executors_of("a1"), 2U);
}

TEST_F(DynamicAllocation, MaxCoresBelowAWorker_SharedThenOnOne) {
  start({.max_cores = 8});
  EXPECT_EQ(cores_of("a1"), "w1:4 w2:4");
  kill(2, 0);
  request(1);
  EXPECT_EQ(executors_of("a1"), 1U);
  EXPECT_EQ(world.find_app("a1")->cores_granted, 8);
  request(2);
  EXPECT_EQ(executors_of("a1"), 1U) << "no core is left for another one";
  kill(1, 2);
  EXPECT_EQ(cores_of("a1"), "w1:4 w2:4");
}

TEST_F(DynamicAllocation, MaxCoresAboveAWorker_TheSecondGetsTheRest) {
  start({.max_cores = 16});
  EXPECT_EQ(cores_of("a1"), "w1:8 w2:8");
  kill(2, 0);
  request(1);
  EXPECT_EQ(world.find_app("a1")->cores_granted, 10);
  request(2);
  EXPECT_EQ(world.find_app("a1")->cores_granted, 16);
  kill(2, 1);
  EXPECT_EQ(world.find_app("a1")->cores_granted, 10);
}

TEST_F(DynamicAllocation, CoresPerExecutorAndTotals_KilledOnesAreNotReplaced) {
  start({.cores_per_executor = 2});
  EXPECT_EQ(executors_of("a1"), 10U);
  kill(10, 0);
  EXPECT_EQ(executors_of("a1"), 0U);
  request(1);
  EXPECT_EQ(executors_of("a1"), 1U);
  request(4);
  EXPECT_EQ(executors_of("a1"), 4U);
  request(14);
  EXPECT_EQ(executors_of("a1"), 10U);
  kill(2, 12);
  EXPECT_EQ(executors_of("a1"), 10U) << "12 are still wanted: two new ones have started";
  kill(4, 8);
  EXPECT_EQ(executors_of("a1"), 8U);
}

TEST_F(DynamicAllocation, CoresPerExecutorAndMaxCores_BothBound) {
  start({.max_cores = 8, .cores_per_executor = 2});
  EXPECT_EQ(executors_of("a1"), 4U);
  for (const auto& [total, running] : {std::pair(14, 4U), {10, 4U}, {6, 4U}, {2, 2U}, {0, 0U}}) {
    kill(10, total);
    EXPECT_EQ(executors_of("a1"), running) << "total " << total;
  }
}

TEST_F(DynamicAllocation, KillTheSameTwice_TheSecondChangesNothing) {
  start();
  world.kill_executors("a1", {"0"});
  const auto after_first = executor_ids_of("a1");
  const Effects second = world.kill_executors("a1", {"0"});
  EXPECT_THAT(sent<deploy::KillExecutor>(second), ::testing::IsEmpty());
  EXPECT_EQ(executor_ids_of("a1"), after_first);
}

TEST_F(DynamicAllocation, KillAndReplace_ANewExecutorComes) {
  start({.max_cores = 8});
  request(2);
  world.kill_executors("a1", {"0"});
  EXPECT_THAT(executor_ids_of("a1"), ::testing::ElementsAre("1", "2"));
}

TEST_F(DynamicAllocation, InitialLimit_BoundsUntilTheFirstRequest) {
  start({.limit = 1});
  EXPECT_EQ(executors_of("a1"), 1U);
  request(2);
  EXPECT_EQ(executors_of("a1"), 2U);
}

TEST_F(DynamicAllocation, DecommissionedWorkers_ReachTheDriverWithTheirHost) {
  start();
  const Effects effects = world.step(DecommissionHostsRequested{{"w1", "w2"}});
  const auto updates = sent<deploy::ExecutorUpdated>(effects);
  ASSERT_EQ(updates.size(), 2U);
  EXPECT_EQ(updates[0].state, deploy::ExecutorState::decommissioned);
  EXPECT_EQ(updates[0].worker_host, "w1");
  request(5);
  EXPECT_EQ(world.find_app("a1")->cores_granted, 0) << "nothing new on decommissioned workers";
}

TEST_F(DynamicAllocation, StoppedApplication_AnswersFalse) {
  start();
  world.message("a1", deploy::UnregisterApplication{world.app_id("a1")});
  EXPECT_FALSE(request(3));
  EXPECT_EQ(world.state().apps.size(), 0U);
  EXPECT_EQ(world.find_worker("w1")->cores_used, 0);
}

TEST_F(DynamicAllocation, RequestedProfiles_AreStoredEachWithItsTotal) {
  start({.limit = 0});
  deploy::ResourceProfile second{ProfileId(3), 4, 512, {}};
  world.request("a1", {{deploy::ResourceProfile{}, 1}, {second, 2}});
  const auto& record = world.store.progress.at(world.app_id("a1"));
  EXPECT_EQ(record.targets.at(ProfileId(0)), 1);
  EXPECT_EQ(record.targets.at(ProfileId(3)), 2);
  EXPECT_EQ(record.profiles.at(ProfileId(3)), second);
}

TEST_F(DynamicAllocation, NegativeTotal_IsNone) {
  start({.limit = 0});
  request(-5);
  EXPECT_EQ(executors_of("a1"), 0U);
}

}  // namespace
}  // namespace pilotlight::core
