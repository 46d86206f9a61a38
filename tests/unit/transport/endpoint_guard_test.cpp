// A leader's words leave only while it may speak: held, offered again, dropped, over real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <deque>

#include "support.hpp"
#include "transport/frame.hpp"
#include "transport/rpc_message.hpp"

namespace pilotlight::transport {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string envelope = encode_envelope(deploy::Address{"w", 1}, deploy::Address{"m", 2}, "Master");

/// A station whose right to speak the test holds in its hand, and a worker that has said hello.
struct Leader {
  boost::asio::io_context io;
  Station station;
  RawPeer worker;
  ConnectionId connection;
  bool may_speak = true;
  int asked = 0;

  explicit Leader(TransportLimits limits = {}, int receive_buffer = 0)
      : station(io, "127.0.0.1", limits), worker(station.address.port, "127.0.0.1", receive_buffer) {
    worker.write(encode_one_way_message(envelope, "hello"));
    run_until(io, [&] { return !station.seen.requests.empty(); });
    connection = station.seen.requests.at(0).connection;
    station.endpoint.set_guard([this] {
      ++asked;
      return may_speak;
    });
  }
  void send(const std::string& text, Guard guard) { station.endpoint.send(connection, nobody, "Worker", text, guard); }
  [[nodiscard]] std::string frame(const std::string& text) const {
    return encode_one_way_message(encode_envelope(station.address, nobody, "Worker"), text);
  }
  bool receives(const std::string& bytes) {
    run_until(io, [&] { return worker.received().size() >= bytes.size(); });
    run_for(io, 20ms);
    return worker.received() == bytes;
  }
};

TEST(EndpointGuard, Frames_WaitInOrderUntilTheRightToSpeakIsBack) {
  Leader leader;
  leader.may_speak = false;
  leader.send("a", Guard::none);
  leader.send("B", Guard::leader);
  leader.send("c", Guard::none);
  leader.station.endpoint.reply(leader.connection, 7, "D", Guard::leader);
  EXPECT_TRUE(leader.receives(leader.frame("a")));
  leader.send("e", Guard::none);
  EXPECT_TRUE(leader.receives(leader.frame("a"))) << "what comes later waits behind what is held";
  leader.may_speak = true;
  leader.station.endpoint.guard_changed();
  EXPECT_TRUE(leader.receives(leader.frame("a") + leader.frame("B") + leader.frame("c") + encode_rpc_response(7, "D") +
                              leader.frame("e")));
  EXPECT_EQ(leader.station.endpoint.counts().unsent_bytes, 0U);
}

TEST(EndpointGuard, IsAskedOnceForTheWriteOfATurnAndNeverForOthers) {
  Leader leader;
  leader.send("a", Guard::none);
  run_for(leader.io, 20ms);
  EXPECT_EQ(leader.asked, 0);
  for (int i = 0; i < 100; ++i) leader.send("B", Guard::leader);
  run_for(leader.io, 20ms);
  EXPECT_EQ(leader.asked, 1);
}

TEST(EndpointGuard, HeldFrames_DoNotKeepTheLoopBusy) {
  Leader leader;
  leader.may_speak = false;
  leader.send("B", Guard::leader);
  run_for(leader.io, 200ms);
  EXPECT_LE(leader.asked, 2);
}

TEST(EndpointGuard, LeadershipLost_DropsGuardedFramesOnly) {
  Leader leader;
  leader.may_speak = false;
  leader.send("B", Guard::leader);
  leader.send("c", Guard::none);
  leader.send("D", Guard::leader);
  run_for(leader.io, 20ms);
  leader.station.endpoint.drop_guarded();
  EXPECT_TRUE(leader.receives(leader.frame("c")));
  EXPECT_EQ(leader.station.endpoint.counts().unsent_bytes, 0U);
}

TEST(EndpointGuard, LeadershipLostWithinATurn_LeavesNothingOfIt) {
  Leader leader;
  leader.send("B", Guard::leader);
  leader.send("c", Guard::none);
  leader.may_speak = false;
  leader.station.endpoint.drop_guarded();
  EXPECT_TRUE(leader.receives(leader.frame("c")));
}

/// A reader that has stopped leaves a frame half written; the rest of it must follow, whatever the guard says.
TEST(EndpointGuard, FrameThatWasBegun_IsFinished) {
  Leader leader({}, 4096);
  const std::string large(3U << 20U, 'x');
  leader.send(large, Guard::leader);
  run_for(leader.io, 50ms);
  const std::size_t waiting = leader.station.endpoint.counts().unsent_bytes;
  ASSERT_GT(waiting, 2U << 20U) << "the kernel must not take what stands behind the check";
  ASSERT_LT(waiting, leader.frame(large).size());
  leader.may_speak = false;
  leader.send("B", Guard::leader);
  leader.send("c", Guard::none);
  EXPECT_TRUE(leader.receives(leader.frame(large)));
  leader.may_speak = true;
  leader.station.endpoint.guard_changed();
  EXPECT_TRUE(leader.receives(leader.frame(large) + leader.frame("B") + leader.frame("c")));
}

TEST(EndpointGuard, WhatThePeerHasNotTaken_IsTakenBackWithItsConnection) {
  Leader leader({}, 4096);
  leader.send(std::string(3U << 20U, 'x'), Guard::leader);
  run_for(leader.io, 50ms);
  leader.may_speak = false;
  leader.station.endpoint.drop_guarded();
  run_until(leader.io, [&] { return !leader.station.seen.closed.empty(); });
  EXPECT_EQ(leader.station.seen.closed.at(0), leader.connection);
  EXPECT_EQ(leader.station.endpoint.counts().unsent_bytes, 0U);
}

TEST(EndpointGuard, WhatIsNoLeadersWord_IsNotTakenBack) {
  Leader leader({}, 4096);
  const std::string large(3U << 20U, 'x');
  leader.send(large, Guard::none);
  run_for(leader.io, 50ms);
  leader.may_speak = false;
  leader.send("B", Guard::leader);
  leader.station.endpoint.drop_guarded();
  EXPECT_TRUE(leader.receives(leader.frame(large)));
}

TEST(EndpointGuard, RightLostBetweenTwoWrites_StopsTheSecond) {
  Leader leader({}, 4096);
  const std::string large(600000, 'x');
  for (int i = 0; i < 5; ++i) leader.send(large, Guard::leader);
  run_for(leader.io, 50ms);
  leader.may_speak = false;
  const std::size_t frame = leader.frame(large).size();
  run_until(leader.io, [&] { return leader.worker.received().size() >= frame; });
  run_for(leader.io, 50ms);
  const std::size_t received = leader.worker.received().size();
  EXPECT_EQ(received % frame, 0U) << "whole frames";
  EXPECT_LT(received, 3 * frame);
}

TEST(EndpointGuard, FramesForAPeerThatIsBeingCalled_AreAskedAboutWhenItAnswers) {
  Leader leader;
  Station other(leader.io);
  leader.may_speak = false;
  leader.station.endpoint.send({}, other.address, "Worker", "B", Guard::leader);
  leader.station.endpoint.send({}, other.address, "Worker", "c", Guard::none);
  run_for(leader.io, 50ms);
  EXPECT_TRUE(other.seen.requests.empty());
  leader.station.endpoint.drop_guarded();
  ASSERT_TRUE(run_until(leader.io, [&] { return other.seen.requests.size() == 1; }));
  EXPECT_EQ(other.seen.requests[0].content, "c");
}

TEST(EndpointGuard, TooMuchThatIsHeld_CutsAndSaysWhy) {
  TransportLimits limits;
  limits.unsent_bytes = 1U << 20U;
  Leader leader(limits);
  leader.may_speak = false;
  leader.send("B", Guard::leader);
  run_for(leader.io, 20ms);
  for (int i = 0; i < 11; ++i) leader.send(std::string(100000, 'x'), Guard::leader);
  ASSERT_TRUE(run_until(leader.io, [&] { return !leader.station.seen.closed.empty(); }));
  EXPECT_THAT(leader.station.seen.notices, ElementsAre(HasSubstr("waits for the leadership to be certain")));
  EXPECT_EQ(leader.worker.received(), "");
}

TEST(EndpointGuard, ClosingAndStopping_DoNotGoRoundIt) {
  for (const bool stop : {false, true}) {
    Leader leader;
    leader.may_speak = false;
    leader.send("a", Guard::none);
    leader.send("B", Guard::leader);
    if (stop)
      leader.station.endpoint.stop();
    else
      leader.station.endpoint.close_connection(leader.connection);
    ASSERT_TRUE(run_until(leader.io, [&] { return leader.worker.ended(); }));
    EXPECT_EQ(leader.worker.received(), leader.frame("a"));
  }
}

}  // namespace
}  // namespace pilotlight::transport
