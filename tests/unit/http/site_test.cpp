// Every address through the Site, with a master that only writes down what it is asked.
#include "http/site.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "system/crypto.hpp"
#include "unit/http/fake_master.hpp"

namespace pilotlight::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class SiteTest : public testing::Test {
 protected:
  static SiteSettings settings() {
    SiteSettings settings;
    settings.about.version = "0.1.0";
    settings.about.form_token = "token";
    return settings;
  }
  Site& site() {
    if (!site_) site_.emplace(with, master);
    return *site_;
  }
  /// nullopt while the answer waits for the master.
  std::optional<Response> ask(Request request) {
    request.target = request.path;
    answered_.reset();
    site().answer(request, [this](Response response) { answered_ = std::move(response); });
    return answered_;
  }
  std::optional<Response> post(const std::string& path, const std::string& body, Headers headers = {}) {
    return ask({"POST", path, "", body, path, std::move(headers), true});
  }
  /// A document, which comes from the renderer's thread.
  Response get(const std::string& path) {
    ask({"GET", path, "", ""});
    master.run_until([this] { return answered_.has_value(); });
    return answered_.value_or(Response{});
  }

  FakeMaster master;
  SiteSettings with = settings();
  std::optional<Response> answered_;
  std::optional<Site> site_;
};

// ---- documents ----

TEST_F(SiteTest, Documents_ComeFromTheRenderer) {
  EXPECT_THAT(get("/").bytes(), HasSubstr("Spark Master at spark://127.0.0.1:17077"));
  EXPECT_THAT(get("/cluster").bytes(), StartsWith("{\n  \"self\" : \"spark://127.0.0.1:17077\""));
  EXPECT_THAT(get("/metrics").bytes(), HasSubstr("\npilotlight_leader 1\n"));
  EXPECT_EQ(get("/nosuch").status, 404);
}

TEST_F(SiteTest, Health_IsAnsweredAtOnce) {
  EXPECT_EQ(ask({"GET", "/livez", "", ""})->status, 200);
  EXPECT_EQ(ask({"HEAD", "/leader", "", ""})->status, 200);
  EXPECT_EQ(ask({"POST", "/livez", "", ""})->status, 405);
}

// ---- the API ----

TEST_F(SiteTest, KillApp_IsAnsweredWhenItIsDurable) {
  EXPECT_FALSE(post("/api/kill", R"({"kind":"app","id":"app-1"})"));
  EXPECT_THAT(master.killed, ElementsAre("app-1"));
  master.answer(deploy::BooleanReply{true});
  ASSERT_TRUE(answered_);
  EXPECT_EQ(answered_->status, 200);
  EXPECT_EQ(answered_->body, "{\"success\":true,\"message\":\"Application app-1 was killed.\"}\n");
  EXPECT_EQ(answered_->content_type, "application/json");
}

TEST_F(SiteTest, KillDriver_IsAnAskLikeAnyClients) {
  EXPECT_FALSE(post("/api/kill", R"({"kind":"driver","id":"driver-9"})"));
  ASSERT_THAT(master.asked, SizeIs(1));
  EXPECT_EQ(std::get<deploy::RequestKillDriver>(master.asked[0]).driver, DriverId("driver-9"));
  master.answer(deploy::KillDriverResponse{DriverId("driver-9"), false, "no such driver"});
  EXPECT_EQ(answered_->status, 404);
  EXPECT_EQ(answered_->body, "{\"error\":\"no such driver\"}\n");
}

TEST_F(SiteTest, KillOfWhatIsNot_Is404AndNobodyIsAsked) {
  EXPECT_EQ(post("/api/kill", R"({"kind":"app","id":"app-9"})")->status, 404);
  EXPECT_THAT(post("/api/kill", R"({"kind":"app","id":"app-0"})")->body, HasSubstr("already finished"));
  EXPECT_THAT(master.killed, IsEmpty());
}

TEST_F(SiteTest, LostLeadershipMeanwhile_IsUnknown) {
  post("/api/kill", R"({"kind":"app","id":"app-1"})");
  master.answer(std::nullopt);
  EXPECT_EQ(answered_->status, 503);
  EXPECT_THAT(answered_->body, HasSubstr("look before asking again"));
}

