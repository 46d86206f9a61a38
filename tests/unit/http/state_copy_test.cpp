#include "http/state_copy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/cluster_document.hpp"
#include "unit/http/fake_master.hpp"

namespace pilotlight::http {
namespace {

const auto at_once = [] { return false; };
const auto in_pieces = [] { return true; };

std::string shown(const core::State& state) {
  return cluster_document(state, sample_now(), FakeMaster::alone(), About{});
}

core::State with_executors() {
  auto state = sample_state();
  auto& app = state.apps.at(AppId("app-1"));
  for (int i = 0; i < 30; ++i) app.executors[ExecutorId(i)].id = ExecutorId(i);
  state.waiting_drivers = {DriverId("driver-2")};
  return state;
}

TEST(StateCopy, ShowsTheSame) {
  const auto state = with_executors();
  StateCopy whole;
  EXPECT_TRUE(whole.go_on(state, nullptr, at_once));
  EXPECT_EQ(shown(whole.state), shown(state));
  StateCopy sliced;
  int slices = 1;
  while (!sliced.go_on(state, nullptr, in_pieces)) ++slices;
  EXPECT_GT(slices, 3);
  EXPECT_EQ(shown(sliced.state), shown(state));
}

TEST(StateCopy, KeepsNoSecrets) {
  auto state = sample_state();
  StateCopy copy;
  copy.go_on(state, nullptr, at_once);
  for (const auto& [id, driver] : copy.state.drivers) EXPECT_TRUE(driver.record.description.java_opts.empty());
}

/// Whatever changes between two slices: it ends, and holds each entry once.
TEST(StateCopy, TheStateMayChangeMeanwhile) {
  for (int change_at = 0; change_at < 12; ++change_at) {
    auto state = with_executors();
    StateCopy copy;
    for (int slice = 0; !copy.go_on(state, nullptr, in_pieces); ++slice) {
      ASSERT_LT(slice, 100);
      if (slice != change_at) continue;
      state.workers.erase(state.workers.begin());
      state.apps.erase(AppId("app-1"));
      state.completed_apps.clear();
      state.completed_drivers.clear();
      state.dead_workers.clear();
    }
    EXPECT_LE(copy.state.workers.size(), 2U);
    EXPECT_LE(copy.state.apps.size(), 2U);
    EXPECT_LE(copy.state.completed_apps.size(), 1U);
  }
}

TEST(StateCopy, AHistoryThatLosesItsOldest_BeginsAgain) {
  core::State state = empty_state();
  auto app = sample_state().completed_apps.front();
  for (int i = 0; i < 40; ++i) {
    app.record.id = AppId("app-" + std::to_string(i));
    state.completed_apps.push_back(app);
  }
  StateCopy copy;
  copy.go_on(state, nullptr, in_pieces);
  copy.go_on(state, nullptr, in_pieces);
  state.completed_apps.pop_front();
  while (!copy.go_on(state, nullptr, in_pieces)) {}
  EXPECT_EQ(shown(copy.state), shown(state));
}

TEST(StateCopy, AnotherLeadership_BeginsAgain) {
  const auto state = with_executors();
  StateCopy copy;
  copy.go_on(state, nullptr, in_pieces);
  auto next = standby_state();
  EXPECT_TRUE(copy.go_on(next, nullptr, at_once));
  EXPECT_TRUE(copy.state.workers.empty());
  EXPECT_EQ(copy.state.recovery, core::RecoveryState::standby);
}

}  // namespace
}  // namespace pilotlight::http
