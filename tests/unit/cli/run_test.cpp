// Whole commands: what they print, where, and with which exit code. None of them starts a master.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "cli/cli.hpp"
#include "config/documents.hpp"

namespace pilotlight::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Outcome {
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// Without the variables that the machine's own Spark may have set.
Outcome run_with(std::vector<const char*> arguments) {
  for (const char* name : {"SPARK_HOME", "SPARK_CONF_DIR", "SPARK_MASTER_HOST", "SPARK_MASTER_IP", "SPARK_MASTER_PORT",
                           "SPARK_MASTER_WEBUI_PORT", "SPARK_MASTER_OPTS", "SPARK_DAEMON_JAVA_OPTS", "SPARK_LOCAL_IP",
                           "SPARK_PUBLIC_DNS", "SPARK_LOCAL_HOSTNAME"})
    unsetenv(name);
  arguments.insert(arguments.begin(), "pilotlight");
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  Outcome outcome;
  outcome.exit_code = run(static_cast<int>(arguments.size()), arguments.data());
  outcome.out = ::testing::internal::GetCapturedStdout();
  outcome.err = ::testing::internal::GetCapturedStderr();
  return outcome;
}

TEST(Run, WithoutCommand_ShowsExamplesAndCommands) {
  for (const auto& outcome : {run_with({}), run_with({"--help"}), run_with({"help"})}) {
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_THAT(outcome.out,
                AllOf(HasSubstr("Examples:"), HasSubstr("  master"), HasSubstr("  config"), HasSubstr("  version")));
    EXPECT_THAT(outcome.err, IsEmpty());
  }
}

TEST(Run, UnknownCommand_NamesTheNearestAndIsUsage) {
  const auto outcome = run_with({"mastr"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, HasSubstr("did you mean 'master'?"));
}

TEST(Run, Version_NamesTheServedLines) {
  const auto outcome = run_with({"version"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("pilotlight "), HasSubstr("3.5"), HasSubstr("4.3"), HasSubstr("compiled by")));
}

TEST(Master, Help_BeginsWithExamplesAndGoesToStdout) {
  const auto outcome = run_with({"master", "--help"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_LT(outcome.out.find("Examples:"), outcome.out.find("Usage:"));
}

TEST(Master, BadFlagOrArgument_IsUsageWithExit1AsInSpark) {
  for (const char* argument : {"--hots", "spark://h:7077"}) {
    const auto outcome = run_with({"master", argument});
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_THAT(outcome.err, AllOf(HasSubstr(argument), HasSubstr("Usage: "), HasSubstr("--webui-port PORT")));
  }
}

TEST(Master, MistakesInTheConfiguration_AreAllToldWithExit78) {
  const auto outcome = run_with(
      {"master", "--host", "h", "--port", "80", "-c", "spark.worker.timeout=soon", "-c", "spark.authenticate=true"});
  EXPECT_EQ(outcome.exit_code, 78);
  EXPECT_THAT(outcome.err,
              AllOf(HasSubstr("3 mistakes"), HasSubstr("(--port)"), HasSubstr("spark.worker.timeout = soon (-c)"),
                    HasSubstr("spark.authenticate = true (-c) is refused")));
}

TEST(ConfigCommand, Check_SaysWhatWouldRun) {
  const auto outcome = run_with({"config", "check", "--host", "10.0.0.1", "-c", "spark.ui.reverseProxy=true"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("spark://10.0.0.1:7077"));
  EXPECT_THAT(outcome.err, HasSubstr("spark.ui.reverseProxy"));
}

TEST(ConfigCommand, CheckWithMistakes_Exits78) {
  const auto outcome = run_with({"config", "check", "--config", "/no/such/file.yaml"});
  EXPECT_EQ(outcome.exit_code, 78);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, HasSubstr("/no/such/file.yaml: there is no such file"));
}

TEST(ConfigCommand, Show_InAPipeIsTabbed) {
  const auto outcome = run_with({"config", "show", "--set", "--port", "17077"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.out, "pilotlight.master.port\t17077\t--port\n");
}

TEST(ConfigCommand, ShowWithMistakes_ShowsTheValuesAllTheSame) {
  const auto outcome = run_with({"config", "show", "--set", "--port", "80"});
  EXPECT_EQ(outcome.exit_code, 78);
  EXPECT_EQ(outcome.out, "pilotlight.master.port\t80\t--port\n");
  EXPECT_THAT(outcome.err, HasSubstr("1 mistake:"));
}

TEST(ConfigCommand, DocsAndSample_AreTheGeneratedTexts) {
  EXPECT_EQ(run_with({"config", "docs"}).out, config::reference_page());
  EXPECT_EQ(run_with({"config", "sample"}).out, config::sample_file());
}

TEST(ConfigCommand, WrongUse_Exits2) {
  EXPECT_EQ(run_with({"config", "chek"}).exit_code, 2);
  EXPECT_THAT(run_with({"config", "chek"}).err, HasSubstr("did you mean 'check'?"));
  EXPECT_EQ(run_with({"config", "check", "--bogus"}).exit_code, 2);
  EXPECT_EQ(run_with({"config", "docs", "extra"}).exit_code, 2);
}

TEST(ConfigCommand, Help_IsShownWhereverItIsAskedFor) {
  for (const auto& outcome : {run_with({"config"}), run_with({"config", "--help"}), run_with({"config", "check", "-h"}),
                              run_with({"config", "show", "--port", "1", "--help"})}) {
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_THAT(outcome.out, HasSubstr("Examples:"));
  }
}

}  // namespace
}  // namespace pilotlight::cli
