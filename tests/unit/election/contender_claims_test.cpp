// Claims and changes of the epoch node that go wrong: lost to another, answered by nobody, the record spoilt.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/election/contender_world.hpp"

namespace pilotlight::election {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using zk::Fault;

bool sets_epoch(const zk::Request& request) {
  const auto* multi = std::get_if<zk::Multi>(&request);
  return multi != nullptr && std::any_of(multi->operations.begin(), multi->operations.end(),
                                         [](const auto& one) { return std::holds_alternative<zk::Set>(one); });
}

/// The first write of the epoch by this master goes wrong.
void spoil_next_write(ContenderWorld& world, const std::string& name, Fault fault) {
  world.faults = [&world, name, fault, done = false](Process& from, const zk::Request& request) mutable {
    if (done || &from != &world[name] || !sets_epoch(request)) return Fault::none;
    done = true;
    return fault;
  };
}

TEST(ContenderClaims, AClaimThatWasNotDoneIsMadeAgain) {
  ContenderWorld world;
  world.settle("abc");
  spoil_next_write(world, "b", Fault::before);
  world.kill("a");
  world.run_until([&] { return world["b"].leads(); });
  EXPECT_EQ(world.record().epoch, Epoch(2));
  EXPECT_EQ(world["b"].won.size(), 1U);
  world.run(1s);
  EXPECT_THAT(world.leaders(), ElementsAre("b"));
}

TEST(ContenderClaims, AClaimThatWasDoneUnknownToItIsMadeAnew) {
  ContenderWorld world;
  world.settle("abc");
  spoil_next_write(world, "b", Fault::after);
  world.kill("a");
  world.run_until([&] { return world["b"].leads(); });
  EXPECT_EQ(world.record().epoch, Epoch(3)) << "nothing that is older than the claim it knows of counts";
  EXPECT_EQ(world["b"].won.size(), 1U);
  EXPECT_EQ(world["b"].won[0].record.cause, "connection");
  EXPECT_EQ(world.queue().size(), 2U) << "the dead leader's node went with the first one";
  world.run(1s);
  EXPECT_THAT(world.leaders(), ElementsAre("b"));
}

TEST(ContenderClaims, OfTwoAClaimMadeAnewWaitsAsLongAsTheFirst) {
  ContenderWorld world;
  world.settle("ab");
  spoil_next_write(world, "b", Fault::after);
  world.kill("a");
  world.run_until([&] { return world["b"].leads(); });
  EXPECT_STREQ(world["b"].contender->obstacle(world.now()), "its predecessor may still be speaking");
}

TEST(ContenderClaims, AClaimUponAnOlderVersionIsLost) {
  ContenderWorld world;
  world.settle("abc");
  // Between b's decision and its claim somebody else moves the epoch's version.
  bool moved = false;
  world.faults = [&](Process& from, const zk::Request& request) {
    if (!moved && &from == &world["b"] && sets_epoch(request)) {
      moved = true;
      auto record = world.record();
      record.epoch = Epoch(9);
      record.leader = world["c"].member;
      record.node = world.queue().back();
      world.by_hand(zk::Set{"/spark/pilotlight/epoch", to_json(record), zk::any_version});
    }
    return Fault::none;
  };
  world.kill("a");
  world.run_until([&] { return !world.leaders().empty(); });
  EXPECT_THAT(world.leaders(), ElementsAre("c"));
  EXPECT_THAT(world["b"].won, IsEmpty());
  EXPECT_EQ(world.record().epoch, Epoch(10));
  world.run(1s);
  EXPECT_THAT(world.leaders(), ElementsAre("c"));
}

TEST(ContenderClaims, AClaimNeedsTheOwnNode) {
  ContenderWorld world;
  world.settle("abc");
  world.faults = [&](Process& from, const zk::Request& request) {
    if (&from == &world["b"] && sets_epoch(request) && world["b"].won.empty() && world.queue().size() == 3)
      world.by_hand(zk::Delete{"/spark/leader_election/" + world.queue()[1], zk::any_version});
    return Fault::none;
  };
  world.kill("a");
  world.run_until([&] { return !world.leaders().empty(); });
  EXPECT_THAT(world.leaders(), ElementsAre("c")) << "b stands at the end of the queue now";
  world.run(1s);
  EXPECT_EQ(world.queue().size(), 2U);
  EXPECT_TRUE(world["b"].contender->in_queue());
}

TEST(ContenderClaims, WhoeverIsWrittenOverStepsDown) {
  ContenderWorld world;
  world.settle("ab");
  auto record = world.record();
  record.epoch = Epoch(2);
  record.leader = world["b"].member;
  record.node = world.queue().back();
  world.by_hand(zk::Set{"/spark/pilotlight/epoch", to_json(record), zk::any_version});
  world.run_until([&] { return !world["a"].lost.empty(); });
  EXPECT_EQ(world["a"].lost[0], "spark://host-b:7077 leads in epoch 2");
  world.run(1s);
  EXPECT_THAT(world.leaders(), ElementsAre("b"));
}

TEST(ContenderClaims, AnUnreadableEpochIsWrittenAnewByTheNextLeader) {
  ContenderWorld world;
  world.settle("ab");
  world.by_hand(zk::Set{"/spark/pilotlight/epoch", "{}", zk::any_version});
  world.run_until([&] { return !world["a"].lost.empty(); });
  EXPECT_EQ(world["a"].lost[0], "the epoch was taken from it");
  world.run_until([&] { return !world.leaders().empty(); });
  EXPECT_EQ(world.record().epoch, Epoch(2)) << "epochs go on growing";
  const auto complaints = [](const Process& process) {
    return std::count_if(process.notices.begin(), process.notices.end(),
                         [](const auto& text) { return text.find("cannot be read") != std::string::npos; });
  };
  EXPECT_EQ(complaints(world["a"]), 1);
}

TEST(ContenderClaims, AMasterThatDisappearsIsNoVoterAnyMore) {
  ContenderWorld world;
  world.settle("abc");
  world.kill("c");
  world.run_until([&] { return world.record().voters.size() == 2; });
  world.run(10ms);
  EXPECT_EQ(world["a"].fences.back(), world["a"].contender->fence());
  EXPECT_TRUE(world["a"].contender->may_speak(world.now()));
  world.kill("b");
  world.run_until([&] { return world.record().voters.size() == 1; });
  world.run(10ms);
  EXPECT_TRUE(world["a"].contender->may_speak(world.now()));
  EXPECT_THAT(world["a"].lost, IsEmpty());
}

TEST(ContenderClaims, VotersThatCannotBeReachedStayVoters) {
  ContenderWorld world;
  world.settle("abc");
  world.cut("a", "c", true);
  world.run(5s);
  EXPECT_EQ(world.record().voters.size(), 3U) << "its session lives: it may promise";
}

TEST(ContenderClaims, WritesAfterAChangeOfTheVotersCheckItsVersion) {
  ContenderWorld world;
  world.settle("abc");
  const auto before = world["a"].contender->fence();
  bool told = false;
  world.faults = [&](Process& from, const zk::Request& request) {
    if (&from == &world["a"] && sets_epoch(request)) told = from.contender->fence() == before + 1;
    return Fault::none;
  };
  world.kill("c");
  world.run_until([&] { return world.record().voters.size() == 2; });
  EXPECT_TRUE(told) << "while it is under way";
  EXPECT_EQ(world["a"].contender->fence(), before + 1);
}

TEST(ContenderClaims, AChangeOfTheVotersWhoseOutcomeIsUnknownIsFoundOut) {
  for (const auto fault : {Fault::before, Fault::after}) {
    ContenderWorld world;
    world.settle("abc");
    const auto fence = world["a"].contender->fence();
    spoil_next_write(world, "a", fault);
    world.kill("c");
    world.run_until([&] { return world.record().voters.size() == 2; });
    world.run(1s);
    EXPECT_THAT(world["a"].lost, IsEmpty());
    EXPECT_THAT(world.leaders(), ElementsAre("a"));
    EXPECT_EQ(world["a"].contender->fence(), fence + 1);
    EXPECT_EQ(world["a"].fences.back(), fence + 1);
    EXPECT_TRUE(world["a"].contender->may_speak(world.now()));
  }
}

TEST(ContenderClaims, AnotherChangeBehindAnUnknownOneIsNoChangeOfOurs) {
  ContenderWorld world;
  world.settle("abc");
  world.faults = [&](Process& from, const zk::Request& request) {
    if (&from != &world["a"] || !sets_epoch(request)) return Fault::none;
    world.faults = nullptr;
    from.online = false;
    return Fault::after;
  };
  world.kill("c");
  world.run_until([&] { return !world["a"].online; });
  auto record = world.record();
  record.epoch = Epoch(2);
  record.leader = world["b"].member;
  record.node = world.queue()[1];
  world.by_hand(zk::Set{"/spark/pilotlight/epoch", to_json(record), zk::any_version});
  world["a"].online = true;
  world.run_until([&] { return !world["a"].lost.empty(); });
  world.run(1s);
  EXPECT_THAT(world.leaders(), ElementsAre("b"));
}

TEST(ContenderClaims, AFenceThatWasLostIsBelievedAtOnce) {
  ContenderWorld world;
  world.settle("ab");
  world["a"].contender->fence_lost(world.now());
  EXPECT_EQ(world["a"].contender->role(), Role::standby);
  EXPECT_FALSE(world["a"].contender->may_speak(world.now()));
  world.run_until([&] { return !world.leaders().empty(); });
}

TEST(ContenderClaims, AWrongPromiseIsVoidOnceItReachesTheLeader) {
  ContenderWorld world;
  world.settle("abc");
  world.freeze("b");
  const auto fence = world["a"].contender->fence();
  world.passes = [](Process&, Process&, const LinkMessage& message) {
    return !std::holds_alternative<Heartbeat>(message);
  };
  world.run(550ms);
  world.passes = nullptr;
  world.run(2500ms);
  EXPECT_GT(world["a"].contender->fence(), fence);
  EXPECT_TRUE(world["a"].contender->may_speak(world.now())) << "c answers again";
  EXPECT_THAT(world.leaders(), ElementsAre("a"));
  EXPECT_THAT(world.choruses, IsEmpty());
}

}  // namespace
}  // namespace pilotlight::election
