#include "recovery/proposals.hpp"

#include <gtest/gtest.h>

namespace pilotlight::recovery {
namespace {

/// Complete, empty, at commit 4.
Mirror mirror_at_four() {
  Mirror mirror;
  Chunk all;
  all.number = 4;
  all.first = all.last = true;
  mirror.load(std::move(all));
  return mirror;
}

std::vector<ProposedRow> row(const char* id) { return {{"counters", id, "no matter what"}}; }

TEST(Proposals, BringTheMirrorToTheLastCommit) {
  Mirror mirror = mirror_at_four();
  Proposals proposals;
  proposals.keep(7, 5, row("a"));
  proposals.keep(7, 6, row("b"));
  proposals.keep(7, 7, row("c"));
  EXPECT_TRUE(proposals.catch_up(mirror, {6, 7}));
  EXPECT_EQ(mirror.number(), 6U);
  EXPECT_NE(mirror.find("counters", "b"), nullptr);
  EXPECT_EQ(mirror.find("counters", "c"), nullptr) << "nobody said that it is durable";
  EXPECT_EQ(proposals.size(), 1U);
}

TEST(Proposals, OfAnotherEpochSayNothing) {
  Mirror mirror = mirror_at_four();
  Proposals proposals;
  proposals.keep(7, 5, row("a"));
  EXPECT_FALSE(proposals.catch_up(mirror, {5, 8})) << "commit 5 was written by another leader";
  EXPECT_EQ(mirror.number(), 4U);
  proposals.keep(8, 6, row("b"));
  EXPECT_FALSE(proposals.catch_up(mirror, {6, 8})) << "commit 5 is missing";
  EXPECT_TRUE(mirror.complete());
}

TEST(Proposals, WhatIsKnownAlreadyIsForgotten) {
  Mirror mirror = mirror_at_four();
  Proposals proposals;
  proposals.keep(7, 3, row("a"));
  proposals.keep(7, 4, row("b"));
  EXPECT_TRUE(proposals.catch_up(mirror, {4, 7}));
  EXPECT_EQ(proposals.size(), 0U);
  EXPECT_EQ(mirror.find("counters", "b"), nullptr);
}

TEST(Proposals, TheSameNumberAgain_CountsInItsLastForm) {
  Mirror mirror = mirror_at_four();
  Proposals proposals;
  proposals.keep(7, 5, row("a"));
  proposals.keep(7, 5, row("b"));
  EXPECT_TRUE(proposals.catch_up(mirror, {5, 7}));
  EXPECT_EQ(mirror.find("counters", "a"), nullptr);
  EXPECT_NE(mirror.find("counters", "b"), nullptr);
}

}  // namespace
}  // namespace pilotlight::recovery
