#include "recovery/fs_store.hpp"

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "recovery/recovery_directory.hpp"

namespace pilotlight::recovery {
namespace {

/// While it lives, threads that are started take no signals: those belong to the runtime's thread. It also turns the
/// deadly SIGXFSZ of a file size limit into a plain write error there.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

class FsStore : public Store {
 public:
  FsStore(RecoveryDirectory directory, RecordDatabase database, Post post)
      : directory_(std::move(directory)), database_(std::move(database)), post_(std::move(post)) {}
  ~FsStore() override { close(); }

  Result<void> start() {
    const SignalsBlocked blocked;
    try {
      thread_ = std::thread([this] { run(); });
    } catch (const std::system_error& error) {
      return retryable(std::string("the thread that writes records could not be started: ") + error.what());
    }
    return {};
  }

  // On the caller's thread: the other one waits for the first commit, and the lock in commit() hands the database over.
  Result<core::Recovered> load() override { return database_->load(); }

  void commit(std::vector<core::RecordOp> operations, Committed done) override {
    {
      const std::lock_guard lock(mutex_);
      PILOTLIGHT_ASSERT(!closing_);
      queue_.push_back({std::move(operations), std::move(done)});
    }
    wake_.notify_one();
  }

  void close() override {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
    database_.reset();
  }

  [[nodiscard]] std::string describe() const override { return "FILESYSTEM (" + directory_.path() + ")"; }

 private:
  struct Commit {
    std::vector<core::RecordOp> operations;
    Committed done;
  };

  void run() {
    while (true) {
      std::vector<Commit> group;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return closing_ || !queue_.empty(); });
        if (queue_.empty()) return;
        group.swap(queue_);
      }
      write(std::move(group));
    }
  }

  void write(std::vector<Commit> group) {
    std::vector<RowChange> changes;
    for (auto& commit : group) {
      for (const auto& operation : commit.operations) append_row_changes(operation, changes);
      commit.operations.clear();
    }
    const auto result = database_->write(changes);
    post_([group = std::move(group), result] {
      for (const auto& commit : group) commit.done(result);
    });
  }

  const RecoveryDirectory directory_;  // holds the lock for longer than the database is open
  std::optional<RecordDatabase> database_;
  const Post post_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Commit> queue_;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Store>> make_fs_store(const std::string& directory, Post post, const DatabaseOptions& options) {
  auto taken = RecoveryDirectory::take(directory);
  if (!taken) return taken.error();
  auto database = RecordDatabase::open(taken->database_path(), options);
  if (!database) return database.error();
  auto store = std::make_unique<FsStore>(std::move(*taken), std::move(*database), std::move(post));
  if (auto started = store->start(); !started) return started.error();
  return std::unique_ptr<Store>(std::move(store));
}

Result<std::unique_ptr<Store>> make_fs_store(const std::string& directory, Post post) {
  return make_fs_store(directory, std::move(post), {});
}

}  // namespace pilotlight::recovery
