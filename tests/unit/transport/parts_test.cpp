// The small pure parts: what waits to be sent, and how often a peer may be mentioned.
#include <gtest/gtest.h>

#include <array>

#include "transport/notice_limiter.hpp"
#include "transport/send_queue.hpp"
#include "transport/socket_address.hpp"

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
      const std::size_t count = queue.gather(pieces);
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
  EXPECT_EQ(queue.gather(pieces), 1U);
  EXPECT_EQ(pieces[0].size(), 10000U);
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

}  // namespace
}  // namespace pilotlight::transport
