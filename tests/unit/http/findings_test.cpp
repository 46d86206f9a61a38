#include "http/findings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/http/fake_master.hpp"

namespace pilotlight::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> codes(const core::State& state, const replica::Cluster& cluster) {
  std::vector<std::string> codes;
  for (const auto& finding : findings(state, cluster, sample_now())) codes.emplace_back(finding.code);
  return codes;
}

TEST(Findings, OfThreeMastersInOrder_AreNone) {
  EXPECT_THAT(codes(empty_state(), led_by_this()), IsEmpty());
  EXPECT_TRUE(healthy({}));
}

TEST(Findings, NobodyLeads_IsCritical) {
  auto cluster = three_masters();
  cluster.leader.clear();
  const auto found = findings(standby_state(), cluster, sample_now());
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.front().code, "PL101");
  EXPECT_EQ(to_string(found.front().severity), "critical");
  EXPECT_FALSE(healthy(found));
}

TEST(Findings, ZooKeeperLost_IsCriticalOnlyWhenTheLeaseIsOver) {
  auto cluster = led_by_this();
  cluster.zookeeper = "suspended";
  EXPECT_THAT(codes(empty_state(), cluster), ElementsAre("PL103"));
  cluster.held = "ZooKeeper does not answer";
  EXPECT_THAT(codes(empty_state(), cluster), ElementsAre("PL102", "PL108"));
}

TEST(Findings, NumbersOfMasters) {
  auto cluster = led_by_this();
  cluster.members.pop_back();
  EXPECT_THAT(codes(empty_state(), cluster), ElementsAre("PL107"));
  cluster.members.pop_back();
  EXPECT_THAT(codes(empty_state(), cluster), ElementsAre("PL104"));
  EXPECT_THAT(codes(empty_state(), FakeMaster::alone()), IsEmpty());  // who is alone by choice lacks nobody
}

TEST(Findings, LinksAndMirrors) {
  auto cluster = led_by_this();
  cluster.members[1].linked = false;
  cluster.commit = 1042;
  for (auto& member : cluster.members) member.mirrored = 1042;
  cluster.members[2].mirrored = 540;
  const auto found = findings(empty_state(), cluster, sample_now());
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].code, "PL105");
  EXPECT_EQ(found[0].subject, "spark://m2:7077");
  EXPECT_EQ(found[1].code, "PL106");
  EXPECT_THAT(found[1].sentence, HasSubstr("502 commits behind"));
  cluster.members[2].mirrored = 1000;  // a busy leader commits as much between two words of a standby
  EXPECT_THAT(codes(empty_state(), cluster), ElementsAre("PL105"));
  cluster = led_by_this();
  cluster.members[2].complete = false;
  EXPECT_THAT(codes(empty_state(), cluster), ElementsAre("PL106"));
  cluster.members[2].reported = false;  // as a standby sees another one
  EXPECT_THAT(codes(empty_state(), cluster), IsEmpty());
}

TEST(Findings, NoWorkerAndSomethingWaits_IsCritical) {
  auto state = empty_state();
  EXPECT_THAT(codes(state, FakeMaster::alone()), IsEmpty());
  const auto full = sample_state();
  auto waiting = full.apps.at(AppId("app-2"));
  waiting.record.submitted = at_second(5);
  state.apps.emplace(waiting.record.id, waiting);
  EXPECT_THAT(codes(state, FakeMaster::alone()), ElementsAre("PL202"));
}

TEST(Findings, AWorkerThatHasNotAnsweredYet_IsNeitherThereNorLost) {
  auto state = empty_state();
  const auto full = sample_state();
  auto waiting = full.apps.at(AppId("app-2"));
  waiting.record.submitted = at_second(5);
  state.apps.emplace(waiting.record.id, waiting);
  auto worker = full.workers.begin()->second;
  worker.state = core::WorkerState::unknown;
  state.workers.emplace(worker.record.id, worker);
  const auto found = findings(state, FakeMaster::alone(), sample_now());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].code, "PL205");
  EXPECT_EQ(found[0].subject, worker.record.id.text);
  auto cluster = led_by_this();
  replica::Flight flight;
  flight.at = sample_now().wall - std::chrono::milliseconds(1900);
  cluster.flights.push_back(flight);
  EXPECT_THAT(codes(state, cluster), IsEmpty());
  cluster.flights.back().at -= std::chrono::milliseconds(100);
  EXPECT_THAT(codes(state, cluster), ElementsAre("PL205"));
  state.recovery = core::RecoveryState::recovering;  // everybody is still being asked
  EXPECT_THAT(codes(state, FakeMaster::alone()), IsEmpty());
}

TEST(Findings, WaitingForAMinute_SaysWhy) {
  auto state = empty_state();
  auto app = sample_state().apps.at(AppId("app-2"));
  app.record.requested_cores = 1;
  app.record.submitted = at_second(59);
  state.apps.emplace(app.record.id, app);
  EXPECT_THAT(codes(state, FakeMaster::alone()), ElementsAre("PL202"));
  state.apps.begin()->second.record.submitted = at_second(61);
  const auto found = findings(state, FakeMaster::alone(), sample_now());
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1].code, "PL203");
  EXPECT_THAT(found[1].sentence, HasSubstr("app-2 has no executor: no worker of Spark"));
}

TEST(Findings, DeadWorkersAndWaitingDrivers) {
  auto state = sample_state();
  state.apps.clear();
  EXPECT_THAT(codes(state, FakeMaster::alone()), ElementsAre("PL201"));
  state.waiting_drivers = {DriverId("driver-2")};  // submitted 90 s ago
  EXPECT_THAT(codes(state, FakeMaster::alone()), ElementsAre("PL201", "PL204"));
}

TEST(Findings, OfOneKindAreBounded) {
  auto state = empty_state();
  const auto dead = sample_state().dead_workers.front();
  for (int i = 0; i < 100; ++i) state.dead_workers.push_back(dead);
  const auto found = findings(state, FakeMaster::alone(), sample_now());
  EXPECT_EQ(found.size(), 20U);
  EXPECT_THAT(found.back().sentence, HasSubstr("and 80 more"));
}

TEST(Findings, RecordsSetAside) {
  auto cluster = led_by_this();
  cluster.set_aside = 3;
  EXPECT_THAT(codes(empty_state(), cluster), ElementsAre("PL301"));
}

}  // namespace
}  // namespace pilotlight::http
