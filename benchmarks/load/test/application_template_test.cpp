#include "load/application_template.hpp"

#include <gtest/gtest.h>

#include <variant>

#include "load/golden_applications.hpp"

namespace pilotlight::load {
namespace {

class ApplicationTemplate : public testing::TestWithParam<deploy::Dialect> {};

TEST_P(ApplicationTemplate, Renamed_KeepsTheRest) {
  const auto description = make_application_description(GetParam(), "load 17", std::nullopt);
  ASSERT_TRUE(description) << description.error().to_string();
  EXPECT_EQ(description->name, "load 17");
  EXPECT_EQ(description->user, "alice");
  EXPECT_EQ(description->dialect, GetParam());
  EXPECT_EQ(description->max_cores, executors_per_application * cores_per_executor);
  EXPECT_EQ(description->initial_executor_limit, executors_per_application);
  EXPECT_EQ(description->default_profile.cores, cores_per_executor);
  EXPECT_EQ(description->default_profile.memory_mb, memory_mb_per_executor);
}

TEST_P(ApplicationTemplate, Limited_ChangesTheInitialExecutorLimitOnly) {
  const auto description = make_application_description(GetParam(), "dynamic", 0);
  ASSERT_TRUE(description) << description.error().to_string();
  EXPECT_EQ(description->initial_executor_limit, 0);
  EXPECT_EQ(description->max_cores, executors_per_application * cores_per_executor);
}

TEST_P(ApplicationTemplate, Registered_IsReadAsItWasMeant) {
  const auto description = make_application_description(GetParam(), "load 3", std::nullopt);
  ASSERT_TRUE(description) << description.error().to_string();
  const deploy::EndpointRef driver{"AppClient", {"127.101.0.4", 41000}};
  const auto decoded =
      deploy::decode_to_master(deploy::encode(deploy::RegisterApplication{*description, driver}, GetParam()));
  const auto* message = std::get_if<deploy::Decoded<deploy::ToMaster>>(&decoded);
  ASSERT_NE(message, nullptr);
  const auto* registration = std::get_if<deploy::RegisterApplication>(&message->message);
  ASSERT_NE(registration, nullptr);
  EXPECT_EQ(registration->description.name, "load 3");
  EXPECT_EQ(registration->driver, driver);
}

INSTANTIATE_TEST_SUITE_P(Dialects, ApplicationTemplate, testing::ValuesIn(deploy::all_dialects));

}  // namespace
}  // namespace pilotlight::load
