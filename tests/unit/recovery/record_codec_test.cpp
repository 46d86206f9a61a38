#include "recovery/record_codec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/recovery/samples.hpp"

namespace pilotlight::recovery {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<RowChange> rows_of(const core::RecordOp& operation) {
  std::vector<RowChange> rows;
  append_row_changes(operation, rows);
  return rows;
}

/// Writes a record and reads it again.
template <typename R>
R again(const R& record) {
  const auto rows = rows_of(record);
  EXPECT_EQ(rows.size(), 1U);
  auto read = record_from_row(rows[0].kind, rows[0].id, rows[0].value.value_or(""));
  if (!read) {
    ADD_FAILURE() << read.error().to_string();
    return R{};
  }
  return std::get<R>(*read);
}

std::string error_of(std::string_view kind, std::string_view id, std::string_view value) {
  const auto read = record_from_row(kind, id, value);
  return read ? "it was read" : read.error().to_string();
}

constexpr std::string_view minimal_worker = R"({"version":1,"id":"w","host":"h","port":1,"cores":2,"memory_mb":3,)"
                                            R"("endpoint":{"name":"Worker","host":"h","port":1},"dialects":["4.0"]})";

/// The minimal worker with one part of its text replaced.
std::string worker_with(std::string_view part, std::string_view replacement) {
  std::string text(minimal_worker);
  const auto at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return text.replace(at, part.size(), replacement);
}

TEST(RecordCodec, Worker_SurvivesTheWayThroughJson) {
  const auto before = sample_worker("worker-20240102030405-10.0.0.1-7078");
  const auto after = again(before);
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.host, before.host);
  EXPECT_EQ(after.port, before.port);
  EXPECT_EQ(after.cores, before.cores);
  EXPECT_EQ(after.memory_mb, before.memory_mb);
  EXPECT_EQ(after.resources, before.resources);
  EXPECT_EQ(after.web_ui_url, before.web_ui_url);
  EXPECT_EQ(after.ref, before.ref);
  EXPECT_EQ(after.dialects, before.dialects);
  EXPECT_EQ(after.registered, before.registered);
}

TEST(RecordCodec, App_SurvivesWithItsRawBytes) {
  const auto before = sample_app("app-20240102030405-0000");
  const auto after = again(before);
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.driver, before.driver);
  EXPECT_EQ(after.dialect, before.dialect);
  EXPECT_EQ(after.requested_cores, before.requested_cores);
  EXPECT_EQ(after.submitted, before.submitted);
  EXPECT_EQ(after.description.name, before.description.name);
  EXPECT_EQ(after.description.user, before.description.user);
  EXPECT_EQ(after.description.dialect, before.description.dialect);
  EXPECT_EQ(*after.description.raw, *before.description.raw);
}

TEST(RecordCodec, Progress_SurvivesTheWayThroughJson) {
  const auto before = sample_progress("app-1");
  const auto after = again(before);
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.state, before.state);
  EXPECT_EQ(after.next_executor_id, before.next_executor_id);
  EXPECT_EQ(after.targets, before.targets);
  EXPECT_EQ(after.profiles, before.profiles);
  EXPECT_EQ(after.ended, before.ended);
}

TEST(RecordCodec, ProgressOfANewApp_SurvivesEmpty) {
  core::AppProgress before;
  before.id = AppId("app-1");
  const auto after = again(before);
  EXPECT_EQ(after.state, core::AppState::waiting);
  EXPECT_TRUE(after.targets.empty());
  EXPECT_TRUE(after.profiles.empty());
  EXPECT_EQ(after.ended, std::nullopt);
}

TEST(RecordCodec, Executor_SurvivesUnderTheNameOfItsAppAndItsNumber) {
  // An application may be called as its user likes: the number is what stands behind the last dot.
  for (const std::string app : {"app-20240102030405-0000", "my.app.7", "a/b", ""}) {
    const auto before = sample_executor(app, 12);
    EXPECT_EQ(rows_of(before)[0].kind, "executor");
    EXPECT_EQ(rows_of(before)[0].id, app + ".12");
    const auto after = again(before);
    EXPECT_EQ(after.app, before.app);
    EXPECT_EQ(after.id, before.id);
    EXPECT_EQ(after.worker, before.worker);
    EXPECT_EQ(after.profile, before.profile);
    EXPECT_EQ(after.cores, before.cores);
    EXPECT_EQ(after.memory_mb, before.memory_mb);
    EXPECT_EQ(after.resources, before.resources);
  }
}

