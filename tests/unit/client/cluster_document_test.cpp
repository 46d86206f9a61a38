#include "client/cluster_document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace pilotlight::client {
namespace {

std::string busy() {
  std::ifstream file(PILOTLIGHT_TESTS_DIR "/unit/cli/golden/busy.json");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(ClusterDocument, IsReadInFull) {
  const auto document = parse_cluster(busy());
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(document->leader, "spark://m1:7077");
  EXPECT_EQ(document->epoch, 7);
  EXPECT_EQ(document->members.size(), 3U);
  EXPECT_TRUE(document->members[0].self);
  EXPECT_EQ(document->workers[0].resources, R"({"gpu":{"addresses":["0","1"],"used":["0"]}})");
  EXPECT_EQ(document->workers[1].resources, "");
  EXPECT_EQ(document->apps[1].cores_max, std::nullopt);
  EXPECT_EQ(document->drivers[1].worker, "");
  EXPECT_EQ(document->failovers.back().phases_ms.front().first, "claimed");
  EXPECT_EQ(document->failovers.back().phases_ms.back().first, "a_phase_of_tomorrow");
  EXPECT_EQ(document->totals.executors, 42);
  EXPECT_EQ(document->session_timeout_ms, 6000);
  EXPECT_FALSE(document->has_critical());
  EXPECT_TRUE(document->serves());
  EXPECT_EQ(document->text, busy());
}

TEST(ClusterDocument, MissingAndStrangeKeysHaveDefaults) {
  const auto document = parse_cluster(
      R"({"self":"spark://m","role":"standby","epoch":"seven","leader":17,"workers":{"a":1},"apps":[1,null,{"id":5}],)"
      R"("failovers":[{"phases_ms":[1]}],"totals":null,"since":1e300,"commit":18446744073709551615})");
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(document->epoch, 0);
  EXPECT_EQ(document->leader, "");
  EXPECT_EQ(document->commit, 0);
  EXPECT_TRUE(document->workers.empty());
  ASSERT_EQ(document->apps.size(), 1U);
  EXPECT_EQ(document->apps[0].id, "");
  EXPECT_TRUE(document->kill_enabled);
  EXPECT_FALSE(document->serves());
}

TEST(ClusterDocument, WhatIsNoneIsAnError) {
  for (const char* text : {"", "[]", "null", "{", "<html>", R"({"role":"leader"})", R"({"self":"x"})", "\xff"})
    EXPECT_FALSE(parse_cluster(text).ok()) << text;
  EXPECT_FALSE(parse_cluster(std::string(100'000, '[')).ok());
}

ClusterDocument one(std::int64_t epoch, std::string role, std::int64_t commit = 0, std::string held = "") {
  ClusterDocument document;
  document.epoch = epoch;
  document.role = std::move(role);
  document.commit = commit;
  document.held = std::move(held);
  return document;
}

TEST(BestOf, HighestEpochThenTheLeaderThenWhoHasSeenMost) {
  const auto old_leader = one(6, "leader", 900);
  const auto held_leader = one(7, "recovering", 10, "no majority");
  const auto standby = one(7, "standby", 20);
  const auto later_standby = one(7, "standby", 30);
  const auto leader = one(7, "leader", 5);
  const auto best = [](std::vector<const ClusterDocument*> documents) { return best_of(documents); };
  EXPECT_EQ(best({}), nullptr);
  EXPECT_EQ(best({&old_leader, &standby}), &standby);
  EXPECT_EQ(best({&standby, &later_standby}), &later_standby);
  EXPECT_EQ(best({&later_standby, &leader, &old_leader}), &leader);
  EXPECT_EQ(best({&held_leader, &standby}), &held_leader);
  EXPECT_EQ(best({&held_leader, &leader}), &leader);
}

}  // namespace
}  // namespace pilotlight::client
