// Replicas that are elected: taking over, committing, losing leadership, handing it over, joining.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/replica/replica_world.hpp"

namespace pilotlight::replica {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using zk::Fault;

bool commits(const zk::Request& request) {
  const auto* multi = std::get_if<zk::Multi>(&request);
  return multi != nullptr && std::any_of(multi->operations.begin(), multi->operations.end(), [](const auto& operation) {
           const auto* set = std::get_if<zk::Set>(&operation);
           return set != nullptr && set->path.ends_with("/commit");
         });
}

class ElectedReplica : public testing::Test {
 protected:
  /// The first commit of "a" from now on goes wrong.
  void spoil_commit(Fault fault) {
    world.faults = [this, fault](Process& from, const zk::Request& request) {
      if (&from != &world["a"] || !commits(request)) return Fault::none;
      world.faults = nullptr;
      return fault;
    };
  }
  bool is_registered(const std::string& master, const std::string& worker) {
    const auto names = registered(world[master].carried);
    return std::find(names.begin(), names.end(), worker) != names.end();
  }
  void settle(const std::string& names) {
    world.settle(names);
    world.tell("a", registration("w1"));
    world.run(50ms);
    ASSERT_TRUE(is_registered("a", "w1"));
  }
  ReplicaWorld world;
};

TEST_F(ElectedReplica, AnswersAreGuardedAndFollowTheirCommit) {
  world.settle("ab");
  world.tell("a", registration("w1"));
  EXPECT_FALSE(is_registered("a", "w1"));
  world.run_until([&] { return is_registered("a", "w1"); });
  for (const auto& carry : world["a"].carried)
    EXPECT_TRUE(carry.guarded || !std::holds_alternative<core::Send>(carry.output));
  world.run(10ms);
  EXPECT_EQ(world.cluster("b").commit, world.cluster("a").commit);
  EXPECT_THAT(world["b"].workers(), IsEmpty()) << "a standby holds records, no state";
}

TEST_F(ElectedReplica, TakesOverFromACompleteMirrorByReadingCommitAlone) {
  settle("abc");
  world["b"].asked.clear();
  world.kill("a");
  world.run_until([&] { return world.leads("b"); });
  EXPECT_THAT(world.records_read("b"), ElementsAre("/spark/pilotlight/commit"));
  EXPECT_THAT(world["b"].workers(), ElementsAre("w1"));
  const auto cluster = world.cluster("b");
  ASSERT_FALSE(cluster.flights.empty());
  EXPECT_EQ(cluster.flights.back().cause, "connection");
  EXPECT_EQ(cluster.flights.back().previous, "spark://host-a:7077");
}

bool is_claim(const zk::Request& request) {
  const auto* multi = std::get_if<zk::Multi>(&request);
  return multi != nullptr && multi->operations.size() == 3 &&
         std::holds_alternative<zk::Delete>(multi->operations.back());
}

TEST_F(ElectedReplica, ReadsRightBehindItsClaimAndAsksNothingAfterIt) {
  settle("abc");
  auto& asked = world["b"].asked;
  asked.clear();
  world.kill("a");
  world.run_until([&] { return world.leads("b"); });
  const auto claim = std::ranges::find_if(asked, is_claim);
  ASSERT_LT(claim + 1, asked.end());
  const auto* read = std::get_if<zk::Get>(&*(claim + 1));
  ASSERT_NE(read, nullptr);
  EXPECT_EQ(read->path, "/spark/pilotlight/commit");
  EXPECT_THAT(world.records_read("b"), ElementsAre("/spark/pilotlight/commit"));
}

TEST_F(ElectedReplica, WhatWasReadBehindAClaimThatFailedIsForgotten) {
  settle("abc");
  int claims = 0;
  world.faults = [&](Process& from, const zk::Request& request) {
    const bool claim = &from == &world["b"] && is_claim(request);
    return claim && ++claims == 1 ? zk::Fault::before : zk::Fault::none;
  };
  world.kill("a");
  world.run_until([&] { return world.leads("b"); });
  EXPECT_GE(claims, 1);
  EXPECT_THAT(world["b"].workers(), ElementsAre("w1"));
}

TEST_F(ElectedReplica, BetweenLeadersItKnowsThatItIs) {
  settle("abc");
  const auto between = [&](const std::string& name) { return world[name].replica->between_leaders(); };
  EXPECT_FALSE(between("a") || between("b") || between("c"));
  world.kill("a");
  world.run_until([&] { return between("b") && between("c"); });
  world.run_until([&] { return world.leads("b"); });
  EXPECT_FALSE(between("b"));
  world.run_until([&] { return !between("c"); });
}

TEST_F(ElectedReplica, TakesOverFromAnIncompleteOneByReadingEverything) {
  world.passes = [](Process&, Process&, const election::LinkMessage& message) {
    return !std::holds_alternative<election::Proposed>(message) &&
           !std::holds_alternative<election::SnapshotPart>(message);
  };
  world.start("a");
  world.run(500ms);
  world.start("b");
  world.run(2s);
  world.tell("a", registration("w1"));
  world.run(100ms);
  world["b"].asked.clear();
  world.kill("a");
  world.run_until([&] { return world.leads("b"); });
  EXPECT_THAT(world.records_read("b"), Contains("/spark/pilotlight/records/worker/w1"));
  EXPECT_THAT(world["b"].workers(), ElementsAre("w1"));
  EXPECT_TRUE(world["b"].logged("what this master held was not complete"));
}

TEST_F(ElectedReplica, AMirrorThatIsOneCommitBehindIsNotTrusted) {
  settle("abc");
  world.passes = [](Process&, Process&, const election::LinkMessage& message) {
    return !std::holds_alternative<election::Proposed>(message) &&
           !std::holds_alternative<election::Committed>(message);
  };
  world.tell("a", registration("w2"));
  world.run_until([&] { return is_registered("a", "w2"); });
  world.kill("a");
  world.run_until([&] { return world.leads("b"); });
  EXPECT_THAT(world["b"].workers(), ElementsAre("w1", "w2")) << "what was acknowledged is there";
}

TEST_F(ElectedReplica, WhatTheLeaderHadProposedBringsTheMirrorToTheLastCommit) {
  settle("abc");
  world.passes = [](Process&, Process&, const election::LinkMessage& message) {
    return !std::holds_alternative<election::Committed>(message);
  };
  world.tell("a", registration("w2"));
  world.run_until([&] { return is_registered("a", "w2"); });
  world["b"].asked.clear();
  world.kill("a");
  world.run_until([&] { return world.leads("b"); });
  EXPECT_THAT(world["b"].workers(), ElementsAre("w1", "w2"));
  EXPECT_THAT(world.records_read("b"), ElementsAre("/spark/pilotlight/commit"));
}

TEST_F(ElectedReplica, AFlightThatItWasNotToldOf_IsReadWhenTheNextOneComes) {
  settle("abc");
  world.passes = [](Process&, Process&, const election::LinkMessage& message) {
    return !std::holds_alternative<election::FlightRecorded>(message);
  };
  world.kill("a");
  world.run_until([&] { return world.leads("b"); });
  world.run(2s);
  world.start("a");
  world.run(2s);
  world.passes = nullptr;
  world.kill("b");
  world.run_until([&] { return world.leads("c") || world.leads("a"); });
  world.run(2s);
  std::vector<std::uint64_t> epochs;
  for (const auto& flight : world.cluster("c").flights) epochs.push_back(flight.epoch.value);
  EXPECT_THAT(epochs, ElementsAre(1U, 2U, 3U));
}

TEST_F(ElectedReplica, DeposedInTheMiddleOfACommitItForgetsWhatWasNotAcknowledged) {
  settle("abc");
  world["a"].frozen = true;
  world.run_until([&] { return world.leads("b"); });
  // It wakes, and the first thing that it does is a write.
  world["a"].frozen = false;
  world.tell("a", registration("w2"));
  world.run_until([&] { return !world.leads("a"); });
  world.run(2s);
  EXPECT_FALSE(is_registered("a", "w2"));
  EXPECT_GE(world["a"].forgotten, 1);
  EXPECT_THAT(world["b"].workers(), ElementsAre("w1"));
  EXPECT_EQ(world.cluster("a").commit, world.cluster("b").commit) << "it follows";
  EXPECT_EQ(world.cluster("a").leader, "spark://host-b:7077");
}

TEST_F(ElectedReplica, AJournalThatIsInterruptedGoesOnWhenConnectedAgain) {
  settle("abc");
  for (const auto fault : {Fault::before, Fault::after}) {
    const std::string worker = fault == Fault::before ? "w2" : "w3";
    spoil_commit(fault);
    world.tell("a", registration(worker));
    world.run_until([&] { return is_registered("a", worker); });
    EXPECT_TRUE(world.leads("a"));
    world.tell("a", registration(worker + "-next"));
    world.run(100ms);
    EXPECT_TRUE(is_registered("a", worker + "-next"));
    EXPECT_EQ(world.cluster("b").commit, world.cluster("a").commit);
  }
}

TEST_F(ElectedReplica, HandsOverAndServesWhatItHeldBack) {
  settle("abc");
  ASSERT_TRUE(world["a"].replica->transfer(world.now(), "nonce-c"));
  EXPECT_FALSE(world["a"].replica->transfer(world.now(), "nonce-b")) << "one at a time";
  world.tell("a", registration("w2"));
  world.tell("a", driver_status(9));
  EXPECT_EQ(answers(world["a"].carried), 0U);
  world.run_until([&] { return world.leads("c"); });
  world.run(500ms);
  EXPECT_FALSE(world.leads("a"));
  EXPECT_EQ(answers(world["a"].carried), 1U) << "by a standby now: somebody leads";
  EXPECT_FALSE(is_registered("a", "w2"));
  EXPECT_EQ(world.cluster("c").flights.back().cause, "handover");
  EXPECT_THAT(world["c"].workers(), ElementsAre("w1"));
}

TEST_F(ElectedReplica, NobodyBehindAMasterOfSparksIsHandedLeadership) {
  settle("a");
  world.by_hand(zk::Create{"/spark/leader_election/_c_4cb3d5a2-0000-4000-8000-000000000000-latch-", {}, true, true});
  world.start("b");
  world.run_until([&] { return world.cluster("a").members.size() == 2; });
  world.run(1500ms);
  const auto refused = world["a"].replica->transfer(world.now(), "nonce-b");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().to_string(), testing::HasSubstr("behind a master of Spark's own"));
  world["a"].replica->leave(world.now());
  world.run(3s);
  EXPECT_TRUE(world["a"].left);
  EXPECT_FALSE(world.leads("b")) << "it is the JVM master's turn";
}

