// What each answer looks like, to the byte: golden/*.json are documents of masters, the other files what comes out.
// PILOTLIGHT_REWRITE=1 writes them anew; read every line of the difference before committing it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>

#include "cli/json_output.hpp"
#include "cli/terminal_text.hpp"
#include "cli/views.hpp"

namespace pilotlight::cli {
namespace {

const std::string folder = PILOTLIGHT_TESTS_DIR "/unit/cli/golden/";
const Look terminal{.width = 80, .color = false, .header = true};
const Look pipe{.width = 0, .color = false, .header = true};

std::string content(const std::string& name) {
  std::ifstream file(folder + name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

client::ClusterDocument document(const std::string& name) {
  auto parsed = client::parse_cluster(content(name + ".json"));
  EXPECT_TRUE(parsed.ok());
  return parsed ? std::move(*parsed) : client::ClusterDocument{};
}

/// Who leads, as the leader itself says.
Leadership by(const client::ClusterDocument& document) { return {document.leader, !document.leader.empty(), {}}; }

void expect_golden(const std::string& name, const std::string& text) {
  if (std::getenv("PILOTLIGHT_REWRITE") != nullptr) std::ofstream(folder + name, std::ios::binary) << text;
  EXPECT_EQ(text, content(name)) << "golden/" << name;
}

class Views : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("TZ", "UTC", 1);
    tzset();
  }
};

TEST_F(Views, StatusScreen_IsAsItShallBe) {
  const auto busy = document("busy");
  expect_golden("status_busy.table", status_screen(busy, by(busy), terminal, false));
  expect_golden("status_busy.wide", status_screen(busy, by(busy), pipe, true));
  expect_golden("status_busy.tsv", status_tsv(busy, by(busy)));
  const auto alone = document("alone");
  expect_golden("status_alone.table", status_screen(alone, by(alone), terminal, false));
  const auto nobody = document("nobody");
  expect_golden("status_nobody.table", status_screen(nobody, by(nobody), terminal, false));
}

TEST_F(Views, StatusScreen_OfALeaderThatDoesNotServeSaysSo) {
  const auto busy = document("busy");
  const auto text = status_screen(busy, {"spark://m1:7077", false, "m1:7077 is frozen"}, terminal, false);
  EXPECT_THAT(text, ::testing::HasSubstr("spark://m1:7077 led last and does not serve, epoch 7\n"));
}

TEST_F(Views, StatusScreen_FitsOneScreen) {
  const auto busy = document("busy");
  std::istringstream lines(status_screen(busy, by(busy), terminal, false));
  std::string line;
  std::size_t count = 0;
  while (std::getline(lines, line)) {
    ++count;
    EXPECT_LE(columns_of(line), 80U) << line;
  }
  EXPECT_LE(count, 40U);  // of a cluster in which all sections are full
}

TEST_F(Views, StatusScreen_ManyOfOneTroubleAreTwoLines) {
  auto busy = document("busy");
  for (int i = 0; i < 20; ++i)
    busy.findings.push_back({"PL201", "warning", "w", "Worker w" + std::to_string(i) + "! is DEAD.", "Start it."});
  busy.findings.push_back({"PL301", "warning", "", "Records were set aside.", ""});
  const auto text = status_screen(busy, by(busy), terminal, false);
  EXPECT_THAT(text, ::testing::HasSubstr(" more: pilotlight status -o wide"));
  EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr("w2! is DEAD")));
  EXPECT_THAT(text, ::testing::HasSubstr("PL301"));
  EXPECT_THAT(status_screen(busy, by(busy), pipe, true), ::testing::HasSubstr("w19! is DEAD"));
}

struct List {
  const char* name;
  Listing (*make)(const client::ClusterDocument&);
};
const List lists[] = {
    {"workers", workers_listing},
    {"masters", masters_listing},
    {"failovers", failovers_listing},
    {"apps", [](const client::ClusterDocument& document) { return apps_listing(document, true); }},
    {"drivers", [](const client::ClusterDocument& document) { return drivers_listing(document, true); }},
};

TEST_F(Views, Lists_InEachFormat) {
  const auto busy = document("busy");
  for (const auto& list : lists) {
    const auto listing = list.make(busy);
    const std::string name = list.name;
    expect_golden(name + ".table", as_table(listing, terminal, false));
    expect_golden(name + ".pipe", as_table(listing, pipe, false));
    expect_golden(name + ".wide", as_table(listing, pipe, true));
    expect_golden(name + ".tsv", as_tsv(listing, pipe));
    expect_golden(name + ".name", as_names(listing));
  }
}

TEST_F(Views, Tables_FitIn80Columns) {
  const auto busy = document("busy");
  for (const auto& list : lists) {
    std::istringstream lines(as_table(list.make(busy), terminal, false));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(columns_of(line), 80U) << list.name << ": " << line;
  }
}

TEST_F(Views, WithoutAll_EndedOnesAreLeftOut) {
  const auto busy = document("busy");
  EXPECT_EQ(apps_listing(busy, false).rows.size(), 6U);
  EXPECT_EQ(apps_listing(busy, true).rows.size(), 8U);
  EXPECT_EQ(drivers_listing(busy, false).rows.size(), 2U);
  EXPECT_EQ(drivers_listing(busy, true).rows.size(), 3U);
}

TEST_F(Views, NothingOfAStrangerReachesTheTerminal) {
  const auto busy = document("busy");
  std::string all = status_screen(busy, by(busy), terminal, true) + status_tsv(busy, by(busy));
  for (const auto& list : lists)
    all += as_table(list.make(busy), pipe, true) + as_tsv(list.make(busy), pipe) + as_names(list.make(busy));
  for (const auto notation : {Notation::json, Notation::json_line, Notation::yaml})
    all += document_text(busy.text, notation);
  for (const char c : all) EXPECT_TRUE(c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= 0x20) << int{c};
  EXPECT_THAT(all, ::testing::Not(::testing::HasSubstr("\u202e")));
}

TEST_F(Views, Documents_InEachNotation) {
  const auto busy = document("busy");
  expect_golden("busy.yaml", document_text(busy.text, Notation::yaml));
  expect_golden("apps.yaml", arrays_text(busy.text, {"apps", "completed_apps"}, Notation::yaml));
  expect_golden("workers.json", arrays_text(busy.text, {"workers"}, Notation::json));
  expect_golden("drivers.jsonl", arrays_text(busy.text, {"drivers"}, Notation::json_line));
}

TEST_F(Views, Colours_OnlyWhenAsked) {
  const auto busy = document("busy");
  const Look colored{.width = 80, .color = true, .header = true};
  EXPECT_THAT(as_table(workers_listing(busy), colored, false), ::testing::HasSubstr("\x1b[31mDEAD\x1b[0m"));
  EXPECT_THAT(as_table(workers_listing(busy), terminal, false), ::testing::Not(::testing::HasSubstr("\x1b")));
}

}  // namespace
}  // namespace pilotlight::cli
