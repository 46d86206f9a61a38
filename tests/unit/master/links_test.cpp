// Links between two endpoints of this machine, with a secret, without one, and with two that differ.
#include "master/links.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "unit/election/samples.hpp"

namespace pilotlight::master {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// One master's end, and what it heard.
class End : public transport::Handler {
 public:
  End(boost::asio::io_context& io, const std::string& name, const std::string& secret)
      : member(election::sample_member(name)), endpoint_(io, {}, {}, *this), links(endpoint_, member.nonce, secret) {
    const auto port = endpoint_.listen("127.0.0.1", 0, 0);
    EXPECT_TRUE(port);
    member.address = {"127.0.0.1", *port};
    endpoint_.set_advertised(member.address);
  }
  void say(const End& to, std::uint64_t number) { links.send(to.member, election::HeartbeatAnswer{number, 0, true}); }

  void on_request(const transport::Request& request) override {
    auto frame = links.receive(request);
    if (!frame) return complaints.push_back(frame.error().message);
    if (!*frame) return;
    EXPECT_NE((*frame)->sender, member.nonce);
    heard.push_back(std::get<election::HeartbeatAnswer>((*frame)->message).sequence);
  }
  void on_closed(ConnectionId connection) override {
    if (const auto nonce = links.closed(connection)) broken.push_back(*nonce);
  }
  void on_unreachable(const deploy::Address& address, bool, const std::string&) override {
    if (const auto nonce = links.unreachable(address)) broken.push_back(*nonce);
  }
  void on_reply(ConnectionId, std::int64_t, Result<std::string>) override {}
  void on_http(transport::HttpSocket) override {}
  void on_notice(const std::string&) override {}

  election::Member member;

 private:
  transport::Endpoint endpoint_;

 public:
  Links links;
  std::vector<std::uint64_t> heard;
  std::vector<std::string> complaints;
  std::vector<std::string> broken;
};

class LinksTest : public testing::Test {
 protected:
  void talk(End& a, End& b) {
    for (const std::uint64_t number : {1U, 2U, 3U}) {
      a.say(b, number);
      b.say(a, 10 + number);
    }
    io.run_for(200ms);
    a.say(b, 4);
    b.say(a, 14);
    io.run_for(100ms);
  }
  boost::asio::io_context io{1};
};

TEST_F(LinksTest, WithASecretEveryMessageArrivesOnceAndInOrder) {
  for (const char* secret : {"", "0123456789abcdef"}) {
    End a(io, "a", secret);
    End b(io, "b", secret);
    talk(a, b);
    EXPECT_THAT(b.heard, ElementsAre(1, 2, 3, 4));
    EXPECT_THAT(a.heard, ElementsAre(11, 12, 13, 14));
    EXPECT_THAT(a.complaints, IsEmpty());
    EXPECT_EQ(a.links.refused() + b.links.refused(), 0U);
    b.links.close(a.member.nonce);
    io.run_for(50ms);
    EXPECT_THAT(a.broken, testing::Contains(b.member.nonce));
    a.say(b, 5);
    io.run_for(50ms);
    EXPECT_EQ(b.heard.back(), 5U) << "over a new connection";
  }
}

TEST_F(LinksTest, WhoeverHasAnotherSecretOrNoneIsNotHeard) {
  for (const auto& [one, other] :
       {std::pair("0123456789abcdef", "fedcba9876543210"), std::pair("0123456789abcdef", "")}) {
    End a(io, "a", one);
    End b(io, "b", other);
    talk(a, b);
    EXPECT_THAT(a.heard, IsEmpty());
    EXPECT_THAT(b.heard, IsEmpty());
    EXPECT_THAT(a.complaints, SizeIs(1)) << "said once";
    EXPECT_GE(a.links.refused(), 2U) << "and counted";
    EXPECT_EQ(a.complaints[0].find(one), std::string::npos);
  }
}

}  // namespace
}  // namespace pilotlight::master
