// The node in the queue: sessions that end, creates that nobody answers, other masters' nodes, coming and going.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/election/contender_world.hpp"

namespace pilotlight::election {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using zk::Fault;

bool creates_candidate(const zk::Request& request) {
  const auto* create = std::get_if<zk::Create>(&request);
  return create != nullptr && create->sequential;
}

TEST(ContenderSessions, AnUncertainCreateIsFoundByItsUuid) {
  for (const auto fault : {Fault::before, Fault::after}) {
    ContenderWorld world;
    world.faults = [done = false, fault](Process&, const zk::Request& request) mutable {
      if (done || !creates_candidate(request)) return Fault::none;
      done = true;
      return fault;
    };
    auto& a = world.start("a");
    world.run_until([&] { return a.leads(); });
    world.run(3s);
    EXPECT_THAT(world.queue(), ElementsAre(world.record().node)) << "one node, not two";
    EXPECT_THAT(a.lost, IsEmpty());
  }
}

TEST(ContenderSessions, OfTwoNodesOfItsOwnTheFirstIsKept) {
  ContenderWorld world;
  std::string second;
  world.faults = [&](Process& from, const zk::Request& request) {
    if (!creates_candidate(request) || !second.empty()) return Fault::none;
    // The library below tried it twice; neither answer arrives.
    second = "sent";
    world.ensemble.submit(from.client, zk::RequestId(1'000'000), request);
    return Fault::after;
  };
  auto& a = world.start("a");
  world.run_until([&] { return a.leads(); });
  world.run(2s);
  ASSERT_THAT(world.queue(), ElementsAre(world.record().node));
  EXPECT_TRUE(world.queue()[0].ends_with("0000000000"));
}

TEST(ContenderSessions, AnExpiredSessionMeansStandbyAndANewPlaceAtTheEnd) {
  ContenderWorld world;
  world.settle("abc");
  world["a"].online = false;
  world.ensemble.disconnect(world["a"].client);
  world.run_until([&] { return !world["a"].lost.empty(); });
  EXPECT_EQ(world["a"].lost[0], "ZooKeeper has not answered for longer than the session lasts");
  world.run_until([&] { return !world.leaders().empty(); });
  EXPECT_THAT(world.leaders(), ElementsAre("b"));
  world["a"].online = true;
  world.run_until([&] { return world["a"].contender->in_queue(); });
  world.run(2s);
  EXPECT_EQ(world.queue().size(), 3U);
  EXPECT_THAT(world.leaders(), ElementsAre("b"));
  EXPECT_EQ(world.record().voters.size(), 3U);
  EXPECT_THAT(world.choruses, IsEmpty());
}

TEST(ContenderSessions, ALostConnectionIsNoLostLeadership) {
  ContenderWorld world;
  world.settle("ab");
  world["a"].online = false;
  world.ensemble.disconnect(world["a"].client);
  world.run(2s);
  EXPECT_TRUE(world["a"].contender->may_speak(world.now()));
  world["a"].online = true;
  world.run(6s);
  EXPECT_THAT(world.leaders(), ElementsAre("a"));
  EXPECT_THAT(world["a"].lost, IsEmpty());
  EXPECT_EQ(world.record().epoch, Epoch(1));
  EXPECT_EQ(world["a"].fences.back(), world["a"].contender->fence()) << "for a journal that waits";
}

TEST(ContenderSessions, ALeaderWhoseNodeWasDeletedStepsDownAndQueuesAgain) {
  ContenderWorld world;
  world.settle("ab");
  world.by_hand(zk::Delete{"/spark/leader_election/" + world.record().node, zk::any_version});
  world.run_until([&] { return !world["a"].lost.empty(); });
  world.run(2s);
  EXPECT_THAT(world.leaders(), ElementsAre("b"));
  EXPECT_EQ(world.queue().size(), 2U);
}

TEST(ContenderSessions, AJvmMasterInFrontIsNeitherPassedOverNorDeleted) {
  ContenderWorld world;
  const auto jvm = world.stranger("_c_4cb3d5a2-0000-4000-8000-000000000000-latch-");
  auto& a = world.start("a");
  world.start("b");
  world.run(20s);
  EXPECT_THAT(world.leaders(), IsEmpty());
  EXPECT_TRUE(a.contender->somebody_leads());
  EXPECT_EQ(world.queue().front(), jvm);
  world.remove_stranger();
  world.run_until([&] { return a.leads(); });
  EXPECT_EQ(a.won[0].record.cause, "start");
}

TEST(ContenderSessions, AJvmMasterBetweenKeepsItsTurn) {
  ContenderWorld world;
  world.settle("a");
  const auto jvm = world.stranger("_c_4cb3d5a2-0000-4000-8000-000000000000-latch-");
  auto& b = world.start("b");
  world.run_until([&] { return world.record().voters.size() == 2; });
  world.run(500ms);
  world.kill("a");
  world.run(20s);
  EXPECT_THAT(b.won, IsEmpty()) << "it is the JVM master's turn";
  EXPECT_EQ(world.queue().front(), jvm);
  world.remove_stranger();
  world.run_until([&] { return b.leads(); });
}

TEST(ContenderSessions, LeavingTakesTheNodeAwayForGood) {
  ContenderWorld world;
  world.settle("ab");
  world["b"].contender->leave(world.now());
  world.run(5s);
  EXPECT_EQ(world.queue().size(), 1U);
  EXPECT_EQ(world.record().voters.size(), 1U);
  world["a"].contender->leave(world.now());
  world.run_until([&] { return world.leaders().empty(); });
  world.run(5s);
  EXPECT_THAT(world.queue(), IsEmpty());
  EXPECT_THAT(world.leaders(), IsEmpty());
}

TEST(ContenderSessions, AnEnsembleWithoutAMajorityCostsTheLeadershipAfterTheSession) {
  ContenderWorld world({.servers = 3, .tick = 1s});
  world.settle("abc");
  world.ensemble.crash(1);
  world.ensemble.crash(2);
  world.run(4s);
  EXPECT_THAT(world.leaders(), ElementsAre("a"));
  world.run_until([&] { return !world["a"].lost.empty(); });
  world.ensemble.restart(1);
  world.ensemble.elect();
  world.run_until([&] { return !world.leaders().empty(); });
  world.run(3s);
  EXPECT_EQ(world.leaders().size(), 1U);
  EXPECT_EQ(world.queue().size(), 3U);
  EXPECT_THAT(world.choruses, IsEmpty());
}

}  // namespace
}  // namespace pilotlight::election
