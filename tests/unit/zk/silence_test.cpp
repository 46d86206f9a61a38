// The shell around the C client when servers take connections and say nothing: sessions that end meanwhile, handles
// that are replaced. One real server behind relays that can stop.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/zk/real_server.hpp"
#include "unit/zk/relay.hpp"
#include "unit/zk/test_client.hpp"

namespace pilotlight::zk {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using testing::ElementsAre;

class SilenceTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = "/" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name());
    direct_.await(SessionState::connected);
    ASSERT_EQ(direct_.ask(Create{root_, ""}).code, Code::ok);
  }
  /// Session changes and answers, in words.
  static std::vector<std::string> told(const TestClient& client) {
    std::vector<std::string> words;
    for (const auto& event : client.events) {
      if (const auto* answered = std::get_if<Answered>(&event)) words.emplace_back(to_string(answered->code));
      if (const auto* changed = std::get_if<SessionChanged>(&event)) words.emplace_back(to_string(changed->state));
    }
    return words;
  }
  void wait(std::chrono::milliseconds time) {
    strand_.run_until([] { return false; }, time);
  }

  TestStrand strand_;
  TestClient direct_{strand_, shared_server().hosts()};
  std::string root_;
};

TEST_F(SilenceTest, ASessionThatEndsMeanwhileIsToldAndAnotherBegins) {
  Relay relay(shared_server().host(0));
  TestClient client(strand_, relay.address() + root_, 900ms);
  const auto session = client.await(SessionState::connected).session;
  ASSERT_EQ(client.ask(Create{"/e", "", true}).code, Code::ok);
  client.ask(Exists{"/e", true});
  direct_.ask(Exists{root_ + "/e", true});
  client.events.clear();
  relay.freeze();
  const auto lost = client.submit(Get{"/e"});
  direct_.await_watch(root_ + "/e");
  // The client's session is over; it cannot know.
  wait(50ms);
  EXPECT_THAT(told(client), ElementsAre("connection loss", "suspended"));
  EXPECT_EQ(client.answer_to(lost).code, Code::connection_loss);
  EXPECT_EQ(client.answer_to(client.submit(Get{"/e"})).code, Code::connection_loss);
  relay.thaw();
  client.await(SessionState::connected);
  EXPECT_THAT(told(client),
              ElementsAre("connection loss", "suspended", "connection loss", "expired", "connecting", "connected"));
  EXPECT_NE(client.last_connected.session, session);
  EXPECT_EQ(client.ask(Exists{"/e"}).code, Code::no_node);
  EXPECT_THAT(client.fired(), testing::IsEmpty());
}

// Left to itself, the C client tries the second of two again and again once it has lost it.
TEST_F(SilenceTest, TheOtherOfTwoServersIsTriedFirstThereAndBack) {
  Relay one(shared_server().host(0));
  Relay two(shared_server().host(0));
  TestClient client(strand_, one.address() + "," + two.address() + root_, 6s);
  const auto first = client.await(SessionState::connected);
  auto& used = first.detail == one.address() ? one : two;
  auto& other = first.detail == one.address() ? two : one;
  const auto lose = [&](Relay& relay) {
    relay.freeze_and_cut();
    client.await(SessionState::suspended);
    const auto began = Clock::now();
    const auto connected = client.await(SessionState::connected);
    EXPECT_LT(Clock::now() - began, 500ms);
    EXPECT_EQ(connected.session, first.session);
    return connected.detail;
  };
  EXPECT_EQ(lose(used), other.address());
  used.thaw();
  EXPECT_EQ(lose(other), used.address());
}

// No address answers; when one does again, it is another handle that goes on with the session.
TEST_F(SilenceTest, AHandleThatHangsIsReplacedAndTheSessionGoesOn) {
  Relay relay(shared_server().host(0));
  TestClient client(strand_,
                    ClientOptions{.hosts = relay.address() + root_, .session_timeout = 5s, .digest = "me:secret"});
  const auto first = client.await(SessionState::connected);
  ASSERT_EQ(client.ask(Create{"/e", "", true}).code, Code::ok);
  client.ask(Exists{"/e", true});
  client.ask(Exists{"/missing", true});
  client.ask(Children{"/", true});
  relay.freeze_and_cut();
  client.await(SessionState::suspended);
  wait(1200ms);  // a sixth of the timeout is 833 ms
  const auto began = Clock::now();
  relay.thaw();
  const auto second = client.await(SessionState::connected);
  EXPECT_LT(Clock::now() - began, 500ms);
  EXPECT_EQ(second.session, first.session);
  client.await_watch("/missing");
  EXPECT_THAT(client.fired(), ElementsAre("/", "/e", "/missing"));  // the new handle does not know them
  // And its credentials are known again.
  EXPECT_EQ(client.ask(Get{"/e"}).stat.ephemeral_owner, first.session);
  EXPECT_EQ(client.ask(Exists{"/missing", true}).code, Code::no_node);
  direct_.ask(Create{root_ + "/missing", ""});
  client.await_watch("/missing");
}

TEST_F(SilenceTest, ClosingDoesNotWaitForAServerThatSaysNothing) {
  Relay relay(shared_server().host(0));
  TestClient client(strand_, relay.address() + root_, 6s);
  client.await(SessionState::connected);
  relay.freeze();
  const auto began = Clock::now();
  client.client->close();
  EXPECT_LT(Clock::now() - began, 1300ms);
}

}  // namespace
}  // namespace pilotlight::zk
