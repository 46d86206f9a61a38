// The command line of `pilotlight master` against what Spark's scripts and people pass.
#include "cli/master_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pilotlight::cli {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> flags_of(const Arguments& arguments, ShortH short_h = ShortH::host) {
  const auto options = parse_master_options(arguments, short_h, false);
  EXPECT_TRUE(options.ok()) << options.error().message;
  std::vector<std::string> result;
  if (options)
    for (const auto& flag : options->command_line.flags)
      result.push_back(flag.key + "=" + flag.value + " " + flag.origin);
  return result;
}

TEST(MasterOptions, WhatStartMasterPasses_IsTaken) {
  EXPECT_THAT(flags_of({"--host", "h1", "--port", "7077", "--webui-port", "8080"}),
              ElementsAre("pilotlight.master.host=h1 --host", "pilotlight.master.port=7077 --port",
                          "spark.master.ui.port=8080 --webui-port"));
}

TEST(MasterOptions, ShortOnes_AreSparks) {
  EXPECT_THAT(flags_of({"-h", "h1", "-p", "7078"}),
              ElementsAre("pilotlight.master.host=h1 --host", "pilotlight.master.port=7078 --port"));
  EXPECT_THAT(flags_of({"-i", "h2"}), ElementsAre("pilotlight.master.host=h2 --host"));
  EXPECT_THAT(flags_of({"--ip=h3"}), ElementsAre("pilotlight.master.host=h3 --host"));
}

TEST(MasterOptions, GivenTwice_TheLastCounts) {
  EXPECT_THAT(flags_of({"--host", "script", "--port", "1", "--host", "user"}),
              ElementsAre("pilotlight.master.host=user --host", "pilotlight.master.port=1 --port"));
}

TEST(MasterOptions, Ipv6InBrackets_StaysOneValue) {
  EXPECT_THAT(flags_of({"--host", "[fe80::1]"}), ElementsAre("pilotlight.master.host=[fe80::1] --host"));
}

TEST(MasterOptions, KeysAndFiles_KeepTheirOrder) {
  const auto options = parse_master_options(
      {"-c", "a=1", "--config", "x.yaml", "-c", "b=[1,2]", "--properties-file", "y.conf"}, ShortH::host, false);
  ASSERT_TRUE(options.ok());
  EXPECT_THAT(options->command_line.keys, ElementsAre("a=1", "b=[1,2]"));
  EXPECT_EQ(options->command_line.config_file, "x.yaml");
  EXPECT_EQ(options->command_line.properties_file, "y.conf");
}

TEST(MasterOptions, NotAFlagOrArgumentOrNumber_IsAnError) {
  for (const Arguments& arguments :
       {Arguments{"--hots", "x"}, Arguments{"spark://h:1"}, Arguments{"--port", "many"}, Arguments{"--host"},
        Arguments{"-c"}, Arguments{"-c", "a=1", "b=2"}, Arguments{"--set"}})
    EXPECT_FALSE(parse_master_options(arguments, ShortH::host, false).ok()) << arguments.front();
}

TEST(MasterOptions, Misspelt_TheNearestIsNamed) {
  const auto said = [](const Arguments& arguments) {
    return parse_master_options(arguments, ShortH::host, false).error().message;
  };
  EXPECT_EQ(said({"--prot", "7077"}), "there is no option '--prot'; did you mean '--port'?");
  EXPECT_EQ(said({"--properties-fiel=x"}), "there is no option '--properties-fiel'; did you mean '--properties-file'?");
  EXPECT_EQ(said({"--nonsense"}), "there is no option '--nonsense'");
  EXPECT_EQ(said({"--port", "1", "spark://h:1"}), "'spark://h:1' is not expected here: only options are");
}

TEST(MasterOptions, H_IsHelpOutsideTheMaster) {
  EXPECT_TRUE(parse_master_options({"-h"}, ShortH::help, false)->help);
  EXPECT_TRUE(parse_master_options({"--help"}, ShortH::host, false)->help);
  EXPECT_FALSE(parse_master_options({"-h"}, ShortH::host, false).ok());
}

}  // namespace
}  // namespace pilotlight::cli
