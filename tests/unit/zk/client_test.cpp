// The shell around the C client, with one real server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/zk/real_server.hpp"
#include "unit/zk/test_client.hpp"

namespace pilotlight::zk {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

/// A chroot of its own for each test.
class ClientTest : public testing::Test {
 protected:
  void SetUp() override {
    TestClient maker(strand_, shared_server().hosts());
    maker.await(SessionState::connected);
    root_ = "/" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name());
    ASSERT_EQ(maker.ask(Create{root_, ""}).code, Code::ok);
  }
  std::string hosts() { return shared_server().hosts() + root_; }

  TestStrand strand_;
  std::string root_;
};

TEST_F(ClientTest, ConnectsAndTellsItsSession) {
  TestClient client(strand_, hosts(), 3s);
  const auto connected = client.await(SessionState::connected);
  EXPECT_NE(connected.session, 0);
  EXPECT_EQ(connected.timeout, 3s);
  EXPECT_THAT(connected.detail, HasSubstr(shared_server().host(0)));
}

TEST_F(ClientTest, CarriesOutEveryKindOfRequest) {
  TestClient client(strand_, hosts());
  client.await(SessionState::connected);
  EXPECT_EQ(client.ask(Create{"/a", std::string("d\0ta", 4)}).path, "/a");
  EXPECT_EQ(client.ask(Create{"/a/s-", "", true, true}).path, "/a/s-0000000000");
  const auto got = client.ask(Get{"/a"});
  EXPECT_EQ(got.data, std::string("d\0ta", 4));
  EXPECT_EQ(got.stat.children, 1);
  EXPECT_EQ(client.ask(Set{"/a", "", 0}).stat.version, 1);
  EXPECT_EQ(client.ask(Get{"/a"}).data, "");
  EXPECT_THAT(client.ask(Children{"/a"}).children, ElementsAre("s-0000000000"));
  EXPECT_EQ(client.ask(Exists{"/a/s-0000000000"}).stat.ephemeral_owner, client.last_connected.session);
  EXPECT_EQ(client.ask(Sync{"/a"}).code, Code::ok);
  EXPECT_EQ(client.ask(Delete{"/a"}).code, Code::not_empty);
  const auto multi = client.ask(Multi{{Check{"/a", 1}, Create{"/a/m-", "", false, true}, Set{"/a", "new", 1}}});
  ASSERT_EQ(multi.code, Code::ok);
  ASSERT_EQ(multi.outcomes.size(), 3U);
  EXPECT_EQ(multi.outcomes[1].path, "/a/m-0000000001");
  EXPECT_EQ(multi.outcomes[2].stat.version, 2);
}

TEST_F(ClientTest, AnswersRequestsInTheirOrder) {
  TestClient client(strand_, hosts());
  client.await(SessionState::connected);
  client.ask(Create{"/a", ""});
  client.events.clear();
  std::vector<std::uint64_t> sent;
  for (int i = 0; i < 200; ++i) sent.push_back(client.submit(Set{"/a", std::to_string(i)}).value);
  client.answer_to(RequestId(sent.back()));
  std::vector<std::uint64_t> answered;
  for (const auto& event : client.events) answered.push_back(std::get<Answered>(event).request.value);
  EXPECT_EQ(answered, sent);
}

TEST_F(ClientTest, ReportsWatches) {
  TestClient watcher(strand_, hosts());
  TestClient writer(strand_, hosts());
  watcher.await(SessionState::connected);
  writer.await(SessionState::connected);
  EXPECT_EQ(watcher.ask(Exists{"/a", true}).code, Code::no_node);
  writer.ask(Create{"/a", ""});
  watcher.await_watch("/a");
  EXPECT_THAT(watcher.fired(), ElementsAre("/a"));
  watcher.ask(Children{"/a", true});
  watcher.ask(Get{"/a", true});
  writer.ask(Delete{"/a"});
  watcher.await_watch("/a");
  watcher.ask(Sync{"/"});
  EXPECT_THAT(watcher.fired(), ElementsAre("/a"));  // once for both
}

TEST_F(ClientTest, RefusesWhatIsTooLargeOrNoPathAndGoesOn) {
  TestClient client(strand_, hosts());
  client.await(SessionState::connected);
  EXPECT_EQ(client.ask(Create{"/a", std::string(largest_operation, 'x')}).code, Code::too_large);
  EXPECT_EQ(client.ask(Multi{{Create{"/b", ""}, Create{"b", ""}}}).code, Code::failed);
  EXPECT_EQ(client.ask(Create{"/a", std::string(largest_operation - 100, 'x')}).code, Code::ok);
  EXPECT_EQ(client.ask(Get{"/a"}).data.size(), largest_operation - 100);
  EXPECT_EQ(client.ask(Exists{"/b"}).code, Code::no_node);
}

