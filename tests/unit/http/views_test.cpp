#include "http/views.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/http/sample_state.hpp"

namespace pilotlight::http {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(MainPage, HasSparksTitleAndLines) {
  const auto page = main_page(sample_state(), sample_now());
  EXPECT_THAT(page, testing::StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(page, HasSubstr("<title>Spark Master at spark://127.0.0.1:17077</title>"));
  for (const auto* line :
       {"<strong>URL:</strong> spark://127.0.0.1:17077", "<strong>Alive Workers:</strong> 1",
        "<strong>Cores in use:</strong> 8 Total, 3 Used",
        "<strong>Memory in use:</strong> 4.0 GiB Total, 1112.0 MiB Used",
        "<strong>Resources in use:</strong> 1 / 2 gpu", "<strong>Status:</strong> ALIVE",
        "2 <a href=\"#running-app\">Running</a>, 1 <a href=\"#completed-app\">Completed</a>", "2 Running, 1 Completed"})
    EXPECT_THAT(page, HasSubstr(line));
}

TEST(MainPage, HasSparksTablesAndColumns) {
  const auto page = main_page(sample_state(), sample_now());
  for (const auto* part :
       {"Workers (3)", "Running Applications (2)", "Completed Applications (1)", "Running Drivers (2)",
        "Completed Drivers (1)",
        "<th>Worker Id</th><th>Address</th><th>State</th><th>Cores</th><th>Memory</th><th>Resources</th>",
        "<th>Application ID</th><th>Name</th><th>Cores</th><th>Memory per Executor</th><th>Resources Per Executor</th>"
        "<th>Submitted Time</th><th>User</th><th>State</th><th>Duration</th>",
        "<th>Submission ID</th><th>Submitted "
        "Time</th><th>Worker</th><th>State</th><th>Cores</th><th>Memory</th><th>Resources</th>"
        "<th>Main Class</th><th>Duration</th>"})
    EXPECT_THAT(page, HasSubstr(part));
}

TEST(MainPage, WorkersAreSortedAndOnlyLivingOnesAreLinks) {
  const auto page = main_page(sample_state(), sample_now());
  EXPECT_THAT(page,
              HasSubstr("<td><a href=\"http://10.0.0.1:8081\">worker-1</a></td><td>10.0.0.1:7078</td><td>ALIVE</td>"
                        "<td>8 (3 Used)</td><td>4.0 GiB (1112.0 MiB Used)</td><td>gpu: Free: [1] / Used: [0]</td>"));
  const auto dead = page.find("<td>worker-0</td>");
  const auto alive = page.find(">worker-1</a>");
  const auto decommissioned = page.find("<td>worker-2</td>");
  ASSERT_NE(dead, std::string::npos);
  ASSERT_NE(decommissioned, std::string::npos);
  EXPECT_LT(dead, alive);
  EXPECT_LT(alive, decommissioned);
}

TEST(MainPage, ApplicationsAreNewestFirst) {
  const auto page = main_page(sample_state(), sample_now());
  EXPECT_LT(page.find("<td>app-2</td>"), page.find("<td>app-1</td>"));
  EXPECT_THAT(page, HasSubstr("<td>2</td><td>600.0 MiB</td><td>1 gpu</td><td>2024/01/02 "
                              "03:03:52</td><td>ann</td><td>RUNNING</td><td>13 s</td>"));
  EXPECT_THAT(page, HasSubstr("<td>0</td><td>1024.0 MiB</td><td></td><td>2024/01/02 "
                              "03:04:00</td><td>ann</td><td>WAITING</td><td>5 s</td>"));
}

TEST(MainPage, DriverWithoutMainClass_DoesNotBreakIt) {
  EXPECT_THAT(
      main_page(sample_state(), sample_now()),
      HasSubstr("<td>driver-2</td><td>2024/01/02 03:02:35</td><td>None</td><td>SUBMITTED</td><td>1</td><td>512.0 "
                "MiB</td><td></td><td></td><td>1.5 min</td>"));
}

TEST(MainPage, WithoutAnyDriverEver_HasNoDriverTables) {
  EXPECT_THAT(main_page(empty_state(), sample_now()), Not(HasSubstr("Running Drivers (")));
}

TEST(MainPage, TextOfPeers_IsEscapedAndStrangeLinksAreNone) {
  auto state = sample_state();
  auto& worker = state.workers.begin()->second;
  worker.record.web_ui_url = "javascript:alert(1)";
  worker.record.host = "<script>";
  worker.record.resources = {{"<i>", {"<u>"}}};
  auto& app = state.apps.begin()->second;
  app.record.description.name = "<script>alert('\xff')</script>";
  app.record.description.app_ui_url = "https://h/\"onclick=\"x";
  app.record.description.user = "<b>";
  app.record.description.default_profile.custom = {{"<s>", 1}};
  auto& driver = state.drivers.begin()->second;
  driver.record.description.main_class = "<em>";
  driver.record.worker = WorkerId("<h1>");
  state.settings.address.host = "<title>";
  const auto page = main_page(state, sample_now());
  for (const auto* tag :
       {"<script>", "javascript:", "<i>", "<u>", "<b>", "<s>", "<em>", "<h1>", "\"onclick", "spark://<title>"})
    EXPECT_THAT(page, Not(HasSubstr(tag)));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;\xef\xbf\xbd&#39;)&lt;/script&gt;"));
}

TEST(MainPage, Secrets_AreNotShown) { EXPECT_THAT(main_page(sample_state(), sample_now()), Not(HasSubstr("hunter2"))); }

TEST(MainPage, OfAStandby_SaysSoAndShowsNothingElse) {
  auto state = sample_state();
  state.recovery = core::RecoveryState::standby;
  const auto page = main_page(state, sample_now());
  EXPECT_THAT(page, HasSubstr("<strong>Status:</strong> STANDBY"));
  EXPECT_THAT(page, HasSubstr("spark://127.0.0.1:17077"));
  EXPECT_THAT(page, Not(HasSubstr("worker-1")));
}

}  // namespace
}  // namespace pilotlight::http