TEST_F(SiteTest, AStandby_NamesTheLeader) {
  master.shown = standby_state();
  master.masters = three_masters();
  for (const auto* path : {"/api/kill", "/api/transfer"}) {
    const auto response = post(path, R"({"kind":"app","id":"app-1"})");
    EXPECT_EQ(response->status, 503) << path;
    EXPECT_THAT(response->body, HasSubstr(R"("leader":"spark://m2:7077")")) << path;
  }
}

TEST_F(SiteTest, OddRequestsToTheApi) {
  for (const auto* body : {"", "nonsense", "[]", "{}", R"({"kind":"app"})", R"({"kind":"worker","id":"w"})",
                           R"({"kind":1,"id":2})", "\xff\xfe"})
    EXPECT_EQ(post("/api/kill", body)->status, 400) << body;
  EXPECT_EQ(ask({"GET", "/api/kill", "", ""})->status, 405);
  EXPECT_EQ(post("/api/nosuch", "{}")->status, 404);
  EXPECT_EQ(post("/api/kill", std::string(100'000, '['))->status, 400);
}

TEST_F(SiteTest, KillsCanBeSwitchedOff) {
  with.about.kill_enabled = false;
  EXPECT_EQ(post("/api/kill", R"({"kind":"app","id":"app-1"})")->status, 403);
  EXPECT_EQ(post("/app/kill/", "id=app-1&terminate=true")->status, 403);
  EXPECT_EQ(post("/v1/submissions/kill/driver-1", "")->status, 403);
}

// ---- hand-over ----

TEST_F(SiteTest, Transfer_IsAnsweredWhenAnotherLeads) {
  master.masters = led_by_this();
  EXPECT_FALSE(post("/api/transfer", R"({"to":"spark://m3:7077"})"));
  EXPECT_THAT(master.transferred, ElementsAre("n3"));
  master.pass(std::chrono::milliseconds(2));
  EXPECT_FALSE(answered_);
  master.masters.leader = "spark://m3:7077";
  master.masters.epoch = Epoch(8);
  master.pass(std::chrono::milliseconds(2));
  EXPECT_EQ(answered_->status, 200);
  EXPECT_THAT(answered_->body, HasSubstr(R"("leader":"spark://m3:7077","epoch":8)"));
}

TEST_F(SiteTest, Transfer_ThatNobodyTakes_Is409) {
  master.masters = led_by_this();
  EXPECT_EQ(post("/api/transfer", R"({"to":"spark://m9:7077"})")->status, 409);
  master.transfer_result = retryable("there is no standby that could take over now");
  EXPECT_THAT(post("/api/transfer", "")->body, HasSubstr("no standby"));
  master.transfer_result = {};
  EXPECT_FALSE(post("/api/transfer", ""));
  EXPECT_EQ(master.transferred.back(), "the best");
  master.pass(std::chrono::seconds(3));
  EXPECT_EQ(answered_->status, 409);
}

TEST_F(SiteTest, Transfer_ToItself_IsDone) {
  master.masters = led_by_this();
  EXPECT_EQ(post("/api/transfer", R"({"to":"spark://127.0.0.1:17077"})")->status, 200);
  EXPECT_THAT(master.transferred, IsEmpty());
}

// ---- the proof ----

TEST_F(SiteTest, WithASecret_EveryChangeNeedsAProof) {
  with.secret = "correct horse battery staple";
  EXPECT_EQ(post("/api/kill", R"({"kind":"app","id":"app-1"})")->status, 401);
  EXPECT_EQ(post("/api/transfer", "")->status, 401);
  EXPECT_EQ(post("/app/kill/", "id=app-1&terminate=true")->status, 401);
  EXPECT_EQ(post("/v1/submissions/kill/driver-1", "")->status, 401);
  EXPECT_THAT(master.killed, IsEmpty());
  EXPECT_THAT(master.asked, IsEmpty());
  EXPECT_EQ(ask({"GET", "/leader", "", ""})->status, 200);
}

// ---- Spark's forms ----

TEST_F(SiteTest, Forms_AsCurlScriptsPostThem) {
  EXPECT_FALSE(post("/app/kill/", "id=app-1&terminate=true"));
  master.answer(deploy::BooleanReply{true});
  EXPECT_EQ(answered_->status, 302);
  EXPECT_EQ(answered_->location, "/");
  EXPECT_FALSE(ask({"POST", "/driver/kill", "id=driver-1&terminate=true", ""}));
  EXPECT_EQ(std::get<deploy::RequestKillDriver>(master.asked[0]).driver, DriverId("driver-1"));
  EXPECT_EQ(post("/app/kill/", "id=app-2")->status, 302);
  EXPECT_THAT(master.killed, ElementsAre("app-1"));
  EXPECT_EQ(post("/app/kill/", "id=app-9&terminate=true")->status, 302);
  EXPECT_EQ(ask({"GET", "/app/kill/", "id=app-1&terminate=true", ""})->status, 405);
}

TEST_F(SiteTest, Forms_FromOtherSites_AreRefused) {
  const std::string body = "id=app-1&terminate=true";
  const std::string with_token = body + "&csrf=token";
  EXPECT_EQ(post("/app/kill/", with_token, {"m1:8080", "http://evil.example", "", "", ""})->status, 403);
  EXPECT_EQ(post("/app/kill/", with_token, {"m1:8080", "null", "", "", ""})->status, 403);
  EXPECT_EQ(post("/app/kill/", with_token, {"m1:8080", "http://m1:8080", "cross-site", "", ""})->status, 403);
  EXPECT_EQ(post("/app/kill/", with_token, {"m1:8080", "http://m1:8080", "same-site", "", ""})->status, 403);
  EXPECT_EQ(post("/app/kill/", body, {"m1:8080", "http://m1:8080", "", "", ""})->status, 403);
  EXPECT_EQ(post("/api/kill", "{}", {"m1:8080", "http://evil.example", "", "", ""})->status, 403);
  EXPECT_EQ(post("/v1/submissions/kill/d", "", {"m1:8080", "http://evil.example", "", "", ""})->status, 403);
  EXPECT_THAT(master.killed, IsEmpty());
  EXPECT_FALSE(post("/app/kill/", with_token, {"m1:8080", "http://m1:8080", "same-origin", "", ""}));
  EXPECT_FALSE(post("/app/kill/", with_token, {"m1:8080", "http://m1:8080", "", "", ""}));
  EXPECT_FALSE(post("/app/kill/", with_token, {"upstream:1", "https://spark.example", "same-origin", "", ""}));
  EXPECT_THAT(master.killed, SizeIs(3));
}

TEST_F(SiteTest, Decommission_IsForThoseWhoMay) {
  EXPECT_EQ(post("/workers/kill/", "host=w1")->status, 405);  // spark.decommission.enabled is false
  master.shown.settings.decommission_enabled = true;
  EXPECT_EQ(ask({"POST", "/workers/kill/", "", "host=w1"})->status, 405);  // from elsewhere, mode LOCAL
  EXPECT_FALSE(post("/workers/kill/", "host=w1&host=w2"));
  EXPECT_THAT(std::get<deploy::DecommissionWorkersOnHosts>(master.asked[0]).hosts, ElementsAre("w1", "w2"));
  master.answer(deploy::IntegerReply{2});
  EXPECT_EQ(answered_->status, 200);
  post("/workers/kill/", "host=w3");
  master.answer(deploy::IntegerReply{0});
  EXPECT_EQ(answered_->status, 404);
}

// ---- REST ----

TEST_F(SiteTest, RestStatus_IsSparksText) {
  EXPECT_FALSE(ask({"GET", "/v1/submissions/status/driver-1", "", ""}));
  deploy::DriverStatusResponse status;
  status.found = true;
  status.state = deploy::DriverState::running;
  status.worker = WorkerId("worker-1");
  status.worker_address = deploy::Address{"10.0.0.1", 7078};
  master.answer(status);
  EXPECT_EQ(answered_->content_type, "application/json;charset=utf-8");
  EXPECT_EQ(answered_->body,
            "{\n  \"action\" : \"SubmissionStatusResponse\",\n  \"driverState\" : \"RUNNING\",\n"
            "  \"serverSparkVersion\" : \"Pilotlight 0.1.0\",\n  \"submissionId\" : \"driver-1\",\n"
            "  \"success\" : true,\n  \"workerHostPort\" : \"10.0.0.1:7078\",\n  \"workerId\" : \"worker-1\"\n}");
}

TEST_F(SiteTest, RestKill_OnAStandby_IsWhatSparksClientKnows) {
  master.shown = standby_state();
  const auto response = post("/v1/submissions/kill/driver-1", "");
  EXPECT_EQ(response->status, 200);
  EXPECT_THAT(response->body, HasSubstr("\"message\" : \"Current state is not alive: STANDBY. Can only kill drivers in "
                                        "ALIVE state.\""));
  EXPECT_THAT(response->body, HasSubstr("\"success\" : false"));
}

TEST_F(SiteTest, RestCreate_SaysWhatToUse) {
  const auto response = post("/v1/submissions/create", "{}");
  EXPECT_EQ(response->status, 501);
  EXPECT_THAT(response->body, HasSubstr("\"action\" : \"ErrorResponse\""));
  EXPECT_THAT(response->body, HasSubstr("spark-submit --master spark://127.0.0.1:17077 --deploy-mode cluster"));
}

TEST_F(SiteTest, RestErrors_AreSparks) {
  const auto rest = [&](const std::string& path, const std::string& method = "GET") {
    site().answer_rest({method, path, "", "", path}, [this](Response response) { answered_ = std::move(response); });
    return *answered_;
  };
  EXPECT_THAT(rest("/").body, HasSubstr("Missing protocol version. Please submit requests through"));
  EXPECT_THAT(rest("/v1").body, HasSubstr("Missing the /submissions prefix."));
  EXPECT_THAT(rest("/v1/submissions").body, HasSubstr("Missing an action"));
  EXPECT_THAT(rest("/v1/submissions/bad").body, HasSubstr("Missing an action"));
  EXPECT_EQ(rest("/v2/submissions/status/d").status, 468);
  EXPECT_THAT(rest("/v2/submissions/status/d").body, HasSubstr("\"highestProtocolVersion\" : \"v1\""));
  EXPECT_THAT(rest("/v1/submissions/status").body, HasSubstr("Submission ID is missing in status request."));
  EXPECT_THAT(rest("/v1/submissions/kill/", "POST").body, HasSubstr("Submission ID is missing in kill request."));
  EXPECT_EQ(rest("/v1/submissions/kill/d").status, 405);
  EXPECT_EQ(rest("/v1/submissions/readyz").status, 200);
  EXPECT_EQ(rest("/v1/submissions/status/d", "POST").status, 405);
}

TEST_F(SiteTest, RestOfSpark4) {
  EXPECT_FALSE(post("/v1/submissions/killall", ""));
  master.answer(deploy::KillAllDriversResponse{true, "all"});
  EXPECT_THAT(answered_->body, HasSubstr("\"action\" : \"KillAllSubmissionResponse\""));
  EXPECT_FALSE(post("/v1/submissions/clear", ""));
  master.answer(deploy::BooleanReply{true});
  EXPECT_THAT(answered_->body, HasSubstr("\"success\" : true"));
}

// ---- events ----

TEST_F(SiteTest, Events_TellWhatChanged) {
  const auto response = ask({"GET", "/events", "", ""});
  EXPECT_TRUE(response->stream);
  EXPECT_THAT(response->body, HasSubstr("event: cluster\ndata: {\"revision\":"));
  master.counted.streams = 1;
  master.pass(std::chrono::milliseconds(500));
  EXPECT_THAT(master.published, IsEmpty());
  ++master.changes;
  master.pass(std::chrono::milliseconds(500));
  ASSERT_THAT(master.published, SizeIs(1));
  EXPECT_THAT(master.published[0], StartsWith("event: cluster\ndata: {\"revision\":"));
  master.masters.leader.clear();  // of the masters nothing is counted: they are looked at
  master.pass(std::chrono::milliseconds(500));
  EXPECT_THAT(master.published, SizeIs(2));
  for (int i = 0; i < 31; ++i) master.pass(std::chrono::milliseconds(500));
  ASSERT_THAT(master.published, SizeIs(3));
  EXPECT_THAT(master.published[2], StartsWith(": "));
  master.counted.streams = 0;
  master.pass(std::chrono::milliseconds(500));
  EXPECT_TRUE(master.timers.empty());
}

}  // namespace
}  // namespace pilotlight::http
