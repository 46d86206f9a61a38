// Our pages against those of Spark 3.5.9's Master (golden/spark_*.html): whoever reads its labels and columns finds
// them here, in the same order.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <vector>

#include "http/views.hpp"
#include "unit/http/sample_state.hpp"

namespace pilotlight::http {
namespace {

std::string captured(const std::string& name) {
  std::ifstream file(std::string(PILOTLIGHT_TESTS_DIR) + "/unit/http/golden/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The first group of every match, without blanks around it.
std::vector<std::string> all(const std::string& page, const std::string& pattern) {
  const std::regex expression(pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator match(page.begin(), page.end(), expression); match != std::sregex_iterator(); ++match)
    found.push_back(std::regex_replace((*match)[1].str(), std::regex("^\\s+|\\s+$"), ""));
  return found;
}

/// "" when every text of `wanted` is in `given`, in that order.
std::string missing(const std::vector<std::string>& wanted, const std::vector<std::string>& given) {
  auto at = given.begin();
  for (const auto& text : wanted) {
    at = std::find(at, given.end(), text);
    if (at == given.end()) return text;
    ++at;
  }
  return "";
}

const std::string labels = "<strong>([A-Za-z -]+): *</strong>";
const std::string columns = "<th[^>]*>([^<]+)</th>";
const std::string tables = "(?:<a>|<h2>)([A-Za-z ]+) \\([0-9]+\\)";

TEST(MainPage, HasEveryLabelTableAndColumnOfSparks) {
  const auto sparks = captured("spark_main.html");
  const auto ours = main_page(sample_state(), sample_now(), sample_cluster("spark://127.0.0.1:17077"));
  for (const auto& [pattern, count] : {std::pair(labels, 8U), std::pair(columns, 41U), std::pair(tables, 5U)}) {
    const auto wanted = all(sparks, pattern);
    EXPECT_EQ(wanted.size(), count) << pattern;
    EXPECT_EQ(missing(wanted, all(ours, pattern)), "") << pattern;
  }
}

TEST(MainPage, LooksLikeSparksToWhoeverScrapesIt) {
  // A worker's link, an application's, and the title: what tools look for.
  for (const auto& page : {captured("spark_main.html"), main_page(sample_state(), sample_now())}) {
    EXPECT_EQ(all(page, "<title>(Spark Master at spark://)").size(), 1U);
    EXPECT_GE(all(page, "<a href=\"http://[^\"]+\">\\s*(worker-[^<]+)</a>").size(), 1U);
    EXPECT_GE(all(page, "<a href=\"app/\\?appId=(app-[^\"]+)\">app-").size(), 1U);
    EXPECT_EQ(all(page, "<li><strong>Status:</strong> (ALIVE)</li>").size(), 1U);
    EXPECT_GE(all(page, "<td>(ALIVE)</td>").size(), 1U);
  }
}

TEST(AppPage, HasEveryLabelAndColumnOfSparks) {
  const auto sparks = captured("spark_app.html");
  auto state = sample_state();
  core::ExecutorInfo executor;
  executor.worker = WorkerId("worker-1");
  state.apps.at(AppId("app-1")).executors.emplace(executor.id, executor);
  const auto ours = app_page(state, sample_now(), "app-1");
  EXPECT_EQ(all(sparks, labels).size(), 9U);
  EXPECT_EQ(missing(all(sparks, labels), all(ours, labels)), "");
  EXPECT_EQ(all(sparks, columns).size(), 8U);
  EXPECT_EQ(missing(all(sparks, columns), all(ours, columns)), "");
  for (const auto& page : {sparks, ours}) {
    EXPECT_EQ(
        all(page,
            "<a href=\"[^\"]+/logPage/\\?appId=[^\"]+&amp;executorId=0&amp;logType=std(?:out|err)\">(std...?)</a>")
            .size(),
        2U);
    EXPECT_EQ(all(page, "(Application Detail UI)</a>").size(), 1U);
  }
}

}  // namespace
}  // namespace pilotlight::http
