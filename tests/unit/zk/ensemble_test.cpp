// Each rule of the ensemble in memory: sessions, servers, watches, faults.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "zk/faults.hpp"
#include "zk/memory_ensemble.hpp"

namespace pilotlight::zk {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Instant zero{};

class EnsembleTest : public testing::Test {
 protected:
  explicit EnsembleTest(std::size_t servers = 3) : ensemble_({.servers = servers, .tick = 1s}, zero) {}

  ClientId connected_to(ServerIndex server, Duration timeout = 4s) {
    const auto client = ensemble_.add_client(timeout);
    EXPECT_EQ(ensemble_.connect(client, server), Connected::yes);
    ensemble_.take_events(client);
    return client;
  }
  RequestId submit(ClientId client, Request request, Fault fault = Fault::none) {
    const RequestId id(++last_);
    ensemble_.submit(client, id, request, fault);
    return id;
  }
  /// Submits, and takes events up to the answer; the ones before it are kept in `before_`.
  Answered ask(ClientId client, Request request) {
    const auto id = submit(client, std::move(request));
    while (auto event = ensemble_.take_event(client)) {
      auto* answered = std::get_if<Answered>(&*event);
      if (answered != nullptr && answered->request == id) return *answered;
      before_.push_back(std::move(*event));
    }
    ADD_FAILURE() << "no answer";
    return {};
  }
  /// "suspended", "fired /a", "answered ok" …
  std::vector<std::string> told(ClientId client) {
    std::vector<std::string> words;
    for (const auto& event : ensemble_.take_events(client)) {
      if (const auto* answered = std::get_if<Answered>(&event)) {
        words.push_back("answered " + std::string(to_string(answered->code)));
      } else if (const auto* fired = std::get_if<WatchFired>(&event)) {
        words.push_back("fired " + fired->path);
      } else {
        words.emplace_back(to_string(std::get<SessionChanged>(event).state));
      }
    }
    return words;
  }

