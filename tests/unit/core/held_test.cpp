// Messages that a standby kept for its own leadership.
#include "core_test.hpp"

namespace pilotlight::core {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class Held : public CoreTest {
 protected:
  void hold_submission(const std::string& name, const std::string& job) {
    world.holding = true;
    world.submit(name, of(job));
    world.holding = false;
  }
  void submit(const std::string& name, const std::string& job) { world.submit(name, of(job)); }
  std::vector<DriverId> answers(const Effects& effects) {
    std::vector<DriverId> ids;
    for (const auto& answer : answered<deploy::SubmitDriverResponse>(effects))
      if (answer.success) ids.push_back(*answer.driver);
    return ids;
  }
  std::size_t drivers() const { return world.state().drivers.size() + world.state().completed_drivers.size(); }

 private:
  static deploy::DriverDescription of(const std::string& job) {
    deploy::DriverDescription description;
    description.raw = std::make_shared<const std::string>(job);
    return description;
  }
};

TEST(WorthHolding, RegistrationsAndSubmissions_NothingElse) {
  EXPECT_TRUE(worth_holding(deploy::RegisterWorker{}));
  EXPECT_TRUE(worth_holding(deploy::RegisterApplication{}));
  EXPECT_TRUE(worth_holding(deploy::RequestSubmitDriver{}));
  EXPECT_FALSE(worth_holding(deploy::Heartbeat{}));
  EXPECT_FALSE(worth_holding(deploy::RequestDriverStatus{}));
  EXPECT_FALSE(worth_holding(deploy::RequestKillDriver{})) << "who asks for an end again may hit another one";
  EXPECT_FALSE(worth_holding(deploy::UnsupportedMessage{}));
}

TEST_F(Held, SubmissionThatNobodyRecorded_IsMadeOnce) {
  hold_submission("d1", "job");
  const auto ids = answers(world.take_over());
  ASSERT_THAT(ids, SizeIs(1));
  EXPECT_TRUE(world.state().drivers.contains(ids[0]));
}

TEST_F(Held, SubmissionThatTheLastLeaderRecorded_GetsItsDriver) {
  hold_submission("d1", "job");  // the client asks all masters at once
  world.pass(100ms);
  submit("d1", "job");
  const DriverId first = world.driver_id("d1");
  world.pass(60s);
  EXPECT_THAT(answers(world.take_over()), ::testing::ElementsAre(first));
  EXPECT_EQ(drivers(), 1U);
}

TEST_F(Held, TwoClientsWithOneJob_GetADriverEach) {
  hold_submission("d1", "job");
  hold_submission("d2", "job");
  submit("d1", "job");
  const DriverId first = world.driver_id("d1");
  const auto ids = answers(world.take_over());
  ASSERT_THAT(ids, SizeIs(2));
  EXPECT_EQ(ids[0], first);
  EXPECT_NE(ids[1], first);
  EXPECT_EQ(drivers(), 2U);
}

TEST_F(Held, TheSameJobAgain_IsAnotherSubmission) {
  submit("d1", "job");
  world.pass(6s);
  hold_submission("d2", "job");
  const auto ids = answers(world.take_over());
  ASSERT_THAT(ids, SizeIs(1));
  EXPECT_NE(ids[0], world.driver_id("d1"));
}

TEST_F(Held, TwoNewSubmissionsOfOneJob_AreNotTakenForEachOther) {
  hold_submission("d1", "job");
  hold_submission("d2", "job");
  const auto ids = answers(world.take_over());
  ASSERT_THAT(ids, SizeIs(2));
  EXPECT_NE(ids[0], ids[1]);
}

TEST_F(Held, RegistrationOfAKnownDriver_IsDroppedWhateverItSays) {
  world.app("a1", {.raw = "one"});
  world.holding = true;
  world.app("a1", {.raw = "two"});
  const Effects effects = world.take_over();
  EXPECT_THAT(sent<deploy::RegisteredApplication>(effects), IsEmpty());
  EXPECT_THAT(sent<deploy::MasterChanged>(effects), SizeIs(1));
  EXPECT_EQ(world.state().apps.size(), 1U);
}

TEST_F(Held, RegistrationAsOldAsItsEndedApplication_StartsNoOther) {
  world.app("a1");
  world.message("a1", deploy::UnregisterApplication{world.app_id("a1")});
  world.holding = true;
  world.app("a1");
  world.take_over();
  EXPECT_TRUE(world.state().apps.empty());
  // A new application of another process at that address is one.
  world.holding = true;
  world.app("a1", {.raw = "another"});
  world.take_over();
  EXPECT_EQ(world.state().apps.size(), 1U);
}

TEST_F(Held, KnownWorkerOfAnotherBuild_IsRegistered) {
  world.worker("w1", {4, 4096, {deploy::Dialect::spark_3_4}, "", {}});
  world.holding = true;
  world.worker("w1", {4, 4096, {deploy::Dialect::spark_4_0}, "", {}});
  EXPECT_THAT(sent<deploy::RegisteredWorker>(world.take_over()), SizeIs(1));
  EXPECT_EQ(world.find_worker("w1")->record.dialects.front(), deploy::Dialect::spark_4_0);
}

TEST_F(Held, WordOfAWorkerWhoseSuccessorIsRecorded_IsDropped) {
  world.holding = true;
  world.worker("gone", {4, 4096, {deploy::Dialect::spark_3_4}, "h1", {}});
  world.holding = false;
  world.worker("w1", {4, 4096, {deploy::Dialect::spark_3_4}, "h1", {}});
  EXPECT_THAT(sent<deploy::RegisteredWorker>(world.take_over()), IsEmpty());
  EXPECT_EQ(world.find_worker("gone"), nullptr);
  EXPECT_NE(world.find_worker("w1"), nullptr);
}

TEST_F(Held, AFlawedRegistration_IsRefusedAsEver) {
  world.holding = true;
  world.worker("w1", {0, 4096, {deploy::Dialect::spark_3_4}, "", {}});
  EXPECT_THAT(sent<deploy::RegisterWorkerFailed>(world.take_over()), SizeIs(1));
}

}  // namespace
}  // namespace pilotlight::core
