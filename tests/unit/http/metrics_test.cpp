#include "http/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "http/spark_metrics.hpp"
#include "unit/http/fake_master.hpp"

namespace pilotlight::http {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string text_of(const core::State& state, const replica::Cluster& cluster) {
  About about;
  about.version = "0.1.0";
  Stats stats;
  stats.loop_lag.add(std::chrono::milliseconds(3));
  stats.requests["2xx"] = 4;
  return metrics_text(state, sample_now(), cluster, about, stats);
}

TEST(Metrics, AreWhatPrometheusReads) {
  const auto text = text_of(sample_state(), led_by_this());
  const std::regex sample(R"(([a-z_]+)(\{[a-z]+="([^"\\]|\\.)*"(,[a-z]+="([^"\\]|\\.)*")*\})? (-?[0-9.e+-]+|\+Inf))");
  std::istringstream lines(text);
  std::string line;
  std::set<std::string> seen;
  std::string current;
  std::string type;
  while (std::getline(lines, line)) {
    if (line.starts_with("# HELP ")) {
      current = line.substr(7, line.find(' ', 7) - 7);
      EXPECT_TRUE(seen.insert(current).second) << current << " comes twice";
      continue;
    }
    if (line.starts_with("# TYPE ")) {
      EXPECT_EQ(line.substr(7, current.size()), current);
      type = line.substr(8 + current.size());
      EXPECT_EQ(type == "counter", current.ends_with("_total")) << current;
      continue;
    }
    std::smatch match;
    ASSERT_TRUE(std::regex_match(line, match, sample)) << line;
    const auto name = match[1].str();
    EXPECT_TRUE(name == current || (type == "histogram" && (name == current + "_bucket" || name == current + "_sum" ||
                                                            name == current + "_count")))
        << line;
    EXPECT_TRUE(name.starts_with("pilotlight_"));
  }
}

TEST(Metrics, OfTheLeader) {
  const auto text = text_of(sample_state(), led_by_this());
  for (const auto* line :
       {"pilotlight_build_info{version=\"0.1.0\"} 1\n", "pilotlight_leader 1\n", "pilotlight_leader_epoch 7\n",
        "pilotlight_leader_transitions_total 7\n", "pilotlight_workers{state=\"ALIVE\"} 1\n",
        "pilotlight_workers{state=\"DEAD\"} 1\n", "pilotlight_cores 8\n", "pilotlight_cores_used 3\n",
        "pilotlight_memory_bytes 4294967296\n", "pilotlight_applications{state=\"WAITING\"} 1\n",
        "pilotlight_drivers{state=\"RUNNING\"} 1\n", "pilotlight_unplaced_drivers 1\n",
        "pilotlight_failover_phase_seconds{phase=\"claimed\"} 0.0021\n",
        "pilotlight_event_loop_lag_seconds_bucket{le=\"0.0025\"} 0\n",
        "pilotlight_event_loop_lag_seconds_bucket{le=\"0.005\"} 1\n",
        "pilotlight_event_loop_lag_seconds_bucket{le=\"+Inf\"} 1\n",
        "pilotlight_http_requests_total{status=\"2xx\"} 4\n", "pilotlight_masters{role=\"standby\"} 2\n",
        "pilotlight_zookeeper_connected 1\n"})
    EXPECT_THAT(text, HasSubstr(line));
}

TEST(Metrics, OfAStandby_CountNothingTwice) {
  auto state = sample_state();  // as its mirror makes it
  state.recovery = core::RecoveryState::standby;
  const auto text = text_of(state, three_masters());
  for (const auto* line : {"pilotlight_leader 0\n", "pilotlight_leader_epoch 7\n", "pilotlight_cores 0\n",
                           "pilotlight_workers{state=\"ALIVE\"} 0\n", "pilotlight_master_state{state=\"STANDBY\"} 1\n"})
    EXPECT_THAT(text, HasSubstr(line));
}

TEST(Metrics, ALeaderThatMayNotSpeak_IsNone) {
  auto cluster = led_by_this();
  cluster.held = "ZooKeeper does not answer";
  const auto text = text_of(sample_state(), cluster);
  EXPECT_THAT(text, HasSubstr("pilotlight_leader 0\n"));
  EXPECT_THAT(text, HasSubstr("pilotlight_held 1\n"));
}

TEST(Metrics, LabelsAreEscaped) {
  auto cluster = led_by_this();
  cluster.members[1].url = "a\"b\\c\nd";
  EXPECT_THAT(text_of(sample_state(), cluster), HasSubstr(R"(pilotlight_master_linked{master="a\"b\\c\nd"} 1)"));
}

/// UPDATE_DOCS=1 writes it anew.
TEST(Metrics, TheDocumentHasTheirTable) {
  const auto path = std::string(PILOTLIGHT_TESTS_DIR) + "/../docs/METRICS.md";
  std::ifstream file(path);
  std::string text(std::istreambuf_iterator<char>(file), {});
  const std::string begin = "<!-- table -->\n";
  const std::string end = "<!-- end of table -->";
  const auto from = text.find(begin);
  const auto to = text.find(end);
  ASSERT_NE(from, std::string::npos);
  ASSERT_NE(to, std::string::npos);
  const auto table = text.substr(from + begin.size(), to - from - begin.size());
  if (std::getenv("UPDATE_DOCS") != nullptr)
    std::ofstream(path) << text.substr(0, from + begin.size()) << metrics_reference() << text.substr(to);
  else
    EXPECT_EQ(table, metrics_reference());
}

TEST(SparkMetrics, HaveSparksNames) {
  EXPECT_EQ(
      master_prometheus(sample_state()),
      "metrics_master_aliveWorkers_Number{type=\"gauges\"} 1\nmetrics_master_aliveWorkers_Value{type=\"gauges\"} 1\n"
      "metrics_master_apps_Number{type=\"gauges\"} 2\nmetrics_master_apps_Value{type=\"gauges\"} 2\n"
      "metrics_master_waitingApps_Number{type=\"gauges\"} 1\nmetrics_master_waitingApps_Value{type=\"gauges\"} 1\n"
      "metrics_master_workers_Number{type=\"gauges\"} 3\nmetrics_master_workers_Value{type=\"gauges\"} 3\n");
  EXPECT_THAT(master_metrics_json(sample_state()),
              HasSubstr(R"({"version":"4.0.0","gauges":{"master.aliveWorkers":{"value":1},)"));
  EXPECT_THAT(applications_prometheus(sample_state(), sample_now()),
              HasSubstr("metrics_application_later_1704164640000_cores_Number{type=\"gauges\"} 0\n"));
  EXPECT_THAT(applications_prometheus(sample_state(), sample_now()), Not(HasSubstr("status")));
  EXPECT_THAT(applications_metrics_json(sample_state(), sample_now()),
              HasSubstr(R"("application.later.1704164640000.status":{"value":"WAITING"})"));
  EXPECT_THAT(applications_metrics_json(sample_state(), sample_now()),
              HasSubstr(R"("application.done.1704164585000.runtime_ms":{"value":36000})"));
}

TEST(SparkMetrics, OfAStandby_AreZero) {
  EXPECT_THAT(master_prometheus(standby_state()), HasSubstr("metrics_master_workers_Value{type=\"gauges\"} 0\n"));
  EXPECT_EQ(applications_prometheus(standby_state(), sample_now()), "");
}

}  // namespace
}  // namespace pilotlight::http