TEST_F(ElectedReplica, AHandOverWhoseTargetLosesItsPlaceIsGivenUpAndNothingStaysHeldBack) {
  settle("abc");
  // It is linked, but its mirror never is up to date, and then it is not in the queue any more.
  world.passes = [this](Process& from, Process&, const election::LinkMessage& message) {
    return &from != &world["b"] || !std::holds_alternative<election::HeartbeatAnswer>(message);
  };
  world.tell("a", registration("w2"));
  ASSERT_TRUE(world["a"].replica->transfer(world.now(), "nonce-b"));
  world.ensemble.close(world["b"].client);
  world["b"].frozen = true;
  world.run(1500ms);
  world.tell("a", registration("w3"));
  world.run(200ms);
  EXPECT_TRUE(is_registered("a", "w2"));
  EXPECT_TRUE(is_registered("a", "w3"));
  EXPECT_TRUE(world.leads("a"));
}

TEST_F(ElectedReplica, ATargetThatIsLinkedButNotInTheQueueIsNoTarget) {
  settle("ab");
  // Its node goes between the order and the moment in which everything is committed.
  bool answering = false;
  world.passes = [&](Process&, Process& to, const election::LinkMessage& message) {
    if (&to != &world["a"] || !std::holds_alternative<election::HeartbeatAnswer>(message)) return true;
    return answering;
  };
  ASSERT_TRUE(world["a"].replica->transfer(world.now(), "nonce-b"));
  for (const auto& node : world.by_hand(zk::Children{"/spark/leader_election", false}).children)
    if (world.by_hand(zk::Get{"/spark/leader_election/" + node, false}).data.find("nonce-b") != std::string::npos)
      world.by_hand(zk::Delete{"/spark/leader_election/" + node, zk::any_version});
  world.faults = [&](Process& from, const zk::Request& request) {  // and it does not come back
    const auto* create = std::get_if<zk::Create>(&request);
    return &from == &world["b"] && create != nullptr && create->sequential ? Fault::before : Fault::none;
  };
  world.run(900ms);
  answering = true;
  world.run(3s);
  world.faults = nullptr;
  world.tell("a", registration("w3"));
  world.run(1s);
  EXPECT_TRUE(is_registered("a", "w3")) << "given up: nothing stays held back";
  EXPECT_TRUE(world.leads("a"));
}

