#include "http/router.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/json.hpp"
#include "unit/http/sample_state.hpp"

namespace pilotlight::http {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Response get(const std::string& path, const std::string& query = "") {
  return respond({"GET", path, query, ""}, sample_state(), sample_now());
}

TEST(Router, Root_IsThePage) {
  const auto response = get("/");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "text/html;charset=utf-8");
  EXPECT_THAT(response.body, HasSubstr("Spark Master at spark://127.0.0.1:17077"));
}

TEST(Router, Json_IsEverything) {
  const auto response = get("/json/", "anything=1");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "text/json;charset=utf-8");
  EXPECT_EQ(response.body, master_json(sample_state(), sample_now()));
}

TEST(Router, JsonWithoutSlash_IsEverythingToo) {
  EXPECT_EQ(get("/json").status, 200);
  EXPECT_EQ(get("/json").body, get("/json/").body);
}

TEST(Router, ClusterAndMetrics_HaveTheirTypes) {
  EXPECT_EQ(get("/cluster").content_type, "application/json");
  EXPECT_EQ(get("/metrics").content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(get("/metrics/").body, get("/metrics").body);
  EXPECT_EQ(get("/metrics/master/prometheus/").content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(get("/metrics/master/json").content_type, "text/json;charset=utf-8");
  for (const auto* path : {"/metrics/applications/prometheus/", "/metrics/json", "/metrics/applications/json"})
    EXPECT_EQ(get(path).status, 200) << path;
}

TEST(Router, JsonField_IsItsLettersOnly) {
  EXPECT_EQ(get("/json/status").body, "{\n  \"status\" : \"ALIVE\"\n}");
  EXPECT_EQ(get("/json/status/").body, "{\n  \"status\" : \"ALIVE\"\n}");
  EXPECT_EQ(get("/json/a\"<b>").body, "{\n  \"a\" : \"\"\n}");
  EXPECT_EQ(get("/json/\"").body, master_json(sample_state(), sample_now()));
  EXPECT_THAT(get("/json/clusterutilization").body, StartsWith("{\n  \"waitingDrivers\" : 1,"));
  EXPECT_THAT(get("/json/clusterutilization/").body, StartsWith("{\n  \"waitingDrivers\" : 1,"));
}

TEST(Router, OtherPaths_AreNotFound) {
  for (const auto* path : {"/nosuch", "/jsonx", "//", "/JSON/", "", "/\xff<script>"}) {
    const auto response = get(path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_THAT(response.body, testing::Not(HasSubstr("<script>")));
  }
}

TEST(Router, OtherMethods_AreNotAllowedAnywhere) {
  for (const auto* method : {"POST", "PUT", "DELETE", "TRACE", "OPTIONS", "CONNECT", "get", "", "BREW"})
    for (const auto* path : {"/", "/json/", "/nosuch"})
      EXPECT_EQ(respond({method, path, "", ""}, sample_state(), sample_now()).status, 405) << method << ' ' << path;
}

TEST(Router, Head_IsAnsweredLikeGet) {
  const auto head = respond({"HEAD", "/json/", "", ""}, sample_state(), sample_now());
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, get("/json/").body);
}

}  // namespace
}  // namespace pilotlight::http
