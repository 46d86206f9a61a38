// Records as a master would write them, and a store in a directory of its own, for the tests of this folder.
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "recovery/fs_store.hpp"
#include "recovery/store.hpp"

namespace pilotlight::recovery {

/// Descriptions as real peers sent them (tests/golden).
deploy::ApplicationDescription golden_application();
deploy::DriverDescription golden_driver();

core::WorkerRecord sample_worker(const std::string& id);
core::AppRecord sample_app(const std::string& id);
core::AppProgress sample_progress(const std::string& id);
core::ExecutorRecord sample_executor(const std::string& app, std::int32_t id);
core::DriverRecord sample_driver(const std::string& id);

/// A directory that is removed at the end.
class TempDirectory {
 public:
  TempDirectory();
  ~TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  [[nodiscard]] std::string path() const { return path_.string(); }
  [[nodiscard]] std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// Runs callbacks at once, on the store's thread.
inline Post run_at_once() {
  return [](const std::function<void()>& work) { work(); };
}

/// Commits and waits for the outcome.
Result<void> commit(Store& store, std::vector<core::RecordOp> operations);
/// Opens the store of a directory, or fails the test.
std::unique_ptr<Store> open_store(const std::string& directory, const DatabaseOptions& options = {});

/// Looks into, or spoils, a database from outside, as an administrator with sqlite3 would.
class Shell {
 public:
  explicit Shell(const std::string& path);
  ~Shell();
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;
  void run(const std::string& sql);
  /// The first column of all rows.
  std::vector<std::string> column(const std::string& sql);

 private:
  sqlite3* connection_ = nullptr;
};

}  // namespace pilotlight::recovery
