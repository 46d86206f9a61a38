// Peers that misbehave: each is bounded or cut, and the others are served meanwhile.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <deque>
#include <thread>

#include "base/bytes.hpp"
#include "support.hpp"
#include "transport/frame.hpp"
#include "transport/rpc_message.hpp"

namespace pilotlight::transport {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

const std::string envelope = encode_envelope(deploy::Address{"w", 1}, deploy::Address{"m", 2}, "Master");
const std::string hello = encode_one_way_message(envelope, "hello");

std::string frame_start(std::int64_t length, std::uint8_t type) {
  std::string bytes;
  ByteWriter writer(bytes);
  writer.i64(length);
  writer.u8(type);
  return bytes;
}

/// A living worker that must be served whatever the others do.
void expect_served(boost::asio::io_context& io, Station& master) {
  RawPeer worker(master.address.port);
  const std::size_t before = master.seen.requests.size();
  worker.write(hello);
  ASSERT_TRUE(run_until(io, [&] { return master.seen.requests.size() > before; }));
  const ConnectionId connection = master.seen.requests.back().connection;
  master.endpoint.send(connection, nobody, "Worker", "welcome");
  ASSERT_TRUE(run_until(io, [&] { return worker.received().find("welcome") != std::string::npos; }));
}

TEST(EndpointLimits, PeerThatNeverReads_IsCutWhileOthersAreServed) {
  boost::asio::io_context io;
  TransportLimits limits;
  limits.unsent_bytes = 4U << 20U;
  Station master(io, "127.0.0.1", limits);
  RawPeer deaf(master.address.port, "127.0.0.1", 4096);
  deaf.write(hello);
  ASSERT_TRUE(run_until(io, [&] { return !master.seen.requests.empty(); }));
  const ConnectionId connection = master.seen.requests[0].connection;
  std::size_t most_unsent = 0;
  const auto is_cut = [&] { return std::ranges::count(master.seen.closed, connection) == 1; };
  for (int i = 0; i < 1000 && !is_cut(); ++i) {
    master.endpoint.send(connection, nobody, "Worker", std::string(100000, 'x'));
    io.restart();
    io.poll();
    most_unsent = std::max(most_unsent, master.endpoint.counts().unsent_bytes);
    if (i == 30) expect_served(io, master);
  }
  EXPECT_TRUE(is_cut());
  EXPECT_THAT(master.seen.notices, ElementsAre(HasSubstr("it does not read what it is sent")));
  EXPECT_LE(most_unsent, limits.unsent_bytes);
  EXPECT_GT(most_unsent, limits.unsent_bytes / 2);
  EXPECT_EQ(master.endpoint.counts().unsent_bytes, 0U);
  expect_served(io, master);
}

TEST(EndpointLimits, SlowReader_GetsEverythingInOrder) {
  boost::asio::io_context io;
  Station master(io);
  RawPeer slow(master.address.port, "127.0.0.1", 4096);
  slow.write(hello);
  ASSERT_TRUE(run_until(io, [&] { return !master.seen.requests.empty(); }));
  const ConnectionId connection = master.seen.requests[0].connection;
  std::string expected;
  for (int i = 0; i < 200; ++i) {
    const std::string content(static_cast<std::size_t>(i * 997), static_cast<char>('a' + i % 26));
    master.endpoint.send(connection, nobody, "Worker", content);
    expected += encode_one_way_message(encode_envelope(master.address, nobody, "Worker"), content);
  }
  ASSERT_TRUE(run_until(
      io, [&] { return slow.received().size() >= expected.size(); }, 30s));
  EXPECT_TRUE(slow.received() == expected);
  EXPECT_TRUE(master.seen.closed.empty());
}

TEST(EndpointLimits, PeerThatAsksAndNeverReads_IsNotReadFromEither) {
  boost::asio::io_context io;
  Station master(io);
  master.seen.on_each_request = [&](const Request& request) {
    master.endpoint.reply(request.connection, *request.request_id, std::string(200000, 'x'));
  };
  RawPeer greedy(master.address.port, "127.0.0.1", 4096);
  const std::string ask = encode_rpc_request(5, envelope, "state?");
  for (int i = 0; i < 300; ++i) {
    greedy.write_some(ask);
    io.restart();
    io.poll();
  }
  run_for(io, 50ms);
  EXPECT_LT(master.endpoint.counts().unsent_bytes, 4U << 20U);
  const std::size_t answered = master.seen.requests.size();
  EXPECT_LT(answered, 100U);
  // Once it reads, its further asks are answered.
  ASSERT_TRUE(run_until(io, [&] {
    greedy.received();
    return master.seen.requests.size() > answered;
  }));
}

TEST(EndpointLimits, ThousandsOfSilentConnections_AreBoundedAndThenClosed) {
  boost::asio::io_context io;
  TransportLimits limits;
  limits.half_open = 1000;
  limits.first_byte = 1500ms;
  Station master(io, "127.0.0.1", limits);
  std::deque<RawPeer> silent;
  for (int i = 0; i < 3000; ++i) {
    silent.emplace_back(master.address.port);
    ASSERT_TRUE(silent.back().connected()) << i;
    if (i % 100 == 99) {
      io.restart();
      io.poll();
      ASSERT_LE(master.endpoint.counts().half_open, 1000U);
    }
  }
  ASSERT_TRUE(run_until(io, [&] { return silent.front().ended(); }));
  EXPECT_FALSE(silent.back().ended()) << "the oldest go first";
  expect_served(io, master);
  ASSERT_TRUE(run_until(io, [&] { return master.endpoint.counts().half_open == 0; }));
  EXPECT_TRUE(silent.back().ended());
  EXPECT_LE(master.seen.notices.size(), 4U) << "a flood must not fill the log";
  EXPECT_GE(master.seen.notices.size(), 1U);
}

TEST(EndpointLimits, ConnectionThatSpoke_OutlivesTheFirstByteTime) {
  boost::asio::io_context io;
  TransportLimits limits;
  limits.first_byte = 100ms;
  Station master(io, "127.0.0.1", limits);
  RawPeer silent(master.address.port);
  RawPeer speaker(master.address.port);
  speaker.write(hello);
  const auto began = std::chrono::steady_clock::now();
  ASSERT_TRUE(run_until(io, [&] { return silent.ended(); }));
  EXPECT_GE(std::chrono::steady_clock::now() - began, 90ms);
  run_for(io, 200ms);
  EXPECT_FALSE(speaker.ended());
}

TEST(EndpointLimits, GarbageFirstByte_ClosesWithANotice) {
  boost::asio::io_context io;
  Station master(io);
  RawPeer stranger(master.address.port);
  stranger.write("\x16\x03\x01");  // TLS
  ASSERT_TRUE(run_until(io, [&] { return stranger.ended() && !master.seen.notices.empty(); }));
  EXPECT_THAT(master.seen.notices,
              ElementsAre(AllOf(HasSubstr("Connection from 127.0.0.1:"), HasSubstr("its first byte is 0x16"))));
  EXPECT_TRUE(master.seen.closed.empty()) << "no request went over it";
  expect_served(io, master);
}

TEST(EndpointLimits, BadFrames_CloseOnlyTheirConnection) {
  boost::asio::io_context io;
  Station master(io);
  for (const std::string& bad : {frame_start((64 << 20) + 1, 9), frame_start(100, 10), frame_start(3, 9),
                                 frame_start(100, 200), frame_start(0x00ffffffffffffff, 3)}) {
    RawPeer peer(master.address.port);
    peer.write(hello + bad);
    ASSERT_TRUE(run_until(io, [&] { return peer.ended(); }));
  }
  ASSERT_TRUE(run_until(io, [&] { return master.seen.closed.size() == 5; }));
  EXPECT_LE(master.seen.notices.size(), 3U);
  expect_served(io, master);
}

TEST(EndpointLimits, UnfinishedFramesOfAll_AreBoundedAndTheLargestIsCut) {
  boost::asio::io_context io;
  TransportLimits limits;
  limits.inbound_buffered_bytes = 3U << 20U;
  Station master(io, "127.0.0.1", limits);
  std::deque<RawPeer> peers;
  for (int i = 0; i < 3; ++i) peers.emplace_back(master.address.port);
  const auto trickle = [&](RawPeer& peer, std::size_t bytes) {
    for (std::size_t sent = 0; sent < bytes;) {
      sent += peer.write_some(std::string(std::min<std::size_t>(bytes - sent, 50000), 'x'));
      io.restart();
      io.poll();
    }
    run_for(io, 30ms);
  };
  for (RawPeer& peer : peers) peer.write(frame_start(8 << 20, 9));
  trickle(peers[0], 1U << 20U);
  trickle(peers[1], 1700U << 10U);
  EXPECT_FALSE(peers[1].ended());
  trickle(peers[2], 1U << 20U);
  EXPECT_TRUE(peers[1].ended()) << "the largest";
  EXPECT_FALSE(peers[0].ended());
  EXPECT_FALSE(peers[2].ended());
  EXPECT_THAT(master.seen.notices, ElementsAre(HasSubstr("of all unfinished frames")));
  trickle(peers[0], 900U << 10U);  // what the cut one held is free again: all that is left still fits
  EXPECT_FALSE(peers[0].ended());
  expect_served(io, master);
}

TEST(EndpointLimits, FrameThatIsNeverFinished_IsCutWhileOthersAreServed) {
  boost::asio::io_context io;
  TransportLimits limits;
  limits.frame = 300ms;
  Station master(io, "127.0.0.1", limits);
  RawPeer quiet(master.address.port);
  quiet.write(hello);
  std::deque<RawPeer> slow;
  for (const std::string& begun : {std::string(1, '\0'), frame_start(1000, 9), hello + hello.substr(0, 30)}) {
    slow.emplace_back(master.address.port);
    slow.back().write(begun);
  }
  const auto began = std::chrono::steady_clock::now();
  RawPeer trickling(master.address.port);
  trickling.write(frame_start(100000, 9));
  ASSERT_TRUE(run_until(io, [&] {
    trickling.write_some("x");
    return trickling.ended() && std::ranges::all_of(slow, [](RawPeer& peer) { return peer.ended(); });
  }));
  EXPECT_GE(std::chrono::steady_clock::now() - began, 290ms);
  run_for(io, 100ms);
  EXPECT_THAT(master.seen.notices, testing::Contains(HasSubstr("it began a message and did not finish it")));
  EXPECT_FALSE(quiet.ended());
  expect_served(io, master);
}

TEST(EndpointLimits, FrameThatWaitsInTheKernelWhenTheTimeIsUp_Counts) {
  boost::asio::io_context io;
  TransportLimits limits;
  limits.frame = 100ms;
  Station master(io, "127.0.0.1", limits);
  RawPeer peer(master.address.port);
  peer.write(hello.substr(0, 30));
  run_for(io, 20ms);
  peer.write(hello.substr(30));
  std::this_thread::sleep_for(200ms);  // this process stood still, the peer did not
  ASSERT_TRUE(run_until(io, [&] { return !master.seen.requests.empty(); }));
  EXPECT_FALSE(peer.ended());
}

TEST(EndpointLimits, UnsentBytesOfAll_AreBoundedAndTheSlowestIsCut) {
  boost::asio::io_context io;
  TransportLimits limits;
  limits.unsent_bytes_of_all = 6U << 20U;
  Station master(io, "127.0.0.1", limits);
  std::deque<RawPeer> deaf;
  std::vector<ConnectionId> connections;
  for (std::size_t i = 0; i < 3; ++i) {
    deaf.emplace_back(master.address.port, "127.0.0.1", 4096);
    deaf.back().write(hello);
    ASSERT_TRUE(run_until(io, [&] { return master.seen.requests.size() == i + 1; }));
    connections.push_back(master.seen.requests.back().connection);
  }
  const auto send = [&](std::size_t to, int times) {
    for (int i = 0; i < times; ++i) {
      master.endpoint.send(connections[to], nobody, "Worker", std::string(100000, 'x'));
      EXPECT_LE(master.endpoint.counts().unsent_bytes, limits.unsent_bytes_of_all);
    }
    run_for(io, 20ms);
  };
  send(0, 15);
  send(1, 35);
  EXPECT_TRUE(master.seen.closed.empty());
  send(2, 25);
  EXPECT_THAT(master.seen.closed, ElementsAre(connections[1]));
  EXPECT_THAT(master.seen.notices, ElementsAre(AllOf(HasSubstr("bytes wait for all peers together"),
                                                     HasSubstr("pilotlight.rpc.maxUnsentTotal"))));
  send(0, 10);  // what the one that was cut held is free again
  EXPECT_THAT(master.seen.closed, SizeIs(1));
  expect_served(io, master);
}

TEST(EndpointLimits, ManyReadersInOneTurn_AreNotTakenForSlowOnes) {
  boost::asio::io_context io;
  TransportLimits limits;
  limits.unsent_bytes_of_all = 1U << 20U;
  Station master(io, "127.0.0.1", limits);
  std::deque<RawPeer> readers;
  for (int i = 0; i < 40; ++i) {
    readers.emplace_back(master.address.port);
    readers.back().write(hello);
  }
  ASSERT_TRUE(run_until(io, [&] { return master.seen.requests.size() == readers.size(); }));
  for (const SeenRequest& request : master.seen.requests)
    master.endpoint.send(request.connection, nobody, "Worker", std::string(50000, 'x'));
  for (RawPeer& reader : readers) ASSERT_TRUE(run_until(io, [&] { return reader.received().size() > 50000; }));
  EXPECT_TRUE(master.seen.closed.empty());
}

TEST(EndpointLimits, Http_IsHandedOverWithItsFirstBytes) {
  boost::asio::io_context io;
  Station master(io);
  RawPeer browser(master.address.port);
  browser.write("GET /json/ HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(run_until(io, [&] { return !master.seen.http.empty(); }));
  const HttpSocket& socket = master.seen.http[0];
  EXPECT_EQ(socket.first_bytes, "GET /json/ HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(master.endpoint.counts().connections, 0U);
  EXPECT_EQ(master.endpoint.counts().half_open, 0U);
  char byte = 0;
  EXPECT_EQ(::recv(socket.native_handle, &byte, 1, 0), -1) << "it must not block";
  EXPECT_EQ(errno, EAGAIN);
  ASSERT_EQ(::send(socket.native_handle, "HTTP/1.1 200 OK\r\n", 17, MSG_NOSIGNAL), 17);
  run_for(io, 20ms);
  EXPECT_EQ(browser.received(), "HTTP/1.1 200 OK\r\n");
  browser.write("more");
  run_for(io, 20ms);
  char more[8];
  EXPECT_EQ(::recv(socket.native_handle, more, sizeof more, 0), 4) << "nobody else reads from it";
}

/// While it lives, this process can open only what it has closed before. (Nothing is expected meanwhile: sanitizers
/// need descriptors of their own to look at what they see for the first time.)
class NoDescriptorsLeft {
 public:
  NoDescriptorsLeft() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    int highest = 0;
    for (int fd = 0; fd < 4096; ++fd)
      if (::fcntl(fd, F_GETFD) != -1) highest = fd;
    while (fillers_.empty() || fillers_.back() < highest) fillers_.push_back(::dup(0));
    rlimit none = before_;
    none.rlim_cur = static_cast<rlim_t>(std::max(highest, fillers_.back()) + 1);
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptorsLeft() {
    ::setrlimit(RLIMIT_NOFILE, &before_);
    for (const int fd : fillers_) ::close(fd);
  }

 private:
  rlimit before_{};
  std::vector<int> fillers_;
};

TEST(EndpointLimits, NoDescriptorsLeft_RestsInsteadOfSpinningAndRecovers) {
  boost::asio::io_context io;
  Station master(io);
  RawPeer speaker(master.address.port);
  speaker.write(hello);
  ASSERT_TRUE(run_until(io, [&] { return !master.seen.requests.empty(); }));
  RawPeer waiting(master.address.port);
  waiting.write(hello);
  std::size_t handlers = 0;
  {
    const NoDescriptorsLeft none;
    for (const auto end = std::chrono::steady_clock::now() + 500ms; std::chrono::steady_clock::now() < end;) {
      io.restart();
      handlers += io.run_one_for(5ms);
    }
  }
  EXPECT_LT(handlers, 50U) << "one try in a while, not one after the other";
  EXPECT_THAT(master.seen.notices, testing::Contains(HasSubstr("Cannot accept connections: too many open files")));
  EXPECT_THAT(master.seen.requests, SizeIs(1));
  EXPECT_FALSE(speaker.ended());
  ASSERT_TRUE(run_until(io, [&] { return master.seen.requests.size() == 2; })) << "who waited is served now";
  expect_served(io, master);
}

int lowest_free_descriptor() {
  const int lowest = ::dup(0);
  ::close(lowest);
  return lowest;
}

TEST(EndpointLimits, DescriptorsThatAreKept_AreForTheChosenEndpointAlone) {
  boost::asio::io_context io;
  Station other(io);
  TransportLimits limits;
  limits.highest_descriptor = lowest_free_descriptor() + 12;
  Station master(io, "127.0.0.1", limits);
  master.endpoint.keep_descriptors_for("Chosen");
  std::deque<RawPeer> peers;
  while (lowest_free_descriptor() <= limits.highest_descriptor) {
    peers.emplace_back(master.address.port);
    peers.back().write(hello);
    io.restart();
    io.run_for(5ms);
  }
  const std::size_t served = master.seen.requests.size();
  ASSERT_GT(served, 0U);

  RawPeer one_too_many(master.address.port);
  RawPeer waiting(master.address.port);
  waiting.write(hello);
  io.restart();
  io.run_for(300ms);
  EXPECT_THAT(master.seen.notices, testing::Contains(HasSubstr("Cannot accept connections: too many open files")));
  EXPECT_EQ(master.seen.requests.size(), served) << "it waits in the kernel";

  master.endpoint.send({}, other.address, "Master", "content");
  ASSERT_TRUE(run_until(io, [&] { return !master.seen.unreachable.empty(); }));
  master.endpoint.send({}, other.address, "Chosen", "content");
  ASSERT_TRUE(run_until(io, [&] { return !other.seen.requests.empty(); }));

  peers.clear();
  ASSERT_TRUE(run_until(io, [&] { return master.seen.requests.size() == served + 1; })) << "there is room again";
}

TEST(EndpointLimits, NoDescriptorsLeft_SilentConnectionsGiveTheirsUp) {
  boost::asio::io_context io;
  Station master(io);
  RawPeer silent(master.address.port);
  ASSERT_TRUE(run_until(io, [&] { return master.endpoint.counts().half_open == 1; }));
  RawPeer waiting(master.address.port);
  waiting.write(hello);
  bool served = false;
  {
    const NoDescriptorsLeft none;
    served = run_until(io, [&] { return !master.seen.requests.empty(); });
  }
  EXPECT_TRUE(served);
  EXPECT_TRUE(silent.ended());
}

}  // namespace
}  // namespace pilotlight::transport
