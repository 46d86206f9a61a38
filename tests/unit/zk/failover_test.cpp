// The shell around the C client when servers die, freeze and come back: three real servers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>

#include "unit/zk/real_server.hpp"
#include "unit/zk/test_client.hpp"

namespace pilotlight::zk {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using testing::Contains;

std::chrono::milliseconds since(Clock::time_point began) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
}

class FailoverTest : public testing::Test {
 protected:
  static RealEnsemble& three() {
    static RealEnsemble ensemble(3);
    return ensemble;
  }
  void SetUp() override {
    three().wait_until_ready();
    root_ = "/" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name());
    TestClient maker(strand_, three().hosts());
    maker.await(SessionState::connected);
    maker.ask(Create{root_, ""});
  }
  static std::size_t leader() {
    for (std::size_t i = 0; i < 3; ++i) {
      if (three().mode(i) == "leader") return i;
    }
    throw std::runtime_error("no leader");
  }
  /// A connected client whose server is not the leader.
  std::unique_ptr<TestClient> on_a_follower(Duration timeout) {
    const auto leads = leader();
    while (true) {
      auto client = std::make_unique<TestClient>(strand_, three().hosts(), timeout);
      client->await(SessionState::connected);
      if (server_of(*client) != leads) return client;
    }
  }
  static std::size_t server_of(const TestClient& client) { return three().server_at(client.last_connected.detail); }

  TestStrand strand_;
  std::string root_;
};

TEST_F(FailoverTest, AnotherServerTakesOverTheSessionAtOnce) {
  auto client = on_a_follower(6s);
  const auto session = client->last_connected.session;
  client->ask(Create{root_ + "/e", "", true});
  client->ask(Exists{root_ + "/e", true});
  const auto victim = server_of(*client);
  const auto began = Clock::now();
  three().kill(victim);
  client->await(SessionState::suspended);
  const auto connected = client->await(SessionState::connected);
  const auto took = since(began);
  std::printf("connected again %lld ms after SIGKILL of its server\n", static_cast<long long>(took.count()));
  EXPECT_LT(took, 1s);
  EXPECT_EQ(connected.session, session);
  EXPECT_EQ(client->ask(Delete{root_ + "/e"}).code, Code::ok);
  client->await_watch(root_ + "/e");  // armed again by the C client
  three().start(victim);
}

TEST_F(FailoverTest, TheLeadersDeathCostsAnElection) {
  auto client = on_a_follower(6s);
  const auto session = client->last_connected.session;
  const auto victim = leader();
  const auto began = Clock::now();
  three().kill(victim);
  client->await(SessionState::suspended);
  EXPECT_EQ(client->await(SessionState::connected).session, session);
  EXPECT_EQ(client->ask(Create{root_ + "/a", ""}).code, Code::ok);
  std::printf("first write %lld ms after SIGKILL of the leader\n", static_cast<long long>(since(began).count()));
  three().start(victim);
}

TEST_F(FailoverTest, ASilentServerIsLeftInTimeForTheSession) {
  auto client = on_a_follower(3s);
  const auto session = client->last_connected.session;
  client->ask(Create{root_ + "/a", ""});
  client->ask(Exists{root_ + "/a", true});
  const auto silent = server_of(*client);
  TestClient other(strand_, three().host(leader()));
  other.await(SessionState::connected);
  const auto began = Clock::now();
  three().send_signal(silent, SIGSTOP);
  const auto lost = client->submit(Get{root_});
  other.ask(Set{root_ + "/a", "1"});
  EXPECT_EQ(client->answer_to(lost).code, Code::connection_loss);
  client->await(SessionState::suspended);
  EXPECT_EQ(client->await(SessionState::connected).session, session);
  EXPECT_LT(since(began), 3s);
  client->await_watch(root_ + "/a");  // what was missed is told
  three().send_signal(silent, SIGCONT);
}

TEST_F(FailoverTest, WithoutServersTheSessionIsSuspendedAndGoesOnAfterwards) {
  auto client = on_a_follower(20s);
  const auto session = client->last_connected.session;
  client->ask(Create{root_ + "/a", "kept"});
  // Its own server last: else it finds another one for a moment.
  const auto own = server_of(*client);
  for (std::size_t i = 0; i < 3; ++i)
    if (i != own) three().kill(i);
  three().kill(own);
  client->await(SessionState::suspended);
  for (std::size_t i = 0; i < 3; ++i) three().start(i);
  EXPECT_EQ(client->await(SessionState::connected).session, session);
  EXPECT_EQ(client->ask(Get{root_ + "/a"}).data, "kept");
}

}  // namespace
}  // namespace pilotlight::zk
