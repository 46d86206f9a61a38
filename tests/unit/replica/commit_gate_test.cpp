#include "replica/commit_gate.hpp"

#include <gtest/gtest.h>

namespace pilotlight::replica {
namespace {

core::Output output(const std::string& name) { return core::ReadWorkerVersion{WorkerId(name), ""}; }
core::RecordOp record(const std::string& name) { return core::RemoveWorker{WorkerId(name)}; }
std::vector<std::string> names(const std::vector<core::Output>& outputs) {
  std::vector<std::string> names;
  for (const auto& one : outputs) names.push_back(std::get<core::ReadWorkerVersion>(one).worker.text);
  return names;
}
using Names = std::vector<std::string>;

TEST(CommitGate, OutputsWithoutRecordsAreReleasedAtOnce) {
  CommitGate gate;
  gate.add({}, {output("a"), output("b")});
  EXPECT_EQ(names(gate.take_released()), (Names{"a", "b"}));
  EXPECT_TRUE(gate.idle());
}

TEST(CommitGate, OutputsWaitForTheirRecords) {
  CommitGate gate;
  gate.add({record("r")}, {output("a")});
  EXPECT_TRUE(gate.take_released().empty());
  ASSERT_TRUE(gate.has_batch());
  EXPECT_EQ(gate.begin_batch().size(), 1U);
  EXPECT_TRUE(gate.take_released().empty());
  gate.batch_committed();
  EXPECT_EQ(names(gate.take_released()), (Names{"a"}));
}

TEST(CommitGate, LaterOutputsNeverOvertakeEarlierOnes) {
  CommitGate gate;
  gate.add({record("r")}, {output("a")});
  gate.add({}, {output("b")});
  EXPECT_TRUE(gate.take_released().empty());
  gate.begin_batch();
  gate.add({}, {output("c")});
  gate.batch_committed();
  EXPECT_EQ(names(gate.take_released()), (Names{"a", "b", "c"}));
}

TEST(CommitGate, WhatArrivesDuringABatchIsOneNextBatch) {
  CommitGate gate;
  gate.add({record("1")}, {output("a")});
  gate.begin_batch();
  gate.add({record("2")}, {output("b")});
  gate.add({record("3")}, {output("c")});
  EXPECT_FALSE(gate.has_batch()) << "one batch at a time";
  gate.batch_committed();
  EXPECT_EQ(names(gate.take_released()), (Names{"a"}));
  ASSERT_TRUE(gate.has_batch());
  EXPECT_EQ(gate.begin_batch().size(), 2U);
  gate.batch_committed();
  EXPECT_EQ(names(gate.take_released()), (Names{"b", "c"}));
}

TEST(CommitGate, AFailedBatchIsKeptForAnotherAttempt) {
  CommitGate gate;
  gate.add({record("1"), record("2")}, {output("a")});
  gate.begin_batch();
  EXPECT_EQ(gate.batch().size(), 2U);
  EXPECT_EQ(gate.batch().size(), 2U);
  EXPECT_EQ(gate.held_outputs(), 1U);
}

TEST(CommitGate, DropForgetsWhatWasNotReleasedAndGoesOn) {
  CommitGate gate;
  gate.add({record("1")}, {output("a")});
  gate.begin_batch();
  gate.add({record("2")}, {output("b")});
  gate.drop();
  EXPECT_FALSE(gate.has_batch());
  gate.add({}, {output("c")});
  EXPECT_EQ(names(gate.take_released()), (Names{"c"})) << "it waits for nothing that was dropped";
  gate.add({record("3")}, {output("d")});
  EXPECT_TRUE(gate.take_released().empty());
  gate.begin_batch();
  gate.batch_committed();
  EXPECT_EQ(names(gate.take_released()), (Names{"d"}));
}

}  // namespace
}  // namespace pilotlight::replica
