#include "http/health.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/http/fake_master.hpp"

namespace pilotlight::http {
namespace {

using testing::HasSubstr;

Response ask(const std::string& path, const core::State& state, const replica::Cluster& cluster,
             const std::string& query = "") {
  auto response = health({"GET", path, query, ""}, state, cluster);
  EXPECT_TRUE(response) << path;
  return response.value_or(Response{});
}

TEST(Health, OfTheLeader) {
  const auto state = sample_state();
  const auto cluster = led_by_this();
  EXPECT_EQ(ask("/livez", state, cluster).status, 200);
  EXPECT_EQ(ask("/readyz", state, cluster).status, 200);
  EXPECT_EQ(ask("/leader", state, cluster).status, 200);
  EXPECT_EQ(ask("/standby", state, cluster).status, 503);
  EXPECT_EQ(ask("/redirect", state, cluster).location, "http://m1:8080/");
}

TEST(Health, OfAStandby) {
  const auto state = standby_state();
  const auto cluster = three_masters();
  EXPECT_EQ(ask("/livez", state, cluster).status, 200);
  EXPECT_EQ(ask("/readyz", state, cluster).status, 200);
  EXPECT_EQ(ask("/leader", state, cluster).status, 503);
  EXPECT_THAT(ask("/leader", state, cluster).body, HasSubstr("spark://m2:7077 leads"));
  EXPECT_EQ(ask("/standby", state, cluster).status, 200);
  EXPECT_EQ(ask("/redirect", state, cluster).status, 307);
  EXPECT_EQ(ask("/redirect", state, cluster).location, "http://m2:8080/");
}

TEST(Health, OfAMasterThatIsAlone) {
  EXPECT_EQ(ask("/readyz", sample_state(), FakeMaster::alone()).status, 200);
  EXPECT_EQ(ask("/leader", sample_state(), FakeMaster::alone()).status, 200);
  EXPECT_EQ(ask("/standby", sample_state(), FakeMaster::alone()).status, 503);
}

TEST(Health, ALeaderThatMayNotSpeak_IsNoLeader) {
  auto cluster = led_by_this();
  cluster.held = "ZooKeeper does not answer";
  EXPECT_EQ(ask("/leader", sample_state(), cluster).status, 503);
  EXPECT_THAT(ask("/leader", sample_state(), cluster).body, HasSubstr("may not speak"));
}

TEST(Health, OutsideTheElection_IsNotReady) {
  auto cluster = three_masters();
  cluster.in_queue = false;
  EXPECT_EQ(ask("/readyz", standby_state(), cluster).status, 503);
  EXPECT_EQ(ask("/standby", standby_state(), cluster).status, 503);
  EXPECT_EQ(ask("/readyz", standby_state(), cluster, "verbose").body,
            "[+]zookeeper ok\n[-]election not in the queue\nnot ready\n");
  EXPECT_EQ(ask("/readyz", standby_state(), three_masters(), "a=b&verbose=1").body,
            "[+]zookeeper ok\n[+]election ok\nready\n");
}

TEST(Health, NobodyLeads) {
  auto cluster = three_masters();
  cluster.leader.clear();
  EXPECT_EQ(ask("/redirect", standby_state(), cluster).status, 503);
  EXPECT_THAT(ask("/leader", standby_state(), cluster).body, HasSubstr("nobody leads"));
}

TEST(Health, OtherPaths_AreNotAnswered) {
  EXPECT_FALSE(health({"GET", "/livez/", "", ""}, sample_state(), led_by_this()));
  EXPECT_FALSE(health({"GET", "/", "", ""}, sample_state(), led_by_this()));
}

TEST(Health, ARedirectGoesNowhereOdd) {
  auto cluster = three_masters();
  cluster.members[1].web_ui_url = "http://m2:8080\r\nSet-Cookie: a";
  EXPECT_EQ(ask("/redirect", standby_state(), cluster).status, 503);
  cluster.members[1].web_ui_url = "javascript:alert(1)";
  EXPECT_EQ(ask("/redirect", standby_state(), cluster).status, 503);
}

}  // namespace
}  // namespace pilotlight::http
