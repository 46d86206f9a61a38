// Two endpoints talk over the loopback device: every way a message can take, and what breaks it.
#include "transport/endpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.hpp"
#include "transport/frame.hpp"
#include "transport/rpc_message.hpp"

namespace pilotlight::transport {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

const std::string envelope = encode_envelope(deploy::Address{"w", 1}, deploy::Address{"m", 2}, "Master");

TEST(Endpoint, OneWay_ArrivesWithTheAdvertisedAddressAsSender) {
  boost::asio::io_context io;
  Station master(io);
  Station worker(io);
  worker.endpoint.send({}, master.address, "Master", "hello");
  ASSERT_TRUE(run_until(io, [&] { return !master.seen.requests.empty(); }));
  const SeenRequest& request = master.seen.requests[0];
  EXPECT_EQ(request.sender, worker.address);
  EXPECT_EQ(request.endpoint, "Master");
  EXPECT_EQ(request.content, "hello");
  EXPECT_FALSE(request.id.has_value());
}

TEST(Endpoint, AskAndReply_GoBothWaysOnOneConnection) {
  boost::asio::io_context io;
  Station master(io);
  Station worker(io);
  for (Station* station : {&master, &worker})
    station->seen.on_each_request = [station](const Request& request) {
      if (request.request_id)
        station->endpoint.reply(request.connection, *request.request_id, "re: " + std::string(request.content));
    };
  const auto asked = worker.endpoint.ask({}, master.address, "endpoint-verifier", "Master?", 5s);
  ASSERT_TRUE(run_until(io, [&] { return worker.seen.replies.contains(asked); }));
  EXPECT_THAT(worker.seen.replies[asked], ElementsAre("re: Master?"));

  // The master answers over the connection that the worker opened: a ref is tied to it (spec §2.4).
  const ConnectionId connection = master.seen.requests[0].connection;
  const auto back = master.endpoint.ask(connection, worker.address, "Worker", "alive?", 5s);
  ASSERT_TRUE(run_until(io, [&] { return master.seen.replies.contains(back); }));
  EXPECT_THAT(master.seen.replies[back], ElementsAre("re: alive?"));
  EXPECT_EQ(worker.seen.requests[0].sender, master.address);
  EXPECT_EQ(master.endpoint.counts().connections, 1U);
  EXPECT_EQ(worker.endpoint.counts().connections, 1U);
}

TEST(Endpoint, Failure_ReachesTheAskerAsText) {
  boost::asio::io_context io;
  Station master(io);
  Station worker(io);
  master.seen.on_each_request = [&](const Request& request) {
    master.endpoint.fail(request.connection, *request.request_id, "Could not find Nobody.");
  };
  const auto asked = worker.endpoint.ask({}, master.address, "Nobody", "?", 5s);
  ASSERT_TRUE(run_until(io, [&] { return worker.seen.replies.contains(asked); }));
  EXPECT_THAT(worker.seen.replies[asked], ElementsAre("fatal: Could not find Nobody."));
}

TEST(Endpoint, RestoredRef_OpensOneConnectionAndKeepsTheOrder) {
  boost::asio::io_context io;
  Station master(io);
  Station worker(io);
  std::vector<std::string> sent;
  std::set<ConnectionId> used;
  for (int i = 0; i < 500; ++i) {
    sent.push_back(std::to_string(i));
    used.insert(master.endpoint.send({}, worker.address, "Worker", sent.back()));
    if (i % 100 == 99) run_for(io, 2ms);
  }
  ASSERT_TRUE(run_until(io, [&] { return worker.seen.requests.size() == 500; }));
  std::vector<std::string> received;
  for (const auto& request : worker.seen.requests) received.push_back(request.content);
  EXPECT_EQ(received, sent);
  EXPECT_THAT(used, SizeIs(1));
  EXPECT_EQ(worker.endpoint.counts().connections, 1U);
}

TEST(Endpoint, Reach_OpensTheConnectionThatSendTakes) {
  boost::asio::io_context io;
  Station master(io);
  Station worker(io);
  for (int i = 0; i < 3; ++i) master.endpoint.reach(worker.address);
  ASSERT_TRUE(run_until(io, [&] { return worker.endpoint.counts().connections == 1; }));
  master.endpoint.send({}, worker.address, "Worker", "hello");
  ASSERT_TRUE(run_until(io, [&] { return !worker.seen.requests.empty(); }));
  EXPECT_EQ(master.endpoint.counts().connections, 1U);
}

TEST(Endpoint, Reach_InVain_IsNobodysConcern) {
  boost::asio::io_context io;
  Station master(io);
  std::int32_t free_port = 0;
  { free_port = RawListener().port(); }
  master.endpoint.reach({"127.0.0.1", free_port});
  master.endpoint.reach({});
  ASSERT_TRUE(run_until(io, [&] { return master.endpoint.counts().connections == 0; }));
  run_for(io, 20ms);
  EXPECT_TRUE(master.seen.unreachable.empty());
  EXPECT_TRUE(master.seen.closed.empty());
}

TEST(Endpoint, ConnectionThatIsGone_IsReplacedByOneToTheAddress) {
  boost::asio::io_context io;
  Station master(io);
  Station worker(io);
  worker.endpoint.send({}, master.address, "Master", "first");
  ASSERT_TRUE(run_until(io, [&] { return !master.seen.requests.empty(); }));
  const ConnectionId old = master.seen.requests[0].connection;
  master.endpoint.close_connection(old);
  ASSERT_TRUE(run_until(io, [&] { return !master.seen.closed.empty() && !worker.seen.closed.empty(); }));
  EXPECT_THAT(master.seen.closed, ElementsAre(old));
  EXPECT_THAT(worker.seen.closed, SizeIs(1));

  const ConnectionId opened = master.endpoint.send(old, worker.address, "Worker", "second");
  EXPECT_NE(opened, old);
  EXPECT_EQ(master.endpoint.send(old, worker.address, "Worker", "third"), opened);
  ASSERT_TRUE(run_until(io, [&] { return worker.seen.requests.size() == 2; }));
  // What the worker says now arrives on the connection that the master opened.
  worker.endpoint.send(worker.seen.requests[0].connection, master.address, "Master", "heartbeat");
  ASSERT_TRUE(run_until(io, [&] { return master.seen.requests.size() == 2; }));
  EXPECT_EQ(master.seen.requests[1].connection, opened);
}

TEST(Endpoint, GoneConnectionWithoutAddress_DropsTheMessageAndFailsTheAsk) {
  boost::asio::io_context io;
  Station master(io);
  EXPECT_EQ(master.endpoint.send(ConnectionId(99), nobody, "Worker", "x"), ConnectionId());
  const auto asked = master.endpoint.ask(ConnectionId(99), nobody, "Worker", "x", 1s);
  EXPECT_TRUE(master.seen.replies.empty()) << "no callback from inside a call";
  ASSERT_TRUE(run_until(io, [&] { return master.seen.replies.contains(asked); }));
  EXPECT_THAT(master.seen.replies[asked], ElementsAre(StartsWith("retryable: the connection is gone")));
}

TEST(Endpoint, RefusedAddress_IsReportedAsRefusedOnceAndTriedAnewNextTime) {
  boost::asio::io_context io;
  Station master(io);
  std::int32_t free_port = 0;
  { free_port = RawListener().port(); }
  const deploy::Address dead{"127.0.0.1", free_port};
  master.endpoint.send({}, dead, "Worker", "a");
  master.endpoint.send({}, dead, "Worker", "b");
  const auto asked = master.endpoint.ask({}, dead, "Worker", "c", 5s);
  EXPECT_TRUE(master.seen.unreachable.empty()) << "no callback from inside a call";
  ASSERT_TRUE(run_until(io, [&] { return !master.seen.unreachable.empty(); }));
  run_for(io, 20ms);
  ASSERT_THAT(master.seen.unreachable, SizeIs(1));
  EXPECT_EQ(master.seen.unreachable[0].address, dead);
  EXPECT_TRUE(master.seen.unreachable[0].refused);
  EXPECT_EQ(master.seen.unreachable[0].reason, "connection refused");
  EXPECT_THAT(master.seen.replies[asked], ElementsAre(HasSubstr("retryable: 127.0.0.1:")));
  EXPECT_TRUE(master.seen.closed.empty());
  master.endpoint.send({}, dead, "Worker", "d");
  ASSERT_TRUE(run_until(io, [&] { return master.seen.unreachable.size() == 2; }));
}

TEST(Endpoint, AddressThatNeverAnswers_IsUnreachableButNotRefused) {
  boost::asio::io_context io;
  // A listener whose queue of one is full drops every further handshake, as a dead host would.
  const int full = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = numeric_address("127.0.0.1", 0);
  ASSERT_EQ(::bind(full, address->data(), address->size()), 0);
  ASSERT_EQ(::listen(full, 0), 0);
  sockaddr_in bound{};
  socklen_t size = sizeof bound;
  ASSERT_EQ(::getsockname(full, reinterpret_cast<sockaddr*>(&bound), &size), 0);
  const RawPeer fills(ntohs(bound.sin_port));

  TransportLimits limits;
  limits.connect = 200ms;
  Station master(io, "127.0.0.1", limits);
  const auto began = std::chrono::steady_clock::now();
  master.endpoint.send({}, {"127.0.0.1", ntohs(bound.sin_port)}, "Worker", "x");
  ASSERT_TRUE(run_until(io, [&] { return !master.seen.unreachable.empty(); }));
  EXPECT_GE(std::chrono::steady_clock::now() - began, 190ms);
  EXPECT_FALSE(master.seen.unreachable[0].refused);
  EXPECT_EQ(master.seen.unreachable[0].reason, "no answer within 200 ms");
  ::close(full);
}

TEST(Endpoint, HostNames_AreResolvedWithoutStoppingTheLoop) {
  boost::asio::io_context io;
  Station master(io);
  Station worker(io);
  const deploy::Address alias{"localhost", worker.address.port};
  const ConnectionId opened = master.endpoint.send({}, alias, "Worker", "by name");
  ASSERT_TRUE(run_until(io, [&] { return !worker.seen.requests.empty(); }));
  EXPECT_EQ(worker.seen.requests[0].content, "by name");
  // The pool's key is the host as it is spelt (spec §1.3).
  EXPECT_NE(master.endpoint.send({}, worker.address, "Worker", "by number"), opened);
}

TEST(Endpoint, UnknownHostName_IsUnreachableButNotRefused) {
  boost::asio::io_context io;
  Station master(io);
  master.endpoint.send({}, {"no-such-host.invalid", 7077}, "Worker", "x");
  ASSERT_TRUE(run_until(
      io, [&] { return !master.seen.unreachable.empty(); }, 30s));
  EXPECT_FALSE(master.seen.unreachable[0].refused);
  EXPECT_THAT(master.seen.unreachable[0].reason, HasSubstr("no-such-host.invalid"));
}

TEST(Endpoint, NetworkThatCannotBeReached_IsUnreachableButNotRefused) {
  boost::asio::io_context io;
  Station master(io);
  master.endpoint.send({}, {"224.0.0.1", 7077}, "Worker", "x");  // no TCP to a multicast address
  ASSERT_TRUE(run_until(io, [&] { return !master.seen.unreachable.empty(); }));
  EXPECT_FALSE(master.seen.unreachable[0].refused);
}

TEST(Endpoint, PortThatCannotBe_IsUnreachable) {
  boost::asio::io_context io;
  Station master(io);
  master.endpoint.send({}, {"127.0.0.1", 0}, "Worker", "x");
  ASSERT_TRUE(run_until(io, [&] { return !master.seen.unreachable.empty(); }));
  EXPECT_EQ(master.seen.unreachable[0].reason, "there is no port 0");
}

/// In Docker's own bridge network a container has the protocol and not the address.
bool has_ipv6_loopback() {
  const auto address = numeric_address("::1", 0);
  const int fd = ::socket(address->family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool bound = fd >= 0 && ::bind(fd, address->data(), address->size()) == 0;
  if (fd >= 0) ::close(fd);
  return bound;
}

TEST(Endpoint, IPv6InBrackets_Works) {
  if (!has_ipv6_loopback()) GTEST_SKIP() << "this machine has no address ::1";
  boost::asio::io_context io;
  Station master(io, "[::1]");
  Station worker(io, "[::1]");
  ASSERT_GT(master.address.port, 0);
  worker.endpoint.send({}, master.address, "Master", "six");
  ASSERT_TRUE(run_until(io, [&] { return !master.seen.requests.empty(); }));
  EXPECT_EQ(master.seen.requests[0].sender, worker.address);
  EXPECT_EQ(master.seen.requests[0].sender->host, "[::1]");
}

TEST(Endpoint, CloseWhileAsksAreOutstanding_FailsThemFirst) {
  boost::asio::io_context io;
  Station master(io);
  Station worker(io);
  const auto first = worker.endpoint.ask({}, master.address, "Master", "1", 60s);
  const auto second = worker.endpoint.ask({}, master.address, "Master", "2", 60s);
  ASSERT_TRUE(run_until(io, [&] { return master.seen.requests.size() == 2; }));
  master.endpoint.close_connection(master.seen.requests[0].connection);
  ASSERT_TRUE(run_until(io, [&] { return !worker.seen.closed.empty(); }));
  for (const auto id : {first, second})
    EXPECT_THAT(worker.seen.replies[id],
                ElementsAre("outcome_unknown: the connection was closed before the answer came"));
}

TEST(Endpoint, AskWithoutAnswer_TimesOutOnceAndTheConnectionLives) {
  boost::asio::io_context io;
  Station master(io);
  Station worker(io);
  const auto slow = worker.endpoint.ask({}, master.address, "Master", "1", 150ms);
  const auto quick = worker.endpoint.ask({}, master.address, "Master", "2", 50ms);
  ASSERT_TRUE(run_until(io, [&] { return worker.seen.replies.contains(quick); }));
  EXPECT_FALSE(worker.seen.replies.contains(slow));
  ASSERT_TRUE(run_until(io, [&] { return worker.seen.replies.contains(slow); }));
  EXPECT_THAT(worker.seen.replies[slow], ElementsAre("outcome_unknown: no answer came in time"));
  for (const auto& request : master.seen.requests) master.endpoint.reply(request.connection, *request.id, "late");
  run_for(io, 50ms);
  EXPECT_THAT(worker.seen.replies[slow], SizeIs(1));
  EXPECT_THAT(worker.seen.replies[quick], SizeIs(1));
  EXPECT_EQ(worker.endpoint.counts().connections, 1U);
  EXPECT_TRUE(worker.seen.closed.empty());
}

TEST(Endpoint, SilentPeerThatOwesAnAnswer_IsLeft) {
  boost::asio::io_context io;
  TransportLimits limits;
  limits.idle = 100ms;
  Station worker(io, "127.0.0.1", limits);
  const RawListener mute;
  const auto asked = worker.endpoint.ask({}, {"127.0.0.1", mute.port()}, "Master", "?", 60s);
  ASSERT_TRUE(run_until(io, [&] { return !worker.seen.closed.empty(); }));
  EXPECT_THAT(worker.seen.replies[asked], ElementsAre(StartsWith("outcome_unknown")));
  EXPECT_THAT(worker.seen.notices, ElementsAre(HasSubstr("an answer is awaited")));
}

TEST(Endpoint, IdleConnection_StaysOpen) {
  boost::asio::io_context io;
  TransportLimits limits;
  limits.idle = 50ms;
  limits.first_byte = 50ms;
  Station master(io, "127.0.0.1", limits);
  Station worker(io, "127.0.0.1", limits);
  worker.endpoint.send({}, master.address, "Master", "registered");
  ASSERT_TRUE(run_until(io, [&] { return !master.seen.requests.empty(); }));
  run_for(io, 300ms);
  EXPECT_EQ(master.endpoint.counts().connections, 1U);
  EXPECT_TRUE(master.seen.closed.empty());
}

TEST(Endpoint, LastWords_AreHeardThoughThePeerIsGone) {
  boost::asio::io_context io;
  Station master(io);
  RawPeer driver(master.address.port);
  driver.write(encode_one_way_message(envelope, "hello"));
  ASSERT_TRUE(run_until(io, [&] { return !master.seen.requests.empty(); }));
  const ConnectionId connection = master.seen.requests[0].connection;
  master.endpoint.send(connection, nobody, "AppClient", "not read");
  run_for(io, 20ms);
  driver.write(encode_one_way_message(envelope, "UnregisterApplication"));
  driver.close();  // with unread bytes: the kernel resets the connection
  master.endpoint.send(connection, nobody, "AppClient", std::string(300000, 'x'));  // written at once, to nobody
  ASSERT_TRUE(run_until(io, [&] { return !master.seen.closed.empty(); }));
  ASSERT_THAT(master.seen.requests, SizeIs(2));
  EXPECT_EQ(master.seen.requests[1].content, "UnregisterApplication");
}

TEST(Endpoint, MessagesOfOneTurn_ShareOneSegment) {
  boost::asio::io_context io;
  Station master(io);
  RawPeer worker(master.address.port);
  worker.write(encode_one_way_message(envelope, "hello"));
  ASSERT_TRUE(run_until(io, [&] { return !master.seen.requests.empty(); }));
  for (int i = 0; i < 10; ++i) master.endpoint.send(master.seen.requests[0].connection, nobody, "Worker", "x");
  EXPECT_EQ(worker.received(), "") << "nothing is written before the turn ends";
  ASSERT_TRUE(run_until(io, [&] { return !worker.received().empty(); }));
  const std::size_t one = encode_one_way_message(encode_envelope(master.address, nobody, "Worker"), "x").size();
  EXPECT_EQ(worker.received().size(), 10 * one);
}

TEST(Endpoint, ReplyBeforeClose_StillGoesOut) {
  boost::asio::io_context io;
  Station master(io);
  master.seen.on_each_request = [&](const Request& request) {
    master.endpoint.fail(request.connection, *request.request_id, "not here");
    master.endpoint.close_connection(request.connection);
  };
  RawPeer peer(master.address.port);
  const std::string ask = encode_rpc_request(5, envelope, "?");
  peer.write(ask + ask);
  ASSERT_TRUE(run_until(io, [&] { return peer.ended(); }));
  EXPECT_EQ(peer.received(), encode_rpc_failure(5, "not here"));
  EXPECT_THAT(master.seen.requests, SizeIs(1)) << "a closed connection says nothing more";
}

TEST(Endpoint, Stop_EndsEverythingAndCallsNobody) {
  boost::asio::io_context io;
  Station worker(io);
  Recorder seen;
  {
    Endpoint master(io, {"127.0.0.1", 1}, {}, seen);
    const auto port = master.listen("127.0.0.1", 0, 0);
    ASSERT_TRUE(port.ok());
    worker.endpoint.send({}, {"127.0.0.1", *port}, "Master", "hello");
    ASSERT_TRUE(run_until(io, [&] { return !seen.requests.empty(); }));
    master.ask(seen.requests[0].connection, nobody, "Worker", "?", 10ms);
    master.send({}, {"no-such-host.invalid", 7077}, "Worker", "x");
    master.send({}, {"127.0.0.1", 1}, "Worker", "x");
    master.close_connection(seen.requests[0].connection);
    master.stop();
    master.stop();
    EXPECT_EQ(master.send({}, worker.address, "Worker", "x"), ConnectionId());
    EXPECT_EQ(master.counts().connections, 0U);
  }
  ASSERT_TRUE(run_until(io, [&] { return !worker.seen.closed.empty(); }));
  run_for(io, 100ms);
  EXPECT_TRUE(seen.closed.empty());
  EXPECT_TRUE(seen.unreachable.empty());
  EXPECT_TRUE(seen.replies.empty());
}

TEST(Endpoint, StopInsideACallback_IsTheLastCall) {
  boost::asio::io_context io;
  Station master(io);
  master.seen.on_each_request = [&](const Request&) { master.endpoint.stop(); };
  RawPeer peer(master.address.port);
  const std::string message = encode_one_way_message(envelope, "x");
  peer.write(message + message + message);
  ASSERT_TRUE(run_until(io, [&] { return peer.ended(); }));
  EXPECT_THAT(master.seen.requests, SizeIs(1));
  EXPECT_TRUE(master.seen.closed.empty());
}

TEST(Endpoint, LoopDestroyedBeforeItsHandlersRan_IsHarmless) {
  Recorder seen;
  auto io = std::make_unique<boost::asio::io_context>();
  auto endpoint = std::make_unique<Endpoint>(*io, deploy::Address{"127.0.0.1", 1}, TransportLimits{}, seen);
  const auto port = endpoint->listen("127.0.0.1", 0, 0);
  ASSERT_TRUE(port.ok());
  RawPeer peer(*port);
  peer.write(encode_one_way_message(envelope, "x"));
  ASSERT_TRUE(run_until(*io, [&] { return !seen.requests.empty(); }));
  endpoint->send(seen.requests[0].connection, nobody, "Worker", "x");
  endpoint->send({}, {"localhost", *port}, "Worker", "x");
  endpoint.reset();
  io.reset();
  EXPECT_TRUE(seen.closed.empty());
}

TEST(Endpoint, TakenPort_SaysWhatToDo) {
  boost::asio::io_context io;
  Station first(io);
  Recorder seen;
  Endpoint second(io, {"127.0.0.1", 1}, {}, seen);
  const auto port = second.listen("127.0.0.1", first.address.port, 0);
  ASSERT_FALSE(port.ok());
  EXPECT_EQ(port.error().message, "cannot listen on 127.0.0.1:" + std::to_string(first.address.port) +
                                      ": address already in use; stop the process that holds it, choose another "
                                      "--port, or set spark.port.maxRetries");
}

TEST(Endpoint, TakenPortWithRetries_TakesTheNextFreeOne) {
  boost::asio::io_context io;
  Station first(io);
  Recorder seen;
  Endpoint second(io, {"127.0.0.1", 1}, {}, seen);
  const auto port = second.listen("127.0.0.1", first.address.port, 16);
  ASSERT_TRUE(port.ok()) << port.error().message;
  EXPECT_NE(*port, first.address.port);
}

TEST(Endpoint, AddressOfAnotherMachine_SaysWhatToDo) {
  boost::asio::io_context io;
  Recorder seen;
  Endpoint endpoint(io, {"192.0.2.1", 7077}, {}, seen);
  const auto port = endpoint.listen("192.0.2.1", 7077, 16);
  ASSERT_FALSE(port.ok());
  EXPECT_EQ(port.error().message,
            "cannot listen on 192.0.2.1:7077: cannot assign requested address; choose a --host that is an address of "
            "this machine");
  const auto unknown = endpoint.listen("no-such-host.invalid", 7077, 0);
  ASSERT_FALSE(unknown.ok());
  EXPECT_THAT(unknown.error().message, StartsWith("cannot listen on no-such-host.invalid:7077: the host name"));
}

TEST(Endpoint, SamePortOnAnotherAddress_IsAnotherListener) {
  boost::asio::io_context io;
  Station first(io);
  Recorder seen;
  Endpoint second(io, {"127.0.0.2", 1}, {}, seen);
  const auto port = second.listen("127.0.0.2", first.address.port, 0);
  ASSERT_TRUE(port.ok()) << port.error().message;
  EXPECT_EQ(*port, first.address.port);
}

}  // namespace
}  // namespace pilotlight::transport