TEST(RecordCodec, ExecutorWithoutResources_SaysNothingAboutThem) {
  auto before = sample_executor("a", 0);
  before.resources.clear();
  EXPECT_EQ(*rows_of(before)[0].value,
            R"({"version":1,"id":"a.0","app":"a","executor":0,"worker":"worker-1","profile":3,"cores":4,)"
            R"("memory_mb":2048})");
  EXPECT_TRUE(again(before).resources.empty());
}

TEST(RecordCodec, RemoveExecutor_RemovesTheRowThatWasPut) {
  const auto rows = rows_of(core::RemoveExecutor{{AppId("my.app"), ExecutorId(3)}});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].kind, "executor");
  EXPECT_EQ(rows[0].id, rows_of(sample_executor("my.app", 3))[0].id);
  EXPECT_EQ(rows[0].value, std::nullopt);
}

TEST(RecordCodec, WrongExecutor_IsNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"version":1,"id":"a.1","executor":1,"worker":"w","profile":0,"cores":1,"memory_mb":1})",
       "\"app\" is missing"},
      {R"({"version":1,"id":"a.1","app":"a","executor":2,"worker":"w","profile":0,"cores":1,"memory_mb":1})",
       "\"executor\" is not the number in the id"},
      {R"({"version":1,"id":"a.1","app":"b","executor":1,"worker":"w","profile":0,"cores":1,"memory_mb":1})",
       "\"executor\" is not the number in the id"},
      {R"({"version":1,"id":"a.1","app":"a","executor":-1,"worker":"w","profile":0,"cores":1,"memory_mb":1})",
       "\"executor\" is not a whole number"},
      {R"({"version":1,"id":"a.1","app":"a","executor":1,"profile":0,"cores":1,"memory_mb":1})",
       "\"worker\" is missing"},
      {R"({"version":1,"id":"a.1","app":"a","executor":1,"worker":"w","cores":1,"memory_mb":1})",
       "\"profile\" is missing"},
  };
  for (const auto& [text, complaint] : cases) EXPECT_THAT(error_of("executor", "a.1", text), HasSubstr(complaint));
}

TEST(RecordCodec, Driver_SurvivesWithItsRawBytes) {
  const auto before = sample_driver("driver-1");
  const auto after = again(before);
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.state, before.state);
  EXPECT_EQ(after.worker, before.worker);
  EXPECT_EQ(after.worker_address, before.worker_address);
  EXPECT_EQ(after.resources, before.resources);
  EXPECT_EQ(after.exception, before.exception);
  EXPECT_EQ(after.submitted, before.submitted);
  EXPECT_EQ(after.kill_requested, before.kill_requested);
  EXPECT_EQ(after.description.main_class, before.description.main_class);
  EXPECT_EQ(*after.description.raw, *before.description.raw);
}

TEST(RecordCodec, DriverThatWaits_HasNoWorker) {
  auto before = sample_driver("driver-1");
  before.worker.reset();
  before.worker_address.reset();
  const auto after = again(before);
  EXPECT_EQ(after.worker, std::nullopt);
  EXPECT_EQ(after.worker_address, std::nullopt);
}

TEST(RecordCodec, EveryStateAndDialect_SurvivesByName) {
  for (int state = 0; state <= static_cast<int>(core::AppState::unknown); ++state) {
    core::AppProgress progress;
    progress.state = static_cast<core::AppState>(state);
    EXPECT_EQ(again(progress).state, progress.state);
  }
  for (int state = 0; state <= static_cast<int>(deploy::DriverState::error); ++state) {
    auto driver = sample_driver("d");
    driver.state = static_cast<deploy::DriverState>(state);
    EXPECT_EQ(again(driver).state, driver.state);
  }
  for (const auto dialect : deploy::all_dialects) {
    auto worker = sample_worker("w");
    worker.dialects = {dialect};
    EXPECT_EQ(again(worker).dialects, worker.dialects);
  }
}

TEST(RecordCodec, Counters_SurviveUnderAnEmptyId) {
  const core::Counters before{12, 2147483647};
  EXPECT_EQ(rows_of(before)[0].id, "");
  EXPECT_EQ(again(before).next_app_number, 12);
  EXPECT_EQ(again(before).next_driver_number, 2147483647);
}

