// The process stands still and goes on: whatever fell due meanwhile proves nothing, because the peers' messages of that
// time lie unread. Short pauses and long ones, noticed by the timer or by a message that is handled before it.
#include "core_test.hpp"

namespace pilotlight::core {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Pause {
  Duration length;
  bool message_first;  ///< a stranger's message is handled before the timer
};

class Pauses : public ::testing::TestWithParam<Pause> {
 protected:
  Pauses() {
    world.lead();
    world.worker("w1", {4, 4096, {deploy::Dialect::spark_3_4}, "", {}});
  }
  void TearDown() override { EXPECT_THAT(world.violations, IsEmpty()); }

  /// Time goes on until just before the deadline, then the process stands still for the whole pause.
  Effects stand_still(Duration until_shortly_before) {
    world.tick(until_shortly_before - 1ms);
    world.pass(GetParam().length);
    Effects effects;
    if (GetParam().message_first) effects = world.message("stranger", deploy::RequestReadyz{}, true);
    pilotlight::testing::append(effects, world.step(TimerFired{}));
    return effects;
  }
  void beat_until(Duration duration) {
    for (; duration > 0s; duration -= 1s) {
      world.tick(1s);
      world.heartbeat("w1");
    }
  }

  CoreWorld world;
};

TEST_P(Pauses, Heartbeats_GetAFullPeriodAgain) {
  stand_still(60s);
  EXPECT_NE(world.find_worker("w1"), nullptr);
  world.tick(59s);
  EXPECT_NE(world.find_worker("w1"), nullptr);
  world.tick(2s);
  EXPECT_EQ(world.find_worker("w1"), nullptr) << "but no more than that";
}

TEST_P(Pauses, RepairOfAWorker_GetsAFullPeriodAgain) {
  world.tick(3s);
  world.close("w1");
  stand_still(10s);
  EXPECT_NE(world.find_worker("w1"), nullptr);
  world.tick(9s);
  ASSERT_NE(world.find_worker("w1"), nullptr);
  world.heartbeat("w1");
  EXPECT_FALSE(world.find_worker("w1")->repair_deadline) << "its answer lay there";
}

TEST_P(Pauses, RepairOfAWorkerThatIsGone_EndsAfterTheSecondPeriod) {
  world.close("w1");
  stand_still(10s);
  world.tick(10s);
  EXPECT_EQ(world.find_worker("w1"), nullptr);
}

TEST_P(Pauses, RepairOfADriver_GetsAFullPeriodAgain) {
  world.app("a1");
  world.close("a1");
  stand_still(10s);
  EXPECT_NE(world.find_app("a1"), nullptr);
  world.tick(9s);
  EXPECT_NE(world.find_app("a1"), nullptr);
  world.tick(1s);
  EXPECT_EQ(world.find_app("a1"), nullptr);
}

TEST_P(Pauses, LaunchOfAnExecutor_IsNotTakenForIgnored) {
  world.app("a1");
  const Effects effects = stand_still(10s);
  EXPECT_FALSE(logged(effects, "has not answered the launch"));
  // A report that was sent before the launch had come in, and lay there since.
  world.scheduler_state("w1");
  EXPECT_EQ(world.find_app("a1")->executors.size(), 1U);
  world.heartbeat("w1");
  EXPECT_TRUE(logged(world.tick(10s), "has not answered the launch"));
  world.scheduler_state("w1");
  EXPECT_FALSE(world.find_app("a1")->executors.contains(ExecutorId(0)));
}

TEST_P(Pauses, LaunchOfADriver_HasNoSecondAttempt) {
  deploy::DriverDescription supervised;
  supervised.supervise = true;
  world.submit("d1", supervised);
  stand_still(10s);
  EXPECT_THAT(sent<deploy::LaunchDriver>(world.scheduler_state("w1")), IsEmpty());
  EXPECT_TRUE(world.state().drivers.contains(world.driver_id("d1")));
  world.heartbeat("w1");
  EXPECT_FALSE(sent<deploy::MasterChanged>(world.tick(10s)).empty()) << "the report came too early: it is asked again";
  world.scheduler_state("w1");
  EXPECT_THAT(sent<deploy::LaunchDriver>(
                  world.step(WorkerDriversRead{WorkerId("w1"), std::map<DriverId, deploy::DriverState>{}})),
              SizeIs(1));
}

TEST_P(Pauses, Recovery_GivesEverybodyAFullPeriodAgain) {
  world.app("a1", {.max_cores = 1});
  world.restart();
  world.tick(1s);
  stand_still(59s);
  EXPECT_NE(world.find_worker("w1"), nullptr);
  EXPECT_NE(world.find_app("a1"), nullptr);
  world.tick(59s);
  EXPECT_NE(world.find_worker("w1"), nullptr);
  EXPECT_NE(world.find_app("a1"), nullptr);
  world.tick(1s);
  EXPECT_EQ(world.find_worker("w1"), nullptr);
  EXPECT_EQ(world.find_app("a1"), nullptr);
}

TEST_P(Pauses, UnclaimedDrivers_AreNotGivenUpByIt) {
  world.submit("d1");
  world.store.workers.clear();
  world.restart();
  stand_still(60s);
  EXPECT_TRUE(world.state().drivers.contains(world.driver_id("d1")));
  world.tick(60s);
  EXPECT_FALSE(world.state().drivers.contains(world.driver_id("d1")));
}

TEST_P(Pauses, WhatFallsDueRightAfterIt_WaitsForTheUnreadToBeRead) {
  // The repair would fail 1 ms after the pause. The last call falls due before it, and tells.
  world.close("w1");
  world.tick(10s - GetParam().length > 0s ? 10s - GetParam().length : 1ms);
  world.pass(std::min<Duration>(GetParam().length, 10s - 2ms) - 1ms);
  world.step(TimerFired{});
  world.tick(500ms);
  EXPECT_NE(world.find_worker("w1"), nullptr);
}

std::string name_of(const ::testing::TestParamInfo<Pause>& info) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(info.param.length).count()) + "s" +
         (info.param.message_first ? "_message_first" : "_timer_first");
}
INSTANTIATE_TEST_SUITE_P(Of, Pauses,
                         ::testing::Values(Pause{1s, false}, Pause{1s, true}, Pause{70s, false}, Pause{70s, true}),
                         name_of);

TEST(Hiccups, ATimerThatIsALittleLate_ChangesNothing) {
  CoreWorld world;
  world.lead();
  world.worker("w1");
  world.close("w1");
  world.tick(10s - 1ms);
  world.tick_late(40ms);
  EXPECT_EQ(world.find_worker("w1"), nullptr);
}

TEST(Hiccups, ManyOfThem_DoNotKeepTheDeadAlive) {
  CoreWorld world;
  world.lead();
  world.worker("w1");
  for (int i = 0; i < 200; ++i) {
    world.tick(7ms);
    world.worker("other" + std::to_string(i));
  }
  // Every second the loop stands still for 80 ms, and there are always deadlines that fall due then. All others live
  // on.
  for (int second = 0; second < 180 && world.find_worker("w1") != nullptr; ++second) {
    for (int i = 0; i < 200; ++i) world.heartbeat("other" + std::to_string(i));
    world.tick(920ms);
    world.tick_late(80ms);
  }
  EXPECT_EQ(world.find_worker("w1"), nullptr);
  EXPECT_EQ(world.state().workers.size(), 200U);
}

}  // namespace
}  // namespace pilotlight::core
