// Every invariant can be violated: a state that is wrong in one way is found out.
#include "core/invariants.hpp"

#include "core_test.hpp"

namespace pilotlight::core {
namespace {

using ::testing::HasSubstr;

class Invariants : public CoreTest {
 protected:
  Invariants() {
    world.worker("w1", {4, 4096, {deploy::Dialect::spark_3_4}, "", {{"gpu", {"0", "1"}}}});
    world.worker("w2");
    world.submit("d1");
    world.app("a1", {.cores_per_executor = 1, .memory_mb = 64, .custom = {{"gpu", 1}}});
    state = world.state();
  }
  std::string violated() const { return check(state).value_or("nothing"); }
  WorkerInfo& w1() { return state.workers.at(WorkerId("w1")); }
  AppInfo& a1() { return state.apps.at(world.app_id("a1")); }
  ExecutorInfo& executor() { return a1().executors.begin()->second; }

  State state;
};

TEST_F(Invariants, SoundState_ViolatesNothing) {
  ASSERT_EQ(a1().executors.size(), 2U);
  EXPECT_EQ(violated(), "nothing");
}
TEST_F(Invariants, UsedCores_MustBeThoseOfExecutorsAndDrivers) {
  ++w1().cores_used;
  EXPECT_THAT(violated(), HasSubstr("used cores"));
}
TEST_F(Invariants, UsedMemory_MustBeThatOfExecutorsAndDrivers) {
  --w1().memory_used_mb;
  EXPECT_THAT(violated(), HasSubstr("used memory"));
}
TEST_F(Invariants, MoreInUseThanThereIs_IsFound) {
  w1().record.cores = 1;
  EXPECT_THAT(violated(), HasSubstr("more cores in use"));
}
TEST_F(Invariants, AddressTakenTwice_IsFound) {
  a1().executors.rbegin()->second.resources = executor().resources;
  EXPECT_THAT(violated(), HasSubstr("taken twice"));
}
TEST_F(Invariants, UsedAddresses_MustBeThoseOfExecutors) {
  w1().resources_used.clear();
  EXPECT_THAT(violated(), HasSubstr("resource addresses"));
}
TEST_F(Invariants, ExecutorOfNoApplication_IsFound) {
  state.workers.at(WorkerId("w2")).executors.insert({AppId("gone"), ExecutorId(0)});
  EXPECT_THAT(violated(), HasSubstr("no active application"));
}
TEST_F(Invariants, ExecutorOnNoWorker_IsFound) {
  const ExecutorInfo ghost = executor();
  a1().executors.emplace(ExecutorId(1'000), ghost);
  EXPECT_NE(violated(), "nothing");
}
TEST_F(Invariants, IdThatMayBeGivenAgain_IsFound) {
  a1().progress.next_executor_id = 1;
  EXPECT_THAT(violated(), HasSubstr("given again"));
}
TEST_F(Invariants, FinishedExecutorThatHoldsCores_IsFound) {
  executor().state = deploy::ExecutorState::exited;
  EXPECT_THAT(violated(), HasSubstr("finished and still holds"));
}
TEST_F(Invariants, UnconfirmedExecutorOnAWorkerThatHasSpoken_IsFound) {
  executor().confirmed = false;
  EXPECT_THAT(violated(), HasSubstr("from its record only"));
}
TEST_F(Invariants, GrantedCores_MustBeThoseOfExecutors) {
  ++a1().cores_granted;
  EXPECT_THAT(violated(), HasSubstr("granted cores"));
}
TEST_F(Invariants, LiveExecutors_MustBeCounted) {
  a1().live.clear();
  EXPECT_THAT(violated(), HasSubstr("miscounted"));
}
TEST_F(Invariants, AddressOfAWorker_MustLeadToIt) {
  state.worker_by_address["w1:7001"] = WorkerId("w2");
  EXPECT_THAT(violated(), HasSubstr("not found by its address"));
}
TEST_F(Invariants, DriverOnNoWorker_IsFound) {
  for (auto& [id, worker] : state.workers)
    if (worker.drivers.erase(world.driver_id("d1")) != 0) {
      worker.cores_used -= 1;
      worker.memory_used_mb -= 512;
    }
  EXPECT_THAT(violated(), HasSubstr("is on no worker"));
}
TEST_F(Invariants, WaitingDriverWithAWorker_IsFound) {
  state.waiting_drivers.push_back(world.driver_id("d1"));
  EXPECT_THAT(violated(), HasSubstr("waits and has a worker"));
}
TEST_F(Invariants, DeadWorkerAmongTheLiving_IsFound) {
  w1().state = WorkerState::dead;
  EXPECT_THAT(violated(), HasSubstr("DEAD among the living"));
}
TEST_F(Invariants, TablesOfUnequalSize_AreFoundCheaply) {
  state.app_order.clear();
  EXPECT_THAT(check_sizes(state).value_or(""), HasSubstr("order differ"));
}
TEST_F(Invariants, StandbyThatKnowsSomething_IsFound) {
  state.recovery = RecoveryState::standby;
  EXPECT_THAT(check_sizes(state).value_or(""), HasSubstr("a standby holds"));
}

class Deltas : public Invariants {
 protected:
  Deltas() : before(snapshot(state)) {}
  std::string undone() const { return check_delta(before, state).value_or("nothing"); }
  Snapshot before;
};

TEST_F(Deltas, NothingHappened_NothingIsUndone) { EXPECT_EQ(undone(), "nothing"); }
TEST_F(Deltas, EpochGoesBack_IsFound) {
  state.epoch = Epoch(0);
  EXPECT_THAT(undone(), HasSubstr("epoch went back"));
}
TEST_F(Deltas, ExecutorIdsGoBack_IsFound) {
  a1().progress.next_executor_id = 0;
  EXPECT_THAT(undone(), HasSubstr("went back"));
}
TEST_F(Deltas, ExecutorMoves_IsFound) {
  executor().worker = WorkerId("w9");
  EXPECT_THAT(undone(), HasSubstr("moved to another worker"));
}
TEST_F(Deltas, ExecutorIdGivenAgain_IsFound) {
  before.executors.erase({a1().record.id, executor().id});
  EXPECT_THAT(undone(), HasSubstr("was given again"));
}
TEST_F(Deltas, FinishedApplicationLives_IsFound) {
  before.completed_apps.insert(a1().record.id);
  EXPECT_THAT(undone(), HasSubstr("came back to life"));
}
TEST_F(Deltas, DriverMoves_IsFound) {
  state.drivers.at(world.driver_id("d1")).record.worker = WorkerId("w9");
  EXPECT_THAT(undone(), HasSubstr("moved to another worker"));
}
TEST_F(Deltas, DriverNumberGoesBack_IsFound) {
  state.counters.next_driver_number = 0;
  EXPECT_THAT(undone(), HasSubstr("driver number"));
}

}  // namespace
}  // namespace pilotlight::core