TEST(RecordCodec, RemoveApp_RemovesItsProgressToo) {
  const auto rows = rows_of(core::RemoveApp{AppId("app-1")});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].kind, "app");
  EXPECT_EQ(rows[1].kind, "progress");
  for (const auto& row : rows) {
    EXPECT_EQ(row.id, "app-1");
    EXPECT_EQ(row.value, std::nullopt);
  }
}

TEST(RecordCodec, ReadableFields_HoldNoEnvironmentAndNoJavaOptions) {
  auto driver = sample_driver("driver-1");
  driver.description.java_opts = {"-Dspark.hadoop.fs.s3a.secret.key=hunter2"};
  EXPECT_THAT(*rows_of(driver)[0].value, Not(HasSubstr("hunter2")));
  EXPECT_THAT(*rows_of(driver)[0].value, Not(HasSubstr("java_opts")));
}

TEST(RecordCodec, TextOfARecord_IsTheDocumentedOne) {
  core::WorkerRecord worker;
  worker.id = WorkerId("w\"1");
  worker.host = "h";
  worker.port = 7078;
  worker.cores = 4;
  worker.memory_mb = 1024;
  worker.resources = {{"gpu", {"0"}}};
  worker.web_ui_url = "http://h:8081";
  worker.ref = {"Worker", {"h", 7078}};
  worker.dialects = {deploy::Dialect::spark_3_4};
  worker.registered = WallTime(std::chrono::milliseconds(5));
  EXPECT_EQ(*rows_of(worker)[0].value,
            R"({"version":1,"id":"w\"1","host":"h","port":7078,"cores":4,"memory_mb":1024,"resources":{"gpu":["0"]},)"
            R"("web_ui_url":"http://h:8081","endpoint":{"name":"Worker","host":"h","port":7078},)"
            R"("dialects":["3.4/3.5"],"registered_ms":5})");
}

TEST(RecordCodec, UnknownFields_AreIgnored) {
  EXPECT_EQ(error_of("worker", "w",
                     worker_with("\"host\":\"h\",\"port\":1,\"cores\"",
                                 "\"host\":\"h\",\"rack\":{\"a\":[1]},\"port\":1,\"cores\"")),
            "it was read");
}

TEST(RecordCodec, MissingOptionalFields_GetTheirDefaults) {
  const auto read = record_from_row("worker", "w", minimal_worker);
  ASSERT_TRUE(read.ok()) << read.error().to_string();
  const auto& worker = std::get<core::WorkerRecord>(*read);
  EXPECT_TRUE(worker.resources.empty());
  EXPECT_EQ(worker.web_ui_url, "");
  EXPECT_EQ(worker.registered, WallTime{});
}

TEST(RecordCodec, DialectOfANewerPilotlight_IsPassedOverWhenAnotherFits) {
  const auto read = record_from_row("worker", "w", worker_with("\"4.0\"", "\"9.0\",\"4.0\""));
  ASSERT_TRUE(read.ok());
  EXPECT_THAT(std::get<core::WorkerRecord>(*read).dialects, testing::ElementsAre(deploy::Dialect::spark_4_0));
  EXPECT_THAT(error_of("worker", "w", worker_with("\"4.0\"", "\"9.0\"")), HasSubstr("dialects"));
}

TEST(RecordCodec, NewerVersion_IsRefusedByName) {
  const auto error = error_of("worker", "w", worker_with("\"version\":1", "\"version\":2"));
  EXPECT_THAT(error, HasSubstr("newer Pilotlight"));
  EXPECT_THAT(error, HasSubstr("record version 2"));
}