TEST_F(ElectedReplica, AStandbyThatJoinsWhileCommitsGoOnGetsEverything) {
  world.settle("a");
  for (int i = 0; i < 2000; ++i) world.tell("a", registration("w" + std::to_string(i)));
  world.run(100ms);
  world.start("b");
  for (int i = 0; i < 300; ++i) {
    world.tell("a", registration("late" + std::to_string(i)));
    world.run(2ms);
  }
  world.run(2s);
  const auto cluster = world.cluster("b");
  EXPECT_EQ(cluster.commit, world.cluster("a").commit);
  ASSERT_TRUE(cluster.members.at(0).complete);
  world["b"].asked.clear();
  world.kill("a");
  world.run_until([&] { return world.leads("b"); });
  EXPECT_THAT(world.records_read("b"), ElementsAre("/spark/pilotlight/commit"));
  EXPECT_THAT(world["b"].workers(), SizeIs(2300));
}

TEST_F(ElectedReplica, AsksWaitUntilSomebodyLeads) {
  settle("abc");
  world["a"].frozen = true;
  world.run_until([&] { return world["b"].logged("is silent"); });
  world.tell("b", driver_status(5));
  EXPECT_EQ(answers(world["b"].carried), 0U);
  world.run_until([&] { return world.leads("b"); });
  world.run(100ms);
  EXPECT_EQ(answers(world["b"].carried), 1U);
}