TEST_F(ClientTest, RequestsWithoutConnectionAreAnsweredAtOnceButNotInsideTheCall) {
  TestClient client(strand_, "127.0.0.1:1", 2s);
  const auto id = client.submit(Get{"/a"});
  EXPECT_TRUE(client.events.empty());
  EXPECT_EQ(client.answer_to(id, 100ms).code, Code::connection_loss);
}

TEST_F(ClientTest, ClosingEndsTheSession) {
  TestClient watcher(strand_, hosts());
  watcher.await(SessionState::connected);
  TestClient owner(strand_, hosts(), 60s);
  owner.await(SessionState::connected);
  owner.ask(Create{"/e", "", true});
  watcher.ask(Exists{"/e", true});
  const auto began = std::chrono::steady_clock::now();
  owner.client->close();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 1100ms);
  watcher.await_watch("/e");
  const auto before = owner.events.size();
  owner.client->submit(RequestId(99), Get{"/"});
  strand_.run_until([] { return false; }, 50ms);
  EXPECT_EQ(owner.events.size(), before);
}

TEST_F(ClientTest, CredentialsGuardWhatTheyCreate) {
  TestClient owner(strand_, ClientOptions{.hosts = hosts(), .session_timeout = 4s, .digest = "me:secret"});
  TestClient stranger(strand_, hosts());
  TestClient friendly(strand_, ClientOptions{.hosts = hosts(), .session_timeout = 4s, .digest = "me:secret"});
  for (auto* client : {&owner, &stranger, &friendly}) client->await(SessionState::connected);
  ASSERT_EQ(owner.ask(Create{"/mine", "x"}).code, Code::ok);
  EXPECT_EQ(stranger.ask(Get{"/mine"}).code, Code::no_auth);
  EXPECT_EQ(stranger.ask(Set{"/mine", "y"}).code, Code::no_auth);
  const auto multi = stranger.ask(Multi{{Create{"/other", ""}, Set{"/mine", "y"}}});
  EXPECT_EQ(multi.code, Code::no_auth);
  EXPECT_EQ(multi.outcomes[0].code, Code::rolled_back);
  EXPECT_EQ(friendly.ask(Get{"/mine"}).data, "x");
}

TEST_F(ClientTest, AMissingChrootIsAMissingNode) {
  TestClient client(strand_, hosts() + "/missing");
  client.await(SessionState::connected);
  EXPECT_EQ(client.ask(Create{"/a", ""}).code, Code::no_node);
}

TEST_F(ClientTest, SaysWhyHostsCannotBeResolvedOnceAndGoesOnTrying) {
  TestClient client(strand_, "no-such-host.invalid:2181", 2s);
  const auto change = client.await(SessionState::connecting);
  EXPECT_THAT(change.detail, HasSubstr("no-such-host.invalid cannot be resolved"));
  strand_.run_until([] { return false; }, 700ms);
  EXPECT_EQ(client.events.size(), 1U);
}

TEST_F(ClientTest, OneUnresolvableHostOfTwoDoesNoHarm) {
  TestClient client(strand_, "no-such-host.invalid:2181," + hosts());
  const auto connected = client.await(SessionState::connected);
  EXPECT_THAT(connected.detail, HasSubstr("no-such-host.invalid"));
}

TEST_F(ClientTest, SaysThatNoServerAnswers) {
  TestClient client(strand_, "127.0.0.1:1", 2s);
  EXPECT_EQ(client.await(SessionState::connecting, 3s).detail, "no server answers");
}

TEST(MakeClientTest, RefusesWhatItCannotUnderstand) {
  TestStrand strand;
  const auto error = [&](const std::string& hosts, const std::string& digest) {
    const auto made =
        make_client({.hosts = hosts, .session_timeout = 2s, .digest = digest}, strand.post(), [](const Event&) {});
    return made ? std::string() : made.error().message;
  };
  EXPECT_THAT(error("h:0", ""), HasSubstr("port"));
  EXPECT_THAT(error("", ""), HasSubstr("host"));
  EXPECT_THAT(error("h", "password"), HasSubstr("user:password"));
  EXPECT_THAT(error("h", "password"), testing::Not(HasSubstr("\"password\"")));
}

}  // namespace
}  // namespace pilotlight::zk