TEST(RecordCodec, WrongFields_AreNamedAndNeverQuoted) {
  struct Case {
    const char* part;
    const char* replacement;
    const char* complaint;
  };
  const Case cases[] = {
      {"\"version\":1,", "", "\"version\" is missing"},
      {"\"version\":1", "\"version\":0", "\"version\" is not a whole number"},
      {"\"version\":1", "\"version\":\"secret\"", "\"version\" is not a whole number"},
      {"\"id\":\"w\"", "\"id\":\"secret\"", "\"id\" is not the id"},
      {"\"host\":\"h\",\"port\":1,\"cores\"", "\"port\":1,\"cores\"", "\"host\" is missing"},
      {"\"host\":\"h\",\"port\":1,\"cores\"", "\"host\":null,\"port\":1,\"cores\"", "\"host\" is missing"},
      {"\"host\":\"h\",\"port\":1,\"cores\"", "\"host\":[\"secret\"],\"port\":1,\"cores\"", "\"host\" is not a text"},
      {"\"cores\":2", "\"cores\":-2", "\"cores\" is not a whole number from 0"},
      {"\"cores\":2", "\"cores\":2.5", "\"cores\" is not a whole number"},
      {"\"cores\":2", "\"cores\":4294967296", "\"cores\" is not a whole number"},
      {"\"cores\":2", "\"cores\":18446744073709551615", "\"cores\" is not a whole number"},
      {"\"cores\":2", "\"cores\":1e400", "JSON"},
      {"\"port\":1}", "\"port\":65536}", "\"endpoint.port\" is not a whole number from 0 to 65535"},
      {"{\"name\":\"Worker\",\"host\":\"h\",\"port\":1}", "\"secret\"", "\"endpoint\" is not an object"},
      {"[\"4.0\"]", "\"4.0\"", "\"dialects\" is not a list"},
      {"[\"4.0\"]", "[4]", "\"dialects\" is not a list of texts"},
      {"\"dialects\":[\"4.0\"]", "\"dialects\":[\"4.0\"],\"resources\":[]", "\"resources\" is not an object"},
      {"\"dialects\":[\"4.0\"]", "\"dialects\":[\"4.0\"],\"resources\":{\"gpu\":3}", "\"resources.gpu\" is not a list"},
      {"\"dialects\":[\"4.0\"]", "\"dialects\":[\"4.0\"],\"registered_ms\":-1",
       "\"registered_ms\" is not a whole number"},
  };
  for (const auto& [part, replacement, complaint] : cases) {
    const auto error = error_of("worker", "w", worker_with(part, replacement));
    EXPECT_THAT(error, HasSubstr(complaint)) << replacement;
    EXPECT_THAT(error, Not(HasSubstr("secret"))) << replacement;
  }
}

TEST(RecordCodec, WrongProgress_IsNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"version":1,"id":"a","next_executor_id":0})", "\"state\" is missing"},
      {R"({"version":1,"id":"a","state":"DANCING","next_executor_id":0})", "\"state\" is no state"},
      {R"({"version":1,"id":"a","state":"RUNNING"})", "\"next_executor_id\" is missing"},
      {R"({"version":1,"id":"a","state":"RUNNING","next_executor_id":0,"targets":{}})", "\"targets\" is not a list"},
      {R"({"version":1,"id":"a","state":"RUNNING","next_executor_id":0,"targets":[7]})",
       "\"targets\" is not an object"},
      {R"({"version":1,"id":"a","state":"RUNNING","next_executor_id":0,"profiles":[{"id":1,"custom":[]}]})",
       "\"profiles.custom\" is not an object"},
  };
  for (const auto& [text, complaint] : cases)
    EXPECT_THAT(error_of("progress", "a", text), HasSubstr(complaint)) << text;
}

TEST(RecordCodec, RawThatCannotBeRead_IsAnError) {
  std::string text = *rows_of(sample_app("a"))[0].value;
  const auto raw = text.find("\"raw\":\"") + 7;
  EXPECT_THAT(error_of("app", "a", std::string(text).replace(raw, 4, "!!!!")), HasSubstr("\"raw\" is not base64"));
  EXPECT_THAT(error_of("app", "a", std::string(text).replace(raw, 8, "AAAAAAAA")),
              HasSubstr("\"raw\" holds no ApplicationDescription"));
  EXPECT_THAT(error_of("app", "a", std::string(text).replace(raw, text.find('"', raw) - raw, "")),
              HasSubstr("\"raw\" is not base64"));
}

TEST(RecordCodec, WhatIsNotARecord_IsAnError) {
  EXPECT_THAT(error_of("worker", "w", ""), HasSubstr("not JSON"));
  EXPECT_THAT(error_of("worker", "w", "{\"version\":1"), HasSubstr("not JSON"));
  EXPECT_THAT(error_of("worker", "w", "[1]"), HasSubstr("not a JSON object"));
  EXPECT_THAT(error_of("worker", "w", "\xff\xfe"), HasSubstr("not JSON"));
  EXPECT_THAT(error_of("lantern", "w", "{\"version\":1,\"id\":\"w\"}"), HasSubstr("knows no records of its kind"));
  EXPECT_THAT(error_of("worker", "w", std::string(200'000, '[')), HasSubstr("not JSON"));
}

}  // namespace
}  // namespace pilotlight::recovery
