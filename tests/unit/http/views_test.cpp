#include "http/views.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "unit/http/sample_state.hpp"

namespace pilotlight::http {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A page that was meant to change: look at what the failure names, then copy it over the golden one.
void expect_golden(const std::string& name, const std::string& page) {
  const auto golden = std::string(PILOTLIGHT_TESTS_DIR) + "/unit/http/golden/" + name;
  std::ifstream file(golden, std::ios::binary);
  const std::string expected{std::istreambuf_iterator<char>(file), {}};
  if (page == expected) return;
  const auto actual = testing::TempDir() + name;
  std::ofstream(actual, std::ios::binary) << page;
  ADD_FAILURE() << actual << " is not " << golden;
}

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

/// The headings of the table below an anchor, joined by " | ".
std::string headings(const std::string& page, const std::string& anchor) {
  const auto begin = page.find("<thead>", page.find("id=\"" + anchor + "\""));
  const auto end = page.find("</thead>", begin);
  std::string all;
  const std::string open = "<th scope=\"col\">";
  for (auto at = page.find(open, begin); at < end; at = page.find(open, at + 1)) {
    const auto text = at + open.size();
    all += (all.empty() ? "" : " | ") + page.substr(text, page.find("</th>", text) - text);
  }
  return all;
}

TEST(MainPage, HasSparksTablesAndColumns) {
  const auto page = main_page(sample_state(), sample_now());
  std::size_t last = 0;
  for (const auto* part : {"Workers (3)", "Running Applications (2)", "Running Drivers (2)",
                           "Completed Applications (1)", "Completed Drivers (1)"}) {
    const auto at = page.find(part, last);
    ASSERT_NE(at, std::string::npos) << part << " is not there, or not in Spark's order";
    last = at;
  }
  const std::string apps =
      "Application ID | Name | Cores | Memory per Executor | Resources Per Executor | Submitted Time | User | State | "
      "Duration";
  const std::string drivers =
      "Submission ID | Submitted Time | Worker | State | Cores | Memory | Resources | Main Class";
  EXPECT_EQ(headings(page, "workers"), "Worker Id | Address | State | Cores | Memory | Resources");
  EXPECT_EQ(headings(page, "running-app"), apps);
  EXPECT_EQ(headings(page, "completed-app"), apps);
  EXPECT_EQ(headings(page, "running-driver"), drivers + " | Duration");
  EXPECT_EQ(headings(page, "completed-driver"), drivers);
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
  EXPECT_LT(page.find(">app-2</a>"), page.find(">app-1</a>"));
  EXPECT_THAT(page,
              HasSubstr("<td><a href=\"app/?appId=app-1\">app-1</a></td><td><a href=\"http://driver:4040\">a &quot;q"));
  EXPECT_THAT(page, HasSubstr("<td>2</td><td>600.0 MiB</td><td>1 gpu</td><td>2024/01/02 "
                              "03:03:52</td><td>ann</td><td>RUNNING</td><td>13 s</td>"));
  EXPECT_THAT(page, HasSubstr("<td>0</td><td>1024.0 MiB</td><td></td><td>2024/01/02 "
                              "03:04:00</td><td>ann</td><td>WAITING"));
}

TEST(MainPage, WhoeverWaits_IsToldWhy) {
  auto state = sample_state();
  state.workers.clear();
  state.apps.at(AppId("app-2")).record.requested_cores = 4;
  const auto page = main_page(state, sample_now());
  EXPECT_THAT(page, HasSubstr("<td>WAITING<small>no worker"));
  EXPECT_THAT(page, HasSubstr("<td>SUBMITTED<small>no worker"));
}

TEST(MainPage, DriverWithoutMainClass_DoesNotBreakIt) {
  EXPECT_THAT(main_page(sample_state(), sample_now()),
              HasSubstr("<td>driver-2</td><td>2024/01/02 03:02:35</td><td>None</td><td>SUBMITTED"));
}

TEST(MainPage, WorkerThatIsSilentForHalfItsTime_IsToldOf) {
  auto state = sample_state();
  auto now = sample_now();
  now.instant = state.workers.begin()->second.last_heartbeat + std::chrono::seconds(29);
  EXPECT_THAT(main_page(state, now), HasSubstr("<td>ALIVE</td>"));
  now.instant += std::chrono::seconds(2);
  EXPECT_THAT(main_page(state, now), HasSubstr("<td>ALIVE<small>silent for 31 s</small></td>"));
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
  driver.record.worker = WorkerId("<h6>");
  state.settings.address.host = "<title>";
  const auto page = main_page(state, sample_now());
  for (const auto* tag :
       {"<script>", "javascript:", "<i>", "<u>", "<b>", "<s>", "<em>", "<h6>", "\"onclick", "spark://<title>"})
    EXPECT_THAT(page, Not(HasSubstr(tag)));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;\xef\xbf\xbd&#39;)&lt;/script&gt;"));
}

TEST(MainPage, Secrets_AreNotShown) { EXPECT_THAT(main_page(sample_state(), sample_now()), Not(HasSubstr("hunter2"))); }

TEST(MainPage, OfAStandby_SaysWhoLeadsAndShowsNothingElse) {
  auto state = sample_state();
  state.recovery = core::RecoveryState::standby;
  const auto page = main_page(state, sample_now(), sample_cluster("spark://m2:7077"));
  EXPECT_THAT(page, HasSubstr("<strong>Status:</strong> STANDBY"));
  EXPECT_THAT(page, HasSubstr("Spark Master at spark://127.0.0.1:17077"));
  EXPECT_THAT(page, HasSubstr("<h2>m2:7077 leads</h2>"));
  EXPECT_THAT(page, HasSubstr("<a href=\"http://m2:8080\">Open the leader&#39;s page</a>"));
  EXPECT_THAT(page, HasSubstr("Failovers (2)"));
  for (const auto* word : {"ALIVE", "worker-1", "Workers (", "Running Applications"})
    EXPECT_THAT(page, Not(HasSubstr(word)));
}

TEST(MainPage, OfAStandbyThatKnowsNoLeader_SaysThatNobodyLeads) {
  auto state = empty_state();
  state.recovery = core::RecoveryState::standby;
  const auto page = main_page(state, sample_now(), sample_cluster(""));
  EXPECT_THAT(page, HasSubstr("<section class=\"verdict critical\">\n<h2>Nobody leads</h2>"));
  EXPECT_THAT(page, Not(HasSubstr("ALIVE")));
}

TEST(MainPage, OfALeader_ShowsHowFarTheStandbysAre) {
  const auto page = main_page(sample_state(), sample_now(), sample_cluster("spark://127.0.0.1:17077"));
  EXPECT_THAT(page, HasSubstr("<h2>127.0.0.1:17077 leads</h2>"));
  EXPECT_THAT(page, HasSubstr("Epoch 7 for "));
  EXPECT_THAT(
      page, HasSubstr("<tr class=\"leads self\"><td><a href=\"http://127.0.0.1:18080\">spark://127.0.0.1:17077</a></td>"
                      "<td>leader</td><td></td><td>this one</td><td>yes</td><td>0.1.0</td></tr>"));
  EXPECT_THAT(page, HasSubstr("<td>standby</td><td>12 commits</td><td>up</td><td>yes</td>"));
  EXPECT_THAT(page, HasSubstr("<td>standby</td><td>is being filled</td><td>down</td><td>no</td>"));
  EXPECT_THAT(page, HasSubstr("2 standbys, 1 not heard."));
}

TEST(MainPage, OfAStandby_SaysNothingOfWhatItDoesNotHear) {
  auto state = empty_state();
  state.recovery = core::RecoveryState::standby;
  auto cluster = sample_cluster("spark://m2:7077");
  cluster.members[2].reported = false;
  cluster.members[2].linked = true;
  const auto page = main_page(state, sample_now(), cluster);
  EXPECT_THAT(page, HasSubstr("<td>standby</td><td>not known here</td><td>up</td>"));
  EXPECT_THAT(page, HasSubstr("2 standbys, all ready."));
}

TEST(MainPage, OfALeaderThatMayNotSpeak_IsNotALIVE) {
  auto cluster = sample_cluster("spark://127.0.0.1:17077");
  cluster.held = "its lease is over";
  const auto page = main_page(empty_state(), sample_now(), cluster);
  EXPECT_THAT(page, HasSubstr("leads, but may not speak"));
  EXPECT_THAT(page, HasSubstr("its lease is over"));
  EXPECT_THAT(page, HasSubstr("<strong>Status:</strong> RECOVERING"));
}

TEST(MainPage, DuringRecovery_CountsWhoHasAnswered) {
  auto state = sample_state();
  state.recovery = core::RecoveryState::recovering;
  state.workers.begin()->second.state = core::WorkerState::unknown;
  state.apps.begin()->second.state = core::AppState::unknown;
  const auto page = main_page(state, sample_now(), sample_cluster("spark://127.0.0.1:17077"));
  EXPECT_THAT(page, HasSubstr("127.0.0.1:17077 is taking over"));
  EXPECT_THAT(page, HasSubstr("1 of 2 workers and 1 of 2 applications have answered."));
}

TEST(MainPage, TextOfOtherMasters_IsEscaped) {
  auto cluster = sample_cluster("spark://<b>:1");
  cluster.members[1].url = "spark://<i>:1";
  cluster.members[1].web_ui_url = "javascript:alert(1)";
  cluster.members[1].version = "<u>";
  cluster.zookeeper = "<s>";
  cluster.held = "<em>";
  cluster.flights[0].leader = "<h1>";
  cluster.flights[1].leader = "<h3>";
  cluster.flights[1].previous = "<h4>";
  cluster.flights[1].cause = "<h5>";
  const auto page = main_page(empty_state(), sample_now(), cluster);
  for (const auto* tag : {"//<b>", "<i>:", "javascript:", "<u>", "<s>", "<em>", "<h1></", "<h3>", "<h4>", "<h5>"})
    EXPECT_THAT(page, Not(HasSubstr(tag)));
}

TEST(KillButtons, AreThereOnlyWhenSomebodyAnswersThem) {
  EXPECT_THAT(main_page(sample_state(), sample_now()), Not(HasSubstr("<form")));
  PageContext context;
  context.kill_enabled = true;
  context.csrf = "t\"oken";
  const auto page = main_page(sample_state(), sample_now(), {}, context);
  EXPECT_THAT(page, HasSubstr("<form id=\"kill-app\" action=\"app/kill/\" method=\"POST\"><input type=\"hidden\" "
                              "name=\"terminate\" value=\"true\"><input type=\"hidden\" name=\"csrf\" "
                              "value=\"t&quot;oken\"></form>"));
  EXPECT_THAT(page, HasSubstr("<button form=\"kill-app\" name=\"id\" value=\"app-1\">Kill app-1</button>"));
  EXPECT_THAT(page, HasSubstr("<form id=\"kill-driver\" action=\"driver/kill/\" method=\"POST\">"));
  EXPECT_THAT(page, HasSubstr("<button form=\"kill-driver\" name=\"id\" value=\"driver-1\">"));
  EXPECT_THAT(page, Not(HasSubstr("Kill app-0")));  // it is done already
}

TEST(Pages, BehindAProxy_KeepItsPrefix) {
  PageContext context;
  context.root = "/spark";
  for (const auto& page :
       {main_page(sample_state(), sample_now(), {}, context),
        app_page(sample_state(), sample_now(), "app-1", {}, context), error_page("a", "b", context)}) {
    EXPECT_THAT(page, HasSubstr("href=\"/spark/static/pilotlight.css\""));
    EXPECT_THAT(page, HasSubstr("<body data-root=\"/spark\">"));
    EXPECT_THAT(page, Not(HasSubstr("=\"/static")));
  }
}

/// What the policy of these pages forbids.
TEST(Pages, HaveNoStylesAndScriptsOfTheirOwn) {
  for (const auto& page : {main_page(sample_state(), sample_now(), sample_cluster("spark://m2:7077")),
                           app_page(sample_state(), sample_now(), "app-1"), error_page("a", "b")}) {
    EXPECT_THAT(page, Not(HasSubstr("<style")));
    EXPECT_THAT(page, Not(HasSubstr(" style=")));
    EXPECT_THAT(page, Not(HasSubstr(" onclick=")));
    EXPECT_THAT(page, Not(HasSubstr("<script>")));
  }
}

TEST(Pages, AreTheGoldenOnes) {
  PageContext context;
  context.version = "0.1.0";
  context.kill_enabled = true;
  context.csrf = "token";
  context.rest_url = "spark://127.0.0.1:6066";
  // Nothing is wrong: what findings say is their own tests' business.
  auto state = sample_state();
  state.dead_workers.clear();
  const auto healthy = [](const std::string& leader) {
    auto cluster = sample_cluster(leader);
    for (auto& member : cluster.members) member.linked = member.voter = member.complete = true;
    for (auto& member : cluster.members) member.mirrored = cluster.commit;
    return cluster;
  };
  expect_golden("main.html", main_page(state, sample_now(), healthy(state.master_url()), context));
  replica::Cluster alone;
  alone.leader = state.master_url();
  expect_golden("main_alone.html", main_page(empty_state(), sample_now(), alone));
  state.recovery = core::RecoveryState::standby;
  expect_golden("main_standby.html", main_page(state, sample_now(), healthy("spark://m2:7077"), context));
  expect_golden("app.html", app_page(sample_state(), sample_now(), "app-1", {}, context));
  expect_golden("error.html", error_page("404 Not Found", "There is no page at this address.", context));
}

}  // namespace
}  // namespace pilotlight::http
