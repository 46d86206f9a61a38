// Leadership that is handed over: with one write, heard of or read, while the target dies or the voters change.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/election/contender_world.hpp"

namespace pilotlight::election {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using zk::Fault;

bool hands_over(const zk::Request& request) {
  const auto* multi = std::get_if<zk::Multi>(&request);
  return multi != nullptr && std::holds_alternative<zk::Delete>(multi->operations.back());
}

class ContenderHandover : public testing::Test {
 protected:
  void SetUp() override {
    world.settle("abc");
    world["a"].contender->set_progress(17, true);
  }
  void hand_over_to(const std::string& name) { world["a"].contender->hand_over(world.now(), "nonce-" + name); }
  void expect_one_leader(const std::string& name) {
    world.run(2s);
    EXPECT_THAT(world.leaders(), ElementsAre(name));
    EXPECT_TRUE(world[name].contender->may_speak(world.now()));
    EXPECT_EQ(world.queue().size(), 3U);
    EXPECT_THAT(world.choruses, IsEmpty());
  }
  ContenderWorld world;
};

TEST_F(ContenderHandover, TakesOneWriteAndAFewMilliseconds) {
  hand_over_to("c");
  EXPECT_FALSE(world["a"].contender->may_speak(world.now())) << "not a word more, whatever comes of it";
  EXPECT_LT(world.run_until([&] { return world["c"].leads(); }), 10ms);
  const auto record = world.record();
  EXPECT_EQ(record.epoch, Epoch(2));
  EXPECT_EQ(record.leader, world["c"].member);
  EXPECT_EQ(record.cause, "handover");
  ASSERT_EQ(world["c"].won.size(), 1U);
  EXPECT_EQ(world["c"].won[0].commit, 17U);
  EXPECT_EQ(world["c"].won[0].previous, world["a"].member);
  EXPECT_THAT(world["a"].lost, ElementsAre("handed over to spark://host-c:7077"));
  expect_one_leader("c");
  EXPECT_EQ(world.record().epoch, Epoch(2));
  EXPECT_TRUE(world.queue().back() != record.node) << "the old leader stands behind the others";
}

TEST_F(ContenderHandover, IsReadWhenTheWordGetsLost) {
  world.passes = [](Process&, Process&, const LinkMessage& message) {
    return !std::holds_alternative<LeadershipHanded>(message);
  };
  hand_over_to("b");
  world.run_until([&] { return world["b"].leads(); });
  EXPECT_EQ(world.record().epoch, Epoch(3)) << "claimed anew: nothing that is older counts";
  EXPECT_EQ(world["b"].won[0].record.cause, "handover");
  expect_one_leader("b");
}

TEST_F(ContenderHandover, TheNextTakesOverWhenTheTargetDies) {
  hand_over_to("b");
  world.kill("b");
  world.run_until([&] { return world["c"].leads(); });
  world.run(8s);
  EXPECT_THAT(world.leaders(), ElementsAre("c"));
  EXPECT_EQ(world.queue().size(), 2U);
  EXPECT_THAT(world.choruses, IsEmpty());
}

TEST_F(ContenderHandover, FailsWhenTheTargetHasLeftAndTheOldLeaderLeadsAgain) {
  const auto node = world.queue()[1];
  world.by_hand(zk::Delete{"/spark/leader_election/" + node, zk::any_version});
  hand_over_to("b");
  world.run_until([&] { return !world["a"].lost.empty(); });
  EXPECT_EQ(world["a"].lost[0], "the hand-over to spark://host-b:7077 failed: no such node");
  world.run_until([&] { return world["a"].leads(); });
  EXPECT_EQ(world["a"].won.size(), 2U);
  expect_one_leader("a");
}

TEST_F(ContenderHandover, WhoseOutcomeIsUnknownIsFoundOut) {
  for (const auto fault : {Fault::before, Fault::after}) {
    ContenderWorld other;
    other.settle("abc");
    other.faults = [&](Process&, const zk::Request& request) { return hands_over(request) ? fault : Fault::none; };
    other["a"].contender->hand_over(other.now(), "nonce-b");
    other.run_until([&] { return !other["a"].lost.empty(); });
    EXPECT_THAT(other.leaders(), IsEmpty());
    other.faults = nullptr;
    other.run_until([&] { return !other.leaders().empty(); });
    other.run(2s);
    EXPECT_THAT(other.leaders(), ElementsAre(fault == Fault::before ? "a" : "b"));
    EXPECT_EQ(other.queue().size(), 3U);
    EXPECT_THAT(other.choruses, IsEmpty());
  }
}

TEST_F(ContenderHandover, GoesOnFromAChangeOfTheVotersUnderWay) {
  auto& a = *world["a"].contender;
  world.kill("c");
  world.faults = [&](Process& from, const zk::Request& request) {
    // The very moment in which the change of the voters was submitted.
    if (&from == &world["a"] && std::holds_alternative<zk::Multi>(request) && !hands_over(request)) hand_over_to("b");
    if (hands_over(request)) {
      const auto& set = std::get<zk::Set>(std::get<zk::Multi>(request).operations.at(2));
      EXPECT_FALSE(epoch_from_json(set.data)->has_voter("nonce-c")) << "the change would be undone, unknown to b";
    }
    return Fault::none;
  };
  world.run_until([&] { return a.role() == Role::standby; });
  EXPECT_THAT(world["a"].lost, ElementsAre("handed over to spark://host-b:7077"));
  world.run_until([&] { return world["b"].leads(); });
  world.run(1s);
  EXPECT_EQ(world.record().voters.size(), 2U) << "the old leader is back; the dead one is not";
}

TEST_F(ContenderHandover, ToNobodyInTheQueueIsNotTried) {
  hand_over_to("z");
  world.run(1s);
  EXPECT_THAT(world.leaders(), ElementsAre("a"));
  EXPECT_THAT(world["a"].lost, IsEmpty());
}

TEST(ContenderHandoverAndJvmMasters, NobodyBehindOneIsHandedLeadership) {
  // Curator's leader is whoever is first: with our node gone, the JVM master would lead beside the one we named.
  ContenderWorld world;
  world.settle("ab");
  world.stranger("_c_4cb3d5a2-0000-4000-8000-000000000000-latch-");
  world.start("c");
  world.run_until([&] { return world.record().voters.size() == 3; });
  auto& a = *world["a"].contender;
  EXPECT_TRUE(a.may_succeed(a.others().at("nonce-b")));
  EXPECT_FALSE(a.may_succeed(a.others().at("nonce-c")));
  a.hand_over(world.now(), "nonce-c");
  world.run(2s);
  EXPECT_THAT(world.leaders(), ElementsAre("a"));
  EXPECT_THAT(world["a"].lost, IsEmpty());
  a.hand_over(world.now(), "nonce-b");
  world.run_until([&] { return world["b"].leads(); });
}

TEST_F(ContenderHandover, AWordThatSkipsAVersionMeansLookingFirst) {
  // Of the version in between this master knows nothing: neither who votes, nor that it was the leader's own.
  auto& b = *world["b"].contender;
  const auto fence = world["a"].contender->fence();
  const std::string node = b.own_node();
  b.on_link(world.now(), "nonce-a", LeadershipHanded{Epoch(2), fence + 2, 17, node});
  EXPECT_EQ(b.role(), Role::standby);
  b.on_link(world.now(), "nonce-c", LeadershipHanded{Epoch(2), fence + 1, 17, node});
  EXPECT_EQ(b.role(), Role::standby) << "not from the leader";
  b.on_link(world.now(), "nonce-a", LeadershipHanded{Epoch(2), fence + 1, 17, node + "0"});
  EXPECT_EQ(b.role(), Role::standby) << "meant for the process that was at this address before";
  b.on_link(world.now(), "nonce-a", LeadershipHanded{Epoch(1), fence, 17, node});
  b.on_link(world.now(), "nonce-a", LeadershipHanded{Epoch(3), fence + 1, 17, node});
  EXPECT_EQ(b.role(), Role::standby);
  expect_one_leader("a");
}

TEST_F(ContenderHandover, AWordThatComesLateChangesNothing) {
  LinkMessage late;
  world.passes = [&](Process&, Process&, const LinkMessage& message) {
    if (!std::holds_alternative<LeadershipHanded>(message)) return true;
    late = message;
    return false;
  };
  hand_over_to("b");
  world.run_until([&] { return world["b"].leads(); });
  world.passes = nullptr;
  world["b"].contender->on_link(world.now(), "nonce-a", late);
  EXPECT_EQ(world["b"].won.size(), 1U);
  expect_one_leader("b");
}

}  // namespace
}  // namespace pilotlight::election
