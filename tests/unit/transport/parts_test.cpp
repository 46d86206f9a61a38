// The small pure parts: what waits to be sent, and how often a peer may be mentioned.
#include <gtest/gtest.h>

#include <array>

#include "transport/frame.hpp"
#include "transport/notice_limiter.hpp"
#include "transport/send_queue.hpp"
#include "transport/socket_address.hpp"
#include "transport/urgent_connections.hpp"

namespace pilotlight::transport {
namespace {

using namespace std::chrono_literals;
const Instant start = Instant{} + 1h;

TEST(SendQueue, AnyWrites_KeepEveryByteInOrder) {
  for (const std::size_t step : {1U, 7U, 1000U, 100000U}) {
    SendQueue queue;
    std::string all;
    for (int i = 0; i < 200; ++i) {
      const std::string frame(static_cast<std::size_t>(i * 37 % 900), static_cast<char>('a' + i % 26));
      all += frame;
      queue.push(frame);
    }
    queue.push(std::string(40000, 'X'));
    all += std::string(40000, 'X');
    EXPECT_EQ(queue.bytes(), all.size());
    std::string written;
    while (!queue.empty()) {
      std::array<std::string_view, 3> pieces;
      const std::size_t count = queue.gather(pieces).count;
      ASSERT_GT(count, 0U);
      std::size_t taken = 0;
      for (std::size_t i = 0; i < count; ++i) {
        const std::string_view piece = pieces[i].substr(0, step - taken);
        written += piece;
        taken += piece.size();
      }
      queue.consume(taken);
    }
    EXPECT_TRUE(written == all) << "steps of " << step;
  }
}

TEST(SendQueue, SmallFrames_ShareAPiece) {
  SendQueue queue;
  for (int i = 0; i < 100; ++i) queue.push(std::string(100, 'x'));
  std::array<std::string_view, 10> pieces;
  EXPECT_EQ(queue.gather(pieces).count, 1U);
  EXPECT_EQ(pieces[0].size(), 10000U);
}

std::string frame(const std::string& text) { return encode_rpc_response(1, text); }

/// All that may go out now, written in steps; the texts in it.
std::string written(SendQueue& queue, bool may_speak) {
  std::string all;
  for (;;) {
    std::array<std::string_view, 2> pieces;
    const auto gathered = may_speak ? queue.gather(pieces) : queue.gather_unguarded(pieces);
    if (gathered.count == 0) return all;
    for (std::size_t i = 0; i < gathered.count; ++i) {
      all += pieces[i];
      queue.consume(pieces[i].size());
    }
  }
}

TEST(SendQueue, GuardedFrames_HoldBackWhatIsBehindThem) {
  SendQueue queue;
  queue.push(frame("a"));
  queue.push(frame("b"), Guard::leader);
  queue.push(frame("c"), Guard::leader);
  queue.push(frame("d"));
  EXPECT_EQ(written(queue, false), frame("a"));
  EXPECT_EQ(written(queue, false), "");
  queue.push(frame("e"), Guard::leader);
  EXPECT_EQ(written(queue, true), frame("b") + frame("c") + frame("d") + frame("e"));
  EXPECT_TRUE(queue.empty());
}

TEST(SendQueue, BeginOfAQueue_SaysWhetherItIsGuarded) {
  SendQueue queue;
  std::array<std::string_view, 1> one;
  std::array<std::string_view, 2> two;
  queue.push(frame("a"));
  queue.push(frame("b"), Guard::leader);
  EXPECT_FALSE(queue.gather(one).guarded);
  EXPECT_TRUE(queue.gather(two).guarded);
}

TEST(SendQueue, DroppedGuardedFrames_LeaveTheOthersAndTheOneThatWasBegun) {
  const std::string guarded = frame("b") + frame("c") + frame("d");
  for (std::size_t begun = 0; begun <= guarded.size(); ++begun) {
    SendQueue queue;
    for (const char* text : {"b", "c", "d"}) queue.push(frame(text), Guard::leader);
    queue.push(frame("e"));
    queue.push(frame("f"), Guard::leader);
    queue.push(frame("g"));
    queue.consume(begun);
    const std::size_t whole = (begun + frame("b").size() - 1) / frame("b").size() * frame("b").size();
    SendQueue held = queue;
    EXPECT_EQ(written(held, false), guarded.substr(begun, whole - begun) + (whole == guarded.size() ? frame("e") : ""));
    queue.drop_guarded();
    queue.push(frame("h"), Guard::leader);
    const std::string left = guarded.substr(begun, whole - begun) + frame("e") + frame("g");
    EXPECT_EQ(queue.bytes(), left.size() + frame("h").size());
    EXPECT_EQ(written(queue, false), left) << begun << " bytes were written";
    EXPECT_EQ(written(queue, true), frame("h"));
    EXPECT_TRUE(queue.empty());
  }
}

TEST(NoticeLimiter, NoisyHost_IsCutShortAndCounted) {
  NoticeLimiter limiter;
  int admitted = 0;
  for (int i = 0; i < 1000; ++i) admitted += limiter.admit("10.0.0.9", "bad frame", start + i * 1ms) ? 1 : 0;
  EXPECT_EQ(admitted, 3);
  EXPECT_EQ(limiter.admit("10.0.0.8", "other", start + 1s), "other");
  EXPECT_EQ(limiter.admit("10.0.0.9", "again", start + 61s),
            "again (997 more notices about 10.0.0.9 were left out before)");
}

TEST(NoticeLimiter, EndlessHosts_ShareOneAllowance) {
  NoticeLimiter limiter;
  int admitted = 0;
  for (int i = 0; i < 100000; ++i) admitted += limiter.admit("host" + std::to_string(i), "x", start) ? 1 : 0;
  EXPECT_LE(admitted, 1100);
  EXPECT_TRUE(limiter.admit("fresh", "x", start + 2min));
}

TEST(SocketAddress, Numbers_AreTakenWithAndWithoutBrackets) {
  EXPECT_EQ(numeric_address("10.0.0.2", 7077)->to_string(), "10.0.0.2:7077");
  EXPECT_EQ(numeric_address("::1", 7077)->to_string(), "[::1]:7077");
  EXPECT_EQ(numeric_address("[::1]", 7077)->to_string(), "[::1]:7077");
  EXPECT_FALSE(numeric_address("localhost", 7077));
}

TEST(SocketAddress, Localhost_IsIPv4First) {
  const auto found = resolve_host("localhost", 7077);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->front().to_string(), "127.0.0.1:7077");
}

TEST(SocketAddress, UnknownName_IsAnErrorThatNamesIt) {
  const auto found = resolve_host("no-such-host.invalid", 7077);
  ASSERT_FALSE(found.ok());
  EXPECT_TRUE(found.error().message.starts_with("the host name no-such-host.invalid has no address"));
}

TEST(UrgentConnections, AreDueAtMostOnceInAPause) {
  UrgentConnections urgent;
  EXPECT_TRUE(urgent.due(start).empty()) << "there are none";
  urgent.add(ConnectionId(7));
  urgent.add(ConnectionId(9));
  urgent.add(ConnectionId(7));
  EXPECT_EQ(urgent.due(start).size(), 2U);
  EXPECT_TRUE(urgent.due(start + 9ms).empty());
  EXPECT_EQ(urgent.due(start + 10ms).size(), 2U);
}

TEST(UrgentConnections, AreFew_WhoeverElseComes) {
  UrgentConnections urgent;
  for (std::uint64_t id = 1; id <= UrgentConnections::most + 1; ++id) urgent.add(ConnectionId(id));
  EXPECT_FALSE(urgent.contains(ConnectionId(1)));
  EXPECT_TRUE(urgent.contains(ConnectionId(2)));
  urgent.remove(ConnectionId(2));
  EXPECT_EQ(urgent.due(start).size(), UrgentConnections::most - 1);
}

}  // namespace
}  // namespace pilotlight::transport