  MemoryEnsemble ensemble_;
  std::vector<Event> before_;
  std::uint64_t last_ = 0;
};

TEST_F(EnsembleTest, BeginsASessionWithTheGrantedTimeout) {
  const auto client = ensemble_.add_client(1s);
  ASSERT_EQ(ensemble_.connect(client, 1), Connected::yes);
  const auto events = ensemble_.take_events(client);
  ASSERT_EQ(events.size(), 1U);
  const auto& changed = std::get<SessionChanged>(events[0]);
  EXPECT_EQ(changed.state, SessionState::connected);
  EXPECT_EQ(changed.timeout, 2s);  // two ticks at least
  EXPECT_EQ(changed.session, ensemble_.session_of(client));
  EXPECT_NE(changed.session, 0);
}

TEST_F(EnsembleTest, SessionsEndAtTheTickAfterTheirTimeout) {
  const auto owner = connected_to(0);
  const auto other = connected_to(1, 20s);
  ask(owner, Create{"/e", "", true});
  ensemble_.advance(zero + 1500ms);
  ensemble_.touch(owner);
  EXPECT_EQ(ensemble_.next_expiry(), zero + 6s);
  ensemble_.advance(zero + 5999ms);
  EXPECT_EQ(ask(other, Exists{"/e", true}).code, Code::ok);
  ensemble_.advance(zero + 6s);
  EXPECT_THAT(told(other), ElementsAre("fired /e"));
  EXPECT_EQ(ask(other, Exists{"/e"}).code, Code::no_node);
  // The owner hears of it only when it connects again.
  EXPECT_THAT(told(owner), ElementsAre("suspended"));
  EXPECT_EQ(ensemble_.connect(owner, 2), Connected::expired);
  EXPECT_THAT(told(owner), ElementsAre("expired", "connecting"));
  EXPECT_EQ(ensemble_.connect(owner, 2), Connected::yes);
  EXPECT_THAT(told(owner), ElementsAre("connected"));
}

TEST_F(EnsembleTest, ASessionMovesBetweenServers) {
  const auto client = connected_to(0);
  const auto session = ensemble_.session_of(client);
  ask(client, Create{"/e", "", true});
  ensemble_.crash(0);  // the leader: everybody is thrown out
  EXPECT_THAT(told(client), ElementsAre("suspended"));
  EXPECT_EQ(ensemble_.connect(client, 1), Connected::refused);
  ASSERT_TRUE(ensemble_.elect());
  ASSERT_EQ(ensemble_.connect(client, 1), Connected::yes);
  EXPECT_EQ(ensemble_.session_of(client), session);
  EXPECT_EQ(ask(client, Exists{"/e"}).stat.ephemeral_owner, session);
}

TEST_F(EnsembleTest, AFollowersCrashBreaksItsOwnConnectionsOnly) {
  const auto near = connected_to(1);
  const auto far = connected_to(2);
  ensemble_.crash(1);
  EXPECT_FALSE(ensemble_.connected(near));
  EXPECT_TRUE(ensemble_.connected(far));
  ensemble_.restart(1);
  EXPECT_EQ(ensemble_.connect(near, 1), Connected::yes);
}

TEST_F(EnsembleTest, WithoutAMajorityNothingIsAnsweredAndNothingExpires) {
  const auto client = connected_to(0);
  ask(client, Create{"/e", "", true});
  ensemble_.crash(1);
  ensemble_.crash(2);
  EXPECT_THAT(told(client), ElementsAre("suspended"));
  submit(client, Get{"/e"});
  EXPECT_THAT(told(client), ElementsAre("answered connection loss"));
  ensemble_.advance(zero + 60s);
  EXPECT_EQ(ensemble_.next_expiry(), std::nullopt);
  EXPECT_FALSE(ensemble_.elect());
  ensemble_.restart(2);
  ASSERT_TRUE(ensemble_.elect());
  // Its time starts anew with the new leader.
  EXPECT_EQ(ensemble_.next_expiry(), zero + 65s);
  EXPECT_EQ(ensemble_.connect(client, 2), Connected::yes);
  EXPECT_EQ(ask(client, Exists{"/e"}).code, Code::ok);
}

TEST_F(EnsembleTest, ALaggingFollowerShowsTheOldStateUntilItCatchesUp) {
  const auto reader = connected_to(1);
  const auto writer = connected_to(0);
  ask(writer, Create{"/a", "1"});
  ensemble_.set_lagging(1, true);
  ask(writer, Set{"/a", "2"});
  ask(writer, Set{"/a", "3"});
  EXPECT_EQ(ask(reader, Get{"/a", true}).data, "1");
  ensemble_.catch_up(1, 1);
  EXPECT_THAT(told(reader), ElementsAre("fired /a"));
  EXPECT_EQ(ask(reader, Get{"/a"}).data, "2");
  EXPECT_EQ(ask(reader, Sync{"/a"}).code, Code::ok);
  EXPECT_EQ(ask(reader, Get{"/a"}).data, "3");
}

TEST_F(EnsembleTest, AFollowersOwnWritesMakeItCatchUp) {
  const auto reader = connected_to(1);
  const auto writer = connected_to(0);
  ensemble_.set_lagging(1, true);
  ask(writer, Create{"/a", "1"});
  EXPECT_EQ(ask(reader, Exists{"/a"}).code, Code::no_node);
  // Even one that fails: its answer comes in the log's order.
  EXPECT_EQ(ask(reader, Create{"/a", ""}).code, Code::node_exists);
  EXPECT_EQ(ask(reader, Exists{"/a"}).code, Code::ok);
}

TEST_F(EnsembleTest, AServerBehindTheClientRefusesIt) {
  const auto client = connected_to(0);
  ensemble_.set_lagging(1, true);
  ask(client, Create{"/a", ""});
  EXPECT_EQ(ensemble_.connect(client, 1), Connected::refused);
  ensemble_.catch_up(1);
  EXPECT_EQ(ensemble_.connect(client, 1), Connected::yes);
}

TEST_F(EnsembleTest, NothingThatWasAnsweredIsLostWithTheLeader) {
  const auto client = connected_to(0);
  ensemble_.set_lagging(1, true);
  ensemble_.crash(2);
  ask(client, Create{"/a", "kept"});
  ensemble_.crash(0);
  ensemble_.restart(2);
  ASSERT_TRUE(ensemble_.elect());
  EXPECT_EQ(ensemble_.leader(), 1U);
  ASSERT_EQ(ensemble_.connect(client, 2), Connected::yes);
  EXPECT_EQ(ask(client, Get{"/a"}).data, "kept");
}

TEST_F(EnsembleTest, WatchesFireOnce) {
  const auto client = connected_to(0);
  ask(client, Exists{"/a", true});
  ask(client, Create{"/a", ""});
  ASSERT_EQ(before_.size(), 1U);  // before the answer to the write itself
  EXPECT_EQ(std::get<WatchFired>(before_[0]).path, "/a");
  ask(client, Set{"/a", "1"});
  EXPECT_EQ(before_.size(), 1U);
}

TEST_F(EnsembleTest, DataAndChildWatchesHearOfDifferentThings) {
  const auto client = connected_to(1);
  const auto other = connected_to(2);
  ask(client, Create{"/a", ""});
  ask(client, Get{"/a", true});
  ask(client, Children{"/a", true});
  ask(other, Create{"/a/b", ""});
  EXPECT_THAT(told(client), ElementsAre("fired /a"));
  ask(client, Children{"/a", true});
  ask(other, Delete{"/a/b"});
  EXPECT_THAT(told(client), ElementsAre("fired /a"));
  ask(client, Children{"/a", true});
  ask(other, Delete{"/a"});  // spends both, tells once
  EXPECT_THAT(told(client), ElementsAre("fired /a"));
}

TEST_F(EnsembleTest, AGetOfAMissingNodeSetsNoWatch) {
  const auto client = connected_to(0);
  EXPECT_EQ(ask(client, Get{"/a", true}).code, Code::no_node);
  EXPECT_EQ(ask(client, Children{"/a", true}).code, Code::no_node);
  ask(client, Create{"/a", ""});
  EXPECT_THAT(before_, IsEmpty());
}

TEST_F(EnsembleTest, WatchesAreArmedAgainAndFireForWhatWasMissed) {
  const auto client = connected_to(1);
  const auto other = connected_to(0);
  for (const auto* path : {"/same", "/changed", "/gone", "/parent"}) ask(other, Create{path, ""});
  ensemble_.disconnect(client);
  ensemble_.connect(client, 1);
  for (const auto* path : {"/same", "/changed", "/gone", "/new"}) ask(client, Exists{path, true});
  ask(client, Children{"/parent", true});
  ensemble_.disconnect(client);
  ask(other, Set{"/changed", "1"});
  ask(other, Delete{"/gone"});
  ask(other, Create{"/new", ""});
  ask(other, Create{"/parent/child", ""});
  EXPECT_THAT(told(client), ElementsAre("suspended"));
  ensemble_.connect(client, 2);
  EXPECT_THAT(told(client), testing::UnorderedElementsAre("connected", "fired /changed", "fired /gone", "fired /new",
                                                          "fired /parent"));
  ask(other, Set{"/same", "1"});
  EXPECT_THAT(told(client), ElementsAre("fired /same"));
}

TEST_F(EnsembleTest, AWatchThatWasOnTheWireIsNotLost) {
  const auto client = connected_to(1);
  const auto other = connected_to(0);
  ask(client, Exists{"/a", true});
  ask(other, Create{"/a", ""});
  ensemble_.disconnect(client);
  EXPECT_THAT(told(client), ElementsAre("suspended"));
  ensemble_.connect(client, 1);
  EXPECT_THAT(told(client), ElementsAre("connected", "fired /a"));
}

TEST_F(EnsembleTest, WatchesEndWithTheirSession) {
  const auto client = connected_to(1);
  const auto other = connected_to(0, 20s);
  ask(client, Exists{"/a", true});
  ensemble_.disconnect(client);
  ensemble_.advance(zero + 10s);
  ASSERT_EQ(ensemble_.connect(client, 1), Connected::expired);
  ASSERT_EQ(ensemble_.connect(client, 1), Connected::yes);
  ensemble_.take_events(client);
  ask(other, Create{"/a", ""});
  EXPECT_THAT(told(client), IsEmpty());
}

TEST_F(EnsembleTest, AnAnswerOnTheWireIsLostWithTheConnection) {
  const auto client = connected_to(0);
  submit(client, Create{"/a", ""});
  ensemble_.disconnect(client);
  EXPECT_THAT(told(client), ElementsAre("answered connection loss", "suspended"));
  ensemble_.connect(client, 0);
  ensemble_.take_events(client);
  EXPECT_EQ(ask(client, Exists{"/a"}).code, Code::ok);
}

TEST_F(EnsembleTest, FaultsBreakTheConnectionBeforeOrAfterTheOperation) {
  const auto client = connected_to(0);
  submit(client, Create{"/before", ""}, Fault::before);
  EXPECT_THAT(told(client), ElementsAre("answered connection loss", "suspended"));
  ensemble_.connect(client, 0);
  submit(client, Create{"/after", ""}, Fault::after);
  EXPECT_THAT(told(client), ElementsAre("connected", "answered connection loss", "suspended"));
  ensemble_.connect(client, 0);
  ensemble_.take_events(client);
  EXPECT_EQ(ask(client, Exists{"/before"}).code, Code::no_node);
  EXPECT_EQ(ask(client, Exists{"/after"}).code, Code::ok);
}

TEST_F(EnsembleTest, ClosingEndsTheSessionAtOnce) {
  const auto owner = connected_to(0);
  const auto other = connected_to(1);
  ask(owner, Create{"/e", "", true});
  ask(other, Exists{"/e", true});
  ensemble_.close(owner);
  EXPECT_THAT(told(other), ElementsAre("fired /e"));
  EXPECT_THAT(told(owner), IsEmpty());
  EXPECT_EQ(ensemble_.connect(owner, 0), Connected::yes);
}

TEST_F(EnsembleTest, ADeadClientsSessionLivesOnForItsTime) {
  const auto owner = connected_to(0);
  const auto other = connected_to(1, 20s);
  ask(owner, Create{"/e", "", true});
  ensemble_.remove_client(owner);
  EXPECT_EQ(ask(other, Exists{"/e"}).code, Code::ok);
  ensemble_.advance(zero + 5s);
  EXPECT_EQ(ask(other, Exists{"/e"}).code, Code::no_node);
}

TEST_F(EnsembleTest, BadRequestsAreAnsweredNotCarriedOut) {
  const auto client = connected_to(0);
  EXPECT_EQ(ask(client, Create{"/a", std::string(largest_operation, 'x')}).code, Code::too_large);
  const auto answered = ask(client, Multi{{Create{"/a", ""}, Delete{"/a/"}}});
  EXPECT_EQ(answered.code, Code::failed);
  EXPECT_EQ(answered.text, "\"/a/\" is not a path");
  EXPECT_EQ(ask(client, Exists{"/a"}).code, Code::no_node);
}

TEST_F(EnsembleTest, ALogIsForgottenWhenAllHaveIt) {
  const auto client = connected_to(0);
  ensemble_.crash(2);
  for (int i = 0; i < 10; ++i) ask(client, Create{"/n", "", false, true});
  ensemble_.restart(2);
  EXPECT_EQ(ensemble_.tree(2).find("/")->children.size(), 10U);
  for (int i = 0; i < 10; ++i) ask(client, Create{"/n", "", false, true});
  EXPECT_EQ(ensemble_.tree(2).find("/")->children.size(), 20U);
}

TEST(FaultsTest, ComeFromTheSeed) {
  Faults one(7, 0.25, 0.25);
  Faults same(7, 0.25, 0.25);
  int counts[3] = {};
  for (int i = 0; i < 4000; ++i) {
    const auto fault = one.next();
    EXPECT_EQ(fault, same.next());
    ++counts[static_cast<int>(fault)];
  }
  EXPECT_NEAR(counts[static_cast<int>(Fault::before)], 1000, 150);
  EXPECT_NEAR(counts[static_cast<int>(Fault::after)], 1000, 150);
}

}  // namespace
}  // namespace pilotlight::zk
