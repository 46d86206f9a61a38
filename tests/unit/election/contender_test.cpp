// How masters come to lead: first start, the queue, a leader that dies, stands still or loses its session.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "unit/election/contender_world.hpp"

namespace pilotlight::election {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

template <typename What>
std::vector<What> requests_of(const Process& process) {
  std::vector<What> found;
  for (const auto& request : process.asked)
    if (const auto* what = std::get_if<What>(&request)) found.push_back(*what);
  return found;
}

TEST(Contender, OneMasterLeadsAtOnceWithItselfAsVoter) {
  ContenderWorld world;
  auto& a = world.start("a");
  EXPECT_LT(world.run_until([&] { return a.leads(); }), 50ms);
  const auto record = world.record();
  EXPECT_EQ(record.epoch, Epoch(1));
  EXPECT_EQ(record.leader, a.member);
  EXPECT_EQ(record.cause, "start");
  EXPECT_EQ(record.voters, std::vector{a.member});
  EXPECT_THAT(world.queue(), ElementsAre(record.node));
  ASSERT_EQ(a.won.size(), 1U);
  EXPECT_FALSE(a.won[0].previous.known());
  EXPECT_TRUE(a.contender->may_speak(world.now()));
}

TEST(Contender, OfThreeTheFirstLeadsAndTheOthersBecomeVoters) {
  ContenderWorld world;
  world.settle("abc");
  EXPECT_THAT(world.leaders(), ElementsAre("a"));
  EXPECT_EQ(world.record().epoch, Epoch(1));
  EXPECT_EQ(world.queue().size(), 3U);
  EXPECT_THAT(world["b"].won, IsEmpty());
  EXPECT_TRUE(world["b"].contender->somebody_leads());
  world.run(30s);
  EXPECT_THAT(world.leaders(), ElementsAre("a")) << "and nothing happens any more";
  EXPECT_EQ(world.record().epoch, Epoch(1));
}

TEST(Contender, ThreeThatStartTogetherElectOne) {
  ContenderWorld world;
  for (const char* name : {"a", "b", "c"}) world.start(name);
  world.run(3s);
  ASSERT_EQ(world.leaders().size(), 1U);
  const auto record = world.record();
  EXPECT_EQ(record.node, world.queue().front());
  EXPECT_EQ(record.voters.size(), 3U);
  EXPECT_THAT(world.choruses, IsEmpty());
}

TEST(Contender, EachWatchesOnlyItsPredecessor) {
  ContenderWorld world;
  world.settle("abc");
  const auto queue = world.queue();
  const auto watched = [&](const std::string& name) {
    std::string last;
    for (const auto& exists : requests_of<zk::Exists>(world[name]))
      if (exists.watch) last = exists.path.substr(exists.path.rfind('/') + 1);
    for (const auto& children : requests_of<zk::Children>(world[name])) EXPECT_FALSE(children.watch);
    return last;
  };
  EXPECT_EQ(watched("a"), "");
  EXPECT_EQ(watched("b"), queue[0]);
  EXPECT_EQ(watched("c"), queue[1]);
}

TEST(Contender, ADeadLeaderIsDeposedByPromisesAndItsNodeGoesWithTheClaim) {
  ContenderWorld world;
  world.settle("abc");
  const auto dead_node = world.record().node;
  const auto fence = world.by_hand(zk::Get{"/spark/pilotlight/epoch", false}).stat.version;
  world["b"].asked.clear();
  world.kill("a");
  EXPECT_LT(world.run_until([&] { return world["b"].leads(); }), 20ms) << "long before its session ends";
  const auto claims = requests_of<zk::Multi>(world["b"]);
  ASSERT_GE(claims.size(), 1U);
  const auto& operations = claims[0].operations;
  ASSERT_EQ(operations.size(), 3U);
  EXPECT_EQ(std::get<zk::Check>(operations[0]).path, "/spark/leader_election/" + world.record().node);
  EXPECT_EQ(std::get<zk::Set>(operations[1]).version, fence);
  EXPECT_EQ(std::get<zk::Delete>(operations[2]).path, "/spark/leader_election/" + dead_node);
  EXPECT_EQ(world["b"].won[0].record.cause, "connection");
  EXPECT_EQ(world["b"].won[0].previous, world["a"].member);
  EXPECT_EQ(world.record().epoch, Epoch(2));
  world.run(1s);
  EXPECT_EQ(world.queue().size(), 2U);
  EXPECT_TRUE(world["b"].contender->may_speak(world.now()));
  EXPECT_THAT(world["c"].won, IsEmpty());
}

TEST(Contender, AFrozenLeaderIsDeposedAfterItsSilenceAndQueuesAgain) {
  ContenderWorld world;
  world.settle("abc");
  world.freeze("a");
  const auto took = world.run_until([&] { return world["b"].leads(); });
  EXPECT_GE(took, 400ms);
  EXPECT_LT(took, 700ms);
  EXPECT_EQ(world["b"].won[0].record.cause, "heartbeat");
  world.run(1s);
  world.thaw("a");
  world.run_until([&] { return !world["a"].lost.empty(); });
  world.run_until([&] { return world.queue().size() == 3 && world.record().voters.size() == 3; });
  EXPECT_THAT(world.leaders(), ElementsAre("b"));
  EXPECT_EQ(world.record().epoch, Epoch(2));
  EXPECT_THAT(world.choruses, IsEmpty());
}

TEST(Contender, AStandbyThatIsCutOffAloneDeposesNobody) {
  ContenderWorld world;
  world.settle("abc");
  world.cut("a", "c");
  world.run(5s);
  EXPECT_THAT(world.leaders(), ElementsAre("a"));
  EXPECT_EQ(world.record().epoch, Epoch(1));
  EXPECT_TRUE(world["a"].contender->may_speak(world.now()));
}

TEST(Contender, ALeaderCutOffFromBothFallsSilentBeforeItsSuccessorSpeaks) {
  ContenderWorld world;
  world.settle("abc");
  world.cut("a", "b");
  world.cut("a", "c");
  world.run_until([&] { return world["b"].leads() && world["b"].contender->may_speak(world.now()); });
  world.run(3s);
  EXPECT_THAT(world.leaders(), ElementsAre("b"));
  EXPECT_THAT(world.choruses, IsEmpty());
}

TEST(Contender, OfTwoTheOtherTakesOverWhenTheProcessIsDead) {
  ContenderWorld world;
  world.settle("ab");
  world.kill("a");
  const auto took = world.run_until([&] { return world["b"].leads(); });
  EXPECT_LT(took, 20ms);
  EXPECT_STREQ(world["b"].contender->obstacle(world.now()), "its predecessor may still be speaking");
  world.run(Timing{}.lone_wait - 10ms);
  EXPECT_FALSE(world["b"].contender->may_speak(world.now()));
  world.run(10ms);
  EXPECT_TRUE(world["b"].contender->may_speak(world.now()));
}

TEST(Contender, OfTwoSilenceDeposesNobodyUntilTheSessionEnds) {
  ContenderWorld world;
  world.settle("ab");
  world.freeze("a");
  world.run(4s);
  EXPECT_THAT(world["b"].won, IsEmpty());
  world.run_until([&] { return world["b"].leads(); });
  EXPECT_EQ(world["b"].won[0].record.cause, "session");
  world.thaw("a");
  world.run(2s);
  EXPECT_THAT(world.leaders(), ElementsAre("b"));
  EXPECT_THAT(world.choruses, IsEmpty());
}

TEST(Contender, TwoThatAreCutOffFromEachOtherHaveOneWhoSpeaks) {
  ContenderWorld world;
  world.settle("ab");
  world.cut("a", "b", true);
  world.run(2s);
  EXPECT_THAT(world.leaders(), ElementsAre("a"));
  EXPECT_TRUE(world["a"].contender->may_speak(world.now())) << "upon reads of the epoch";
  EXPECT_THAT(world.choruses, IsEmpty());
}

TEST(Contender, OfFiveThreePromisesAreNeeded) {
  ContenderWorld world;
  world.settle("abcde");
  world.cut("a", "d");
  world.cut("a", "e");
  world.run(2s);
  EXPECT_THAT(world.leaders(), ElementsAre("a"));
  world.cut("a", "c");
  world.run_until([&] { return world["b"].leads(); });
  world.run(2s);
  EXPECT_EQ(world.leaders(), std::vector<std::string>{"b"});
  EXPECT_THAT(world.choruses, IsEmpty());
}

TEST(Contender, AMasterThatIsStartedAgainTakesItsOwnPlaceBackAtOnce) {
  ContenderWorld world;
  world.settle("a");
  world.kill("a");
  auto& again = world.start("z", "a");
  EXPECT_LT(world.run_until([&] { return again.leads(); }), 100ms) << "it listens where the old one did";
  EXPECT_EQ(world.record().epoch, Epoch(2));
  EXPECT_EQ(world.queue().size(), 1U);
}

TEST(Contender, LeadersFrozenOneAfterTheOther_EachIsDeposedInTimeAndVotesAgainSoon) {
  ContenderWorld world;
  world.settle("abc");
  for (int round = 0; round < 12; ++round) {
    ASSERT_EQ(world.leaders().size(), 1U);
    const auto old = world.leaders().front();
    world.freeze(old);
    const auto another_leads = [&] {  // the frozen one takes itself for the leader still
      return std::ranges::any_of(world.leaders(), [&](const std::string& name) { return name != old; });
    };
    EXPECT_LT(world.run_until(another_leads), 700ms) << old << " in round " << round;
    world.thaw(old);
    EXPECT_LT(world.run_until([&] { return world.queue().size() == 3 && world.record().voters.size() == 3; }), 500ms)
        << old << " after round " << round;
    EXPECT_EQ(world.queue().back(), world[old].contender->own_node()) << "it stands behind the others";
  }
  EXPECT_THAT(world.choruses, IsEmpty());
}

}  // namespace
}  // namespace pilotlight::election
