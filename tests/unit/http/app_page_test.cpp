#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/views.hpp"
#include "unit/http/sample_state.hpp"

namespace pilotlight::http {
namespace {

using testing::HasSubstr;
using testing::Not;

core::ExecutorInfo executor(int id, deploy::ExecutorState state, const std::string& worker) {
  core::ExecutorInfo executor;
  executor.id = ExecutorId(id);
  executor.worker = WorkerId(worker);
  executor.cores = 2;
  executor.memory_mb = 600;
  executor.state = state;
  return executor;
}

core::State with_executors() {
  auto state = sample_state();
  auto& app = state.apps.at(AppId("app-1"));
  app.executors.emplace(ExecutorId(3), executor(3, deploy::ExecutorState::running, "worker-1"));
  app.executors.begin()->second.resources = {{"gpu", {"0"}}};
  app.removed_executors = {executor(0, deploy::ExecutorState::failed, "worker-0"),
                           executor(1, deploy::ExecutorState::exited, "worker-2"),
                           executor(2, deploy::ExecutorState::lost, "worker-99")};
  return state;
}

TEST(AppPage, HasSparksTitleAndLines) {
  const auto page = app_page(with_executors(), sample_now(), "app-1");
  EXPECT_THAT(page, HasSubstr("<title>Application: a &quot;q&quot; &lt;b&gt;"));
  for (const auto* line :
       {"<strong>ID:</strong> app-1", "<strong>User:</strong> ann", "<strong>Cores:</strong> Unlimited (2 granted)",
        "<strong>Executor Limit:</strong> Unlimited (1 granted)",
        "<strong>Executor Memory - Default Resource Profile:</strong> 600.0 MiB",
        "<strong>Executor Resources - Default Resource Profile:</strong> 1 gpu", "2024/01/02 03:03:52</time>",
        "<strong>State:</strong> RUNNING", "<strong><a href=\"http://driver:4040\">Application Detail UI</a></strong>"})
    EXPECT_THAT(page, HasSubstr(line));
}

TEST(AppPage, CoresAndLimits_AreToldAsSparkDoes) {
  auto state = sample_state();
  auto& app = state.apps.at(AppId("app-1"));
  app.record.description.max_cores = 8;
  app.record.requested_cores = 8;
  app.record.description.app_ui_url.clear();
  app.progress.targets[ProfileId(0)] = 5;
  const auto page = app_page(state, sample_now(), "app-1");
  EXPECT_THAT(page, HasSubstr("<strong>Cores:</strong> 8 (2 granted, 6 left)"));
  EXPECT_THAT(page, HasSubstr("<strong>Executor Limit:</strong> 5 (0 granted)"));
  EXPECT_THAT(page, HasSubstr("<strong>Application UI:</strong> Disabled"));
}

TEST(AppPage, ExecutorsAreLinkedToTheirLogs) {
  const auto page = app_page(with_executors(), sample_now(), "app-1");
  EXPECT_THAT(page, HasSubstr("Executor Summary (2)"));
  EXPECT_THAT(
      page,
      HasSubstr("<td>3</td><td><a href=\"http://10.0.0.1:8081\">worker-1</a></td><td>2</td><td>600</td><td>0</td>"
                "<td>gpu: [0]</td><td>RUNNING</td><td><a "
                "href=\"http://10.0.0.1:8081/logPage/?appId=app-1&amp;executorId=3&amp;logType=stdout\">stdout</a> <a "
                "href=\"http://10.0.0.1:8081/logPage/?appId=app-1&amp;executorId=3&amp;logType=stderr\">stderr</a>"));
}

TEST(AppPage, ExecutorsThatEndedBadly_StandApart) {
  const auto page = app_page(with_executors(), sample_now(), "app-1");
  const auto removed = page.find("Removed Executors (2)");
  ASSERT_NE(removed, std::string::npos);
  EXPECT_LT(page.find("<td>EXITED</td>"), removed);
  EXPECT_GT(page.find("<td>FAILED</td>"), removed);
  EXPECT_THAT(page,
              HasSubstr("<td>2</td><td>worker-99</td><td>2</td><td>600</td><td>0</td><td></td><td>LOST</td><td></td>"));
  EXPECT_THAT(app_page(sample_state(), sample_now(), "app-1"), Not(HasSubstr("Removed Executors")));
}

TEST(AppPage, OfOneThatWaits_SaysWhy) {
  auto state = sample_state();
  state.workers.clear();
  state.apps.at(AppId("app-2")).record.requested_cores = 4;
  EXPECT_THAT(app_page(state, sample_now(), "app-2"), HasSubstr("<strong>Waits:</strong> no worker"));
}

TEST(AppPage, OfOneThatIsDone_HasNeitherButtonNorLink) {
  PageContext context;
  context.kill_enabled = true;
  const auto page = app_page(sample_state(), sample_now(), "app-0", {}, context);
  EXPECT_THAT(page, HasSubstr("<strong>State:</strong> FINISHED"));
  EXPECT_THAT(page, HasSubstr("<strong>Duration:</strong> 36 s"));
  EXPECT_THAT(page, Not(HasSubstr("Application Detail UI")));
  EXPECT_THAT(page, Not(HasSubstr("<form")));
  EXPECT_THAT(app_page(sample_state(), sample_now(), "app-1", {}, context),
              HasSubstr("<form id=\"kill-app\" action=\"kill/\" method=\"POST\">"));
}

TEST(AppPage, OfAnUnknownId_SaysSo) {
  const auto page = app_page(sample_state(), sample_now(), "<script>");
  EXPECT_THAT(page, HasSubstr("<title>Not Found</title>"));
  EXPECT_THAT(page, HasSubstr("No running application with ID &lt;script&gt;"));
}

TEST(AppPage, OnAStandby_NamesTheLeader) {
  auto state = sample_state();
  state.recovery = core::RecoveryState::standby;
  const auto page = app_page(state, sample_now(), "app-1", sample_cluster("spark://m2:7077"));
  EXPECT_THAT(page, HasSubstr("This master is a standby: ask spark://m2:7077"));
  EXPECT_THAT(page, Not(HasSubstr("RUNNING")));
}

TEST(AppPage, TextOfPeers_IsEscaped) {
  auto state = with_executors();
  auto& app = state.apps.at(AppId("app-1"));
  app.record.description.name = "</title><script>";
  app.record.description.user = "<i>";
  app.record.description.app_ui_url = "javascript:alert(1)";
  app.executors.begin()->second.resources = {{"<u>", {"<s>"}}};
  app.removed_executors[2].worker = WorkerId("<em>");
  state.workers.at(WorkerId("worker-1")).record.web_ui_url = "http://h/\"><b>";
  const auto page = app_page(state, sample_now(), "app-1");
  for (const auto* tag : {"<script>", "<i>", "javascript:", "<u>", "<s>", "<em>", "\"><b>"})
    EXPECT_THAT(page, Not(HasSubstr(tag)));
}

}  // namespace
}  // namespace pilotlight::http
