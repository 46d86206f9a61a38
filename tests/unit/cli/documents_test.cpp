// What is generated from the table of commands.
#include "cli/documents.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cli/terminal_text.hpp"

namespace pilotlight::cli {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(Help, ExamplesComeFirstAndLinesFit) {
  for (const auto& command : commands()) {
    if (command.hidden) continue;
    const auto help = command_help(command);
    EXPECT_TRUE(command.examples.empty() || help.find("Examples:") < help.find("Usage:")) << command.name;
    for (const auto& line : lines_of(help))
      EXPECT_TRUE(columns_of(line) <= 80 || line.find("pilotlight") != std::string::npos) << line;
    for (const auto& option : command.options) EXPECT_THAT(help, HasSubstr(std::string(option.name()))) << command.name;
    for (const auto& row : command.exits) EXPECT_THAT(help, HasSubstr("\n  " + std::to_string(row.code) + " "));
  }
  for (const auto& line : lines_of(main_help())) EXPECT_LE(columns_of(line), 80U) << line;
}

TEST(Reference, HasEveryCommandAndNoHiddenOne) {
  const auto page = reference_page();
  for (const auto& command : commands()) {
    const auto heading = "\n### pilotlight " + std::string(command.name) + "\n";
    EXPECT_THAT(page,
                command.hidden ? ::testing::Matcher<const std::string&>(Not(HasSubstr(heading))) : HasSubstr(heading));
  }
}

TEST(ManPages, HaveTheirSectionsAndEscapeWhatTroffTakes) {
  for (const auto& command : commands()) {
    const auto page = man_page(&command);
    EXPECT_THAT(page, StartsWith(".TH \"PILOTLIGHT-")) << command.name;
    for (const char* section : {".SH NAME\n", ".SH SYNOPSIS\n", ".SH DESCRIPTION\n", ".SH OPTIONS\n"})
      EXPECT_THAT(page, HasSubstr(section)) << command.name;
    EXPECT_THAT(page, Not(HasSubstr("\n'")));
  }
  EXPECT_THAT(man_page(nullptr), HasSubstr("pilotlight\\-status"));
}

std::vector<std::string> some_ids(Offer offer, const Arguments&) {
  if (offer == Offer::app) return {"app-1\tpi"};
  if (offer == Offer::driver) return {"driver-1\tPi"};
  return {"m1:7077\tleader"};
}

std::vector<std::string> after(const Arguments& words) {
  std::vector<std::string> names;
  for (const auto& line : candidates(words, some_ids)) names.push_back(line.substr(0, line.find('\t')));
  return names;
}

TEST(Completion, OffersWhatMayStandThere) {
  EXPECT_THAT(after({""}), Contains("status"));
  EXPECT_THAT(after({"st"}), Not(Contains("__complete")));
  EXPECT_THAT(after({"status", "--"}), Contains("--master"));
  EXPECT_THAT(after({"status", "-o", ""}), ::testing::ElementsAre("table", "wide", "json", "yaml", "tsv", "name"));
  EXPECT_THAT(after({"--master", "m1", "status", "-o", ""}), Contains("json"));
  EXPECT_THAT(after({"status", "--config", ""}), Contains(":files"));
  EXPECT_THAT(after({"kill", ""}), ::testing::ElementsAre("app", "driver"));
  EXPECT_THAT(after({"kill", "app", ""}), Contains("app-1"));
  EXPECT_THAT(after({"kill", "driver", "dr"}), Contains("driver-1"));
  EXPECT_THAT(after({"transfer-leadership", "--to", ""}), Contains("m1:7077"));
  EXPECT_THAT(after({"man", ""}), Contains("health"));
  EXPECT_THAT(after({"status", "--output=js"}), Contains("--output=json"));
  EXPECT_THAT(after({"--exit-style="}), Contains("--exit-style=nagios"));
  EXPECT_THAT(after({"status", "--no-header="}), IsEmpty());
  EXPECT_THAT(after({"wait", ""}), ::testing::ElementsAre("leader", "workers=1", "app=app-1", "driver=driver-1"));
  EXPECT_THAT(after({"wait", "leader", ""}), IsEmpty());
  EXPECT_THAT(after({"nonsense", ""}), IsEmpty());
  EXPECT_THAT(after({"status", "--watch", ""}), IsEmpty());
}

TEST(Completion, EachShellHasAnAdaptor) {
  for (const char* shell : {"bash", "zsh", "fish"})
    EXPECT_THAT(std::string(completion_script(shell)), HasSubstr("pilotlight __complete -- "));
}

}  // namespace
}  // namespace pilotlight::cli
