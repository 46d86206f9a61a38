// The known ways in which elections on ZooKeeper go wrong, each by the name under which it was reported.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/election/contender_world.hpp"
#include "unit/election/samples.hpp"

namespace pilotlight::election {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using zk::Code;
using zk::Fault;

void drop(ContenderWorld& world, const std::string& name) {
  world[name].online = false;
  world.ensemble.disconnect(world[name].client);
}

// CURATOR-696: after an outage the latch reads its old node, believes in it, and then the session's end deletes it.
TEST(KnownWays, Curator696TwoLeadersAfterAnOutageLongerThanTheSession) {
  ContenderWorld world({.servers = 3, .tick = 1s});
  world.settle("ab");
  for (const zk::ServerIndex server : {1U, 2U}) world.ensemble.crash(server);
  world.run(10s);
  EXPECT_FALSE(world["a"].contender->may_speak(world.now()));
  world["a"].online = false;
  for (const zk::ServerIndex server : {1U, 2U}) world.ensemble.restart(server);
  world.ensemble.elect();
  world.run(500ms);
  EXPECT_EQ(world.queue().size(), 2U) << "the ensemble knows nothing of the time in between";
  world["a"].online = true;
  world.run(20s);
  EXPECT_EQ(world.leaders().size(), 1U);
  EXPECT_EQ(world.queue().size(), 2U);
  EXPECT_EQ(world.record().node, world.queue()[world.leaders()[0] == "a" && world.queue()[0] != world.record().node]);
  EXPECT_THAT(world.choruses, IsEmpty());
}

// CURATOR-696 once more: this time the session ends while the old leader is still away.
TEST(KnownWays, Curator696TheOldNodeGoesWhileItsOwnerIsAway) {
  ContenderWorld world;
  world.settle("ab");
  drop(world, "a");
  world.run_until([&] { return world["b"].leads(); });
  world["a"].online = true;
  world.run(10s);
  EXPECT_THAT(world.leaders(), ElementsAre("b"));
  EXPECT_EQ(world.record().node, world.queue()[0]);
  EXPECT_THAT(world.choruses, IsEmpty());
}

// CURATOR-504, CURATOR-644: a create of before and the one after the reconnection race each other.
TEST(KnownWays, Curator644ReconnectingWhileACreateIsUnderWay) {
  ContenderWorld world;
  world.settle("a");
  int creates = 0;
  world.faults = [&](Process& from, const zk::Request& request) {
    const auto* create = std::get_if<zk::Create>(&request);
    if (create == nullptr || !create->sequential || &from == &world["a"]) return Fault::none;
    return ++creates % 3 == 0 ? Fault::none : creates % 3 == 1 ? Fault::after : Fault::before;
  };
  world.start("b");
  world.run_until([&] { return world["b"].contender->in_queue(); });
  drop(world, "b");
  world.run(8s);
  world["b"].online = true;
  world.run(3s);
  EXPECT_TRUE(world["b"].contender->in_queue());
  EXPECT_EQ(world.queue().size(), 2U) << "one node for each master";
  world.kill("a");
  world.run_until([&] { return world["b"].leads(); });
}

// CURATOR-645: two latches that lost their nodes make each other look for ever.
TEST(KnownWays, Curator645TwoThatLostTheirNodesComeToRest) {
  ContenderWorld world;
  world.settle("ab");
  for (int times = 0; times < 5; ++times) {
    for (const auto& node : world.queue()) world.by_hand(zk::Delete{"/spark/leader_election/" + node, zk::any_version});
    world.run(3s);
    EXPECT_EQ(world.leaders().size(), 1U);
    EXPECT_EQ(world.queue().size(), 2U);
  }
  const auto asked = world["a"].asked.size() + world["b"].asked.size();
  world.run(10s);
  EXPECT_LT(world["a"].asked.size() + world["b"].asked.size() - asked, 200U) << "a look a second, no livelock";
}

/// A contender that is fed by hand.
class HandFed : public testing::Test {
 protected:
  void feed(zk::Answered answer, zk::RequestId to) {
    answer.request = to;
    contender_.on_zk(now_, answer);
    take();
  }
  void connected(std::int64_t session) {
    contender_.on_zk(now_, zk::SessionChanged{zk::SessionState::connected, session, 6s, {}});
    take();
  }
  void take() {
    for (auto& output : contender_.take_outputs())
      if (auto* ask = std::get_if<SubmitZk>(&output)) open_.push_back(std::move(*ask));
  }
  /// Answers all that is open as a ZooKeeper would in which the queue holds `node` of `owner`.
  bool answer_all(const std::string& node, std::int64_t owner) {
    bool claimed = false;
    for (auto& ask : std::exchange(open_, {})) {
      zk::Answered answer;
      if (std::holds_alternative<zk::Multi>(ask.request)) claimed = true;
      if (const auto* create = std::get_if<zk::Create>(&ask.request); create != nullptr && create->sequential) {
        created_ = create->path.substr(create->path.rfind('/') + 1) + "0000000001";
        answer.code = Code::connection_loss;
      }
      if (const auto* get = std::get_if<zk::Get>(&ask.request))
        answer.data = get->path.ends_with("/epoch") ? to_json(EpochRecord{}) : to_json(sample_member("a"));
      if (std::holds_alternative<zk::Children>(ask.request) && !node.empty()) answer.children = {node};
      answer.stat.ephemeral_owner = owner;
      feed(answer, ask.id);
    }
    return claimed;
  }

