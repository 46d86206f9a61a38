// The fixture of core tests: a leading master in a CoreWorld; every violated invariant fails the test.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/core_world.hpp"

namespace pilotlight::core {

using namespace std::chrono_literals;
using testing::answered;
using testing::AppShape;
using testing::CoreWorld;
using testing::logged;
using testing::sent;
using testing::WorkerShape;

class CoreTest : public ::testing::Test {
 protected:
  explicit CoreTest(Settings settings = CoreWorld::default_settings()) : world(std::move(settings)) { world.lead(); }
  void TearDown() override { EXPECT_THAT(world.violations, ::testing::IsEmpty()); }

  /// "w1:8 w2:8": cores that the application has on each worker, in the order of the workers.
  std::string cores_of(const std::string& app) const {
    std::map<std::string, std::int32_t> cores;
    if (const auto* info = world.find_app(app))
      for (const auto& [id, executor] : info->executors) cores[executor.worker.text] += executor.cores;
    std::string text;
    for (const auto& [worker, count] : cores) text += (text.empty() ? "" : " ") + worker + ":" + std::to_string(count);
    return text;
  }
  std::size_t executors_of(const std::string& app) const {
    const auto* info = world.find_app(app);
    return info == nullptr ? 0 : info->executors.size();
  }
  std::vector<std::string> executor_ids_of(const std::string& app) const {
    std::vector<std::string> ids;
    if (const auto* info = world.find_app(app))
      for (const auto& [id, executor] : info->executors) ids.push_back(std::to_string(id.value));
    return ids;
  }

  CoreWorld world;
};

}  // namespace pilotlight::core