TEST_F(ElectedReplica, LeavingHandsOverFirst) {
  settle("abc");
  world["a"].replica->leave(world.now());
  world.run_until([&] { return world["a"].left; });
  world.run_until([&] { return world.leads("b") || world.leads("c"); });
  world.run(1s);
  EXPECT_EQ(world.by_hand(zk::Children{"/spark/leader_election", false}).children.size(), 2U);
}

TEST_F(ElectedReplica, WhoeverLeavesKeepsItsConnectionsUntilTheSuccessorHasEverybodyBack) {
  settle("abc");
  world["a"].replica->leave(world.now());
  world.run_until([&] { return world.leads("b") || world.leads("c"); });
  world.run(300ms);
  EXPECT_FALSE(world["a"].left) << "w1 has not answered the new leader";
  auto report = registration("w1");
  report.message = deploy::WorkerSchedulerStateResponse{WorkerId("w1"), {}, {}};
  world.tell(world.leads("b") ? "b" : "c", report);
  world.run(20ms);
  EXPECT_TRUE(world["a"].left);
}

TEST_F(ElectedReplica, WhoeverLeavesDoesNotWaitForTheSilent) {
  settle("abc");
  world["a"].replica->leave(world.now());
  world.run_until([&] { return world.leads("b") || world.leads("c"); });
  world.run(1100ms);
  EXPECT_TRUE(world["a"].left);
}

TEST_F(ElectedReplica, AStandbyIsInReachOfWorkersThatHaveNotCalledIt) {
  settle("ab");
  world.tell("a", registration("w2"));
  world.tell("b", registration("w2"));
  world.run(3s);
  EXPECT_THAT(world["a"].reached, IsEmpty()) << "a leader is called or calls";
  const auto& reached = world["b"].reached;
  const auto host = [](std::string name) { return testing::Field(&deploy::Address::host, std::move(name)); };
  EXPECT_THAT(reached, Contains(host("w1"))) << "it registered with the leader alone";
  EXPECT_THAT(reached, testing::Not(Contains(host("w2")))) << "it has a connection to this standby";
}

TEST_F(ElectedReplica, LeavingAloneTakesItsNodeAway) {
  settle("a");
  world["a"].replica->leave(world.now());
  world.run_until([&] { return world["a"].left; });
  world.run(2s);
  EXPECT_THAT(world.by_hand(zk::Children{"/spark/leader_election", false}).children, IsEmpty());
}

TEST_F(ElectedReplica, NothingIsSaidWhileAMajorityIsAway) {
  settle("abc");
  world["b"].frozen = world["c"].frozen = true;
  world.run(600ms);
  EXPECT_FALSE(world["a"].replica->may_speak(world.now().instant));
  EXPECT_EQ(world.cluster("a").held, "a majority of the masters does not answer");
  EXPECT_TRUE(world["a"].logged("holds its tongue"));
  world["b"].frozen = false;
  world.run(1s);
  EXPECT_TRUE(world["a"].replica->may_speak(world.now().instant));
  EXPECT_EQ(world.cluster("a").held, "");
}

}  // namespace
}  // namespace pilotlight::replica