  Instant now_{1000s};
  std::uint64_t last_id_ = 0;
  Contender contender_{ContenderSettings{}, sample_member("a"), [this] { return zk::RequestId(++last_id_); }};
  std::vector<SubmitZk> open_;
  std::string created_;
};

// CURATOR-498: a protected create finds the node that a closing session of the same client has left, and takes it.
TEST_F(HandFed, Curator498ANodeOfAnOldSessionIsNotAdopted) {
  connected(1);
  for (int rounds = 0; rounds < 5 && created_.empty(); ++rounds) answer_all({}, 0);
  ASSERT_FALSE(created_.empty());
  // Another session, and the client never said that the first one had ended; its node is still there.
  connected(2);
  for (int rounds = 0; rounds < 5; ++rounds) EXPECT_FALSE(answer_all(created_, 1)) << "a claim upon another's node";
  EXPECT_EQ(contender_.role(), Role::standby);
}

TEST_F(HandFed, OfTheSameSessionItIsAdopted) {
  connected(1);
  for (int rounds = 0; rounds < 5 && created_.empty(); ++rounds) answer_all({}, 0);
  connected(1);
  bool claimed = false;
  for (int rounds = 0; rounds < 5; ++rounds) claimed |= answer_all(created_, 1);
  EXPECT_TRUE(claimed);
}

// CURATOR-460: a timer that starts when the client notices the broken connection ends after the server's own.
TEST(KnownWays, Curator460ASuspendedLeaderIsSilentBeforeItsSessionCanEnd) {
  ContenderWorld world;
  world.settle("ab");
  drop(world, "a");
  // The session lasts 6 s from the last answer on: 6 s * 0.98 - 100 ms, and it was at most a second old.
  EXPECT_LT(world.run_until([&] { return !world["a"].contender->may_speak(world.now()); }), 5780ms);
  EXPECT_THAT(world.leaders(), ElementsAre("a")) << "it may not speak, yet nobody else leads";
  world.run_until([&] { return world["b"].leads(); });
  world.run(2s);
  EXPECT_THAT(world.choruses, IsEmpty());
}

// CURATOR-3: the node appears after the latch was closed.
TEST(KnownWays, Curator3NoNodeIsLeftByACreateThatEndsAfterLeaving) {
  ContenderWorld world;
  auto& a = world.start("a");
  world.faults = [&](Process&, const zk::Request& request) {
    const auto* create = std::get_if<zk::Create>(&request);
    if (create != nullptr && create->sequential) a.contender->leave(world.now());
    return Fault::none;
  };
  world.run(3s);
  EXPECT_THAT(world.queue(), IsEmpty());
  EXPECT_FALSE(a.contender->in_queue());
}

// A watch armed through a follower that lags is spent on the creation; the deletion is never seen.
TEST(KnownWays, AWatchThroughALaggingFollowerIsArmedAgain) {
  ContenderWorld world({.servers = 3, .tick = 1s});
  const auto jvm = world.stranger("_c_4cb3d5a2-0000-4000-8000-000000000000-latch-");
  auto& a = world.start("a");
  a.server = 2;
  world.ensemble.set_lagging(2, true);
  world.run(2s);
  ASSERT_TRUE(a.contender->in_queue());
  world.remove_stranger();
  world.run_until([&] { return a.leads(); });
  EXPECT_EQ(world.queue().size(), 1U);
}

// Spark's own master ends its process when it loses leadership; here it is a transition.
TEST(KnownWays, SparkRevokedLeadershipIsNoEnd) {
  ContenderWorld world;
  world.settle("ab");
  for (int times = 0; times < 3; ++times) {
    const auto leader = world.leaders().at(0);
    drop(world, leader);
    world.run_until([&] { return !world.leaders().empty() && world.leaders()[0] != leader; });
    world[leader].online = true;
    world.run(3s);
    EXPECT_TRUE(world[leader].contender->in_queue());
  }
  EXPECT_EQ(world.leaders().size(), 1U);
  EXPECT_THAT(world.choruses, IsEmpty());
}

}  // namespace
}  // namespace pilotlight::election
