#include "unit/recovery/samples.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "deploy/codec.hpp"

namespace pilotlight::recovery {
namespace {

std::string golden(const std::string& name) {
  std::ifstream file(std::string(PILOTLIGHT_TESTS_DIR) + "/golden/" + name, std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

deploy::ToMaster decoded(const std::string& name) {
  auto result = deploy::decode_to_master(golden(name));
  if (const auto* error = std::get_if<deploy::DecodeError>(&result)) {
    ADD_FAILURE() << name << ": " << error->error.to_string();
    std::abort();
  }
  return std::get<deploy::Decoded<deploy::ToMaster>>(std::move(result)).message;
}

}  // namespace

deploy::ApplicationDescription golden_application() {
  static const auto message = decoded("3.5.6/RegisterApplication.bin");
  return std::get<deploy::RegisterApplication>(message).description;
}

deploy::DriverDescription golden_driver() {
  static const auto message = decoded("3.5.6/RequestSubmitDriver.bin");
  return std::get<deploy::RequestSubmitDriver>(message).description;
}

core::WorkerRecord sample_worker(const std::string& id) {
  core::WorkerRecord worker;
  worker.id = WorkerId(id);
  worker.host = "node1";
  worker.port = 7078;
  worker.cores = 16;
  worker.memory_mb = 64 * 1024;
  worker.resources = {{"gpu", {"0", "1"}}, {"fpga", {}}};
  worker.web_ui_url = "http://node1:8081";
  worker.ref = {"Worker", {"10.0.0.1", 7078}};
  worker.dialects = {deploy::Dialect::spark_4_1, deploy::Dialect::spark_4_3};
  worker.registered = WallTime(std::chrono::milliseconds(1704164645678));
  return worker;
}

core::AppRecord sample_app(const std::string& id) {
  core::AppRecord app;
  app.id = AppId(id);
  app.description = golden_application();
  app.driver = {"AppClient", {"driver-host", 40123}};
  app.dialect = app.description.dialect;
  app.requested_cores = 2147483647;
  app.submitted = WallTime(std::chrono::milliseconds(1704164645679));
  return app;
}

core::AppProgress sample_progress(const std::string& id) {
  core::AppProgress progress;
  progress.id = AppId(id);
  progress.state = core::AppState::finished;
  progress.next_executor_id = 7;
  progress.targets = {{ProfileId(0), 5}, {ProfileId(3), 0}};
  deploy::ResourceProfile profile{ProfileId(3), 2, 1024, {{"gpu", 1}}};
  progress.profiles = {{ProfileId(0), {ProfileId(0), std::nullopt, std::nullopt, {}}}, {ProfileId(3), profile}};
  progress.ended = WallTime(std::chrono::milliseconds(1704164649999));
  return progress;
}

core::ExecutorRecord sample_executor(const std::string& app, std::int32_t id) {
  return {AppId(app), ExecutorId(id), WorkerId("worker-1"), ProfileId(3), 4, 2048, {{"gpu", {"0", "1"}}}};
}

core::DriverRecord sample_driver(const std::string& id) {
  core::DriverRecord driver;
  driver.id = DriverId(id);
  driver.description = golden_driver();
  driver.state = deploy::DriverState::failed;
  driver.worker = WorkerId("worker-1");
  driver.worker_address = deploy::Address{"10.0.0.1", 7078};
  driver.resources = {{"gpu", {"1"}}};
  driver.exception = "java.io.IOException: \"no\" such file\n\tat …";
  driver.submitted = WallTime(std::chrono::milliseconds(1704164645680));
  driver.kill_requested = true;
  return driver;
}

TempDirectory::TempDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "pilotlight-recovery-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) std::abort();
  path_ = pattern;
}

TempDirectory::~TempDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Result<void> commit(Store& store, std::vector<core::RecordOp> operations) {
  std::promise<Result<void>> outcome;
  store.commit(std::move(operations), [&](const Result<void>& result) { outcome.set_value(result); });
  return outcome.get_future().get();
}

std::unique_ptr<Store> open_store(const std::string& directory, const DatabaseOptions& options) {
  auto store = make_fs_store(directory, run_at_once(), options);
  if (!store) {
    ADD_FAILURE() << store.error().to_string();
    std::abort();
  }
  return std::move(*store);
}

Shell::Shell(const std::string& path) {
  EXPECT_EQ(sqlite3_open_v2(path.c_str(), &connection_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr),
            SQLITE_OK);
}

Shell::~Shell() { sqlite3_close(connection_); }

void Shell::run(const std::string& sql) {
  EXPECT_EQ(sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sql << ": " << sqlite3_errmsg(connection_);
}

std::vector<std::string> Shell::column(const std::string& sql) {
  std::vector<std::string> values;
  const auto collect = [](void* out, int, char** columns, char**) {
    static_cast<std::vector<std::string>*>(out)->emplace_back(columns[0] != nullptr ? columns[0] : "");
    return 0;
  };
  EXPECT_EQ(sqlite3_exec(connection_, sql.c_str(), collect, &values, nullptr), SQLITE_OK)
      << sqlite3_errmsg(connection_);
  return values;
}

}  // namespace pilotlight::recovery
