// Everything that can be wrong with the directory, the disk and the rows: a sentence, never a crash, nothing lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "unit/recovery/samples.hpp"

namespace pilotlight::recovery {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string open_error(const std::string& directory) {
  auto store = make_fs_store(directory, run_at_once());
  return store ? "it was opened" : store.error().to_string();
}

void write_file(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

TEST(FsStoreDirectory, NotSet_IsNamed) {
  EXPECT_THAT(open_error(""), HasSubstr("spark.deploy.recoveryDirectory is not set"));
}

TEST(FsStoreDirectory, ParentMissing_IsNamedAndNothingIsMade) {
  const TempDirectory temp;
  EXPECT_THAT(open_error(temp / "no/records"), AllOf(HasSubstr(temp / "no/records"), HasSubstr("does not exist")));
  EXPECT_FALSE(std::filesystem::exists(temp / "no"));
}

TEST(FsStoreDirectory, IsAFile_IsNamed) {
  const TempDirectory temp;
  write_file(temp / "records", "");
  EXPECT_THAT(open_error(temp / "records"), AllOf(HasSubstr(temp / "records"), HasSubstr("is not a directory")));
}

TEST(FsStoreDirectory, ReadOnly_IsNamedWithWhatToDo) {
  const TempDirectory temp;
  const auto directory = temp / "records";
  std::filesystem::create_directory(directory);
  std::filesystem::permissions(directory, std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec |
                                              std::filesystem::perms::others_read |
                                              std::filesystem::perms::others_exec);
  std::filesystem::permissions(temp.path(), std::filesystem::perms::all);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {  // root may write anywhere, so a child that is nobody tries
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(1);
    const auto error = open_error(directory);
    _exit(write(ends[1], error.data(), error.size()) == static_cast<ssize_t>(error.size()) ? 0 : 1);
  }
  close(ends[1]);
  char text[1000];
  const auto length = read(ends[0], text, sizeof text);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_GT(length, 0);
  EXPECT_THAT(
      std::string(text, static_cast<std::size_t>(length)),
      AllOf(HasSubstr(directory), HasSubstr("Permission denied"), HasSubstr("give the master's user the right")));
}

TEST(FsStoreDirectory, HeldByAnotherMaster_IsRefusedWithItsPidAndFreeAfterwards) {
  const TempDirectory temp;
  auto store = open_store(temp.path());
  EXPECT_THAT(open_error(temp.path()),
              AllOf(HasSubstr(temp / "pilotlight.lock"), HasSubstr("pid " + std::to_string(getpid()))));
  EXPECT_TRUE(commit(*store, {sample_worker("w")}).ok()) << "the holder was disturbed";
  store.reset();
  EXPECT_EQ(open_error(temp.path()), "it was opened");
}

TEST(FsStoreDatabase, NoDatabaseAtAll_IsRefusedAndLeftAsItWas) {
  const TempDirectory temp;
  write_file(temp / "pilotlight.db", std::string(5000, 'x'));
  EXPECT_THAT(open_error(temp.path()), AllOf(HasSubstr(temp / "pilotlight.db"), HasSubstr("not an SQLite database")));
  EXPECT_EQ(std::filesystem::file_size(temp / "pilotlight.db"), 5000U);
}

TEST(FsStoreDatabase, OfAnotherProgram_IsRefusedAndLeftAsItWas) {
  const TempDirectory temp;
  Shell(temp / "pilotlight.db").run("CREATE TABLE record (kind, id, value)");
  EXPECT_THAT(open_error(temp.path()), AllOf(HasSubstr(temp / "pilotlight.db"), HasSubstr("another program")));
  EXPECT_THAT(Shell(temp / "pilotlight.db").column("PRAGMA journal_mode"), ElementsAre("delete"));
}

TEST(FsStoreDatabase, OfANewerPilotlight_IsRefusedWithBothNumbers) {
  const TempDirectory temp;
  open_store(temp.path()).reset();
  Shell(temp / "pilotlight.db").run("PRAGMA user_version = 7");
  EXPECT_THAT(open_error(temp.path()), AllOf(HasSubstr("schema 7"), HasSubstr("schema 1")));
}

TEST(FsStoreDatabase, DamagedPages_AreFatalWithWhatToDo) {
  const TempDirectory temp;
  {
    auto store = open_store(temp.path());
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(commit(*store, {sample_worker("w" + std::to_string(i))}).ok());
  }
  std::fstream file(temp / "pilotlight.db", std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(0, std::ios::end);
  const auto size = static_cast<std::size_t>(file.tellp());
  for (std::size_t at = 4096; at + 4096 <= size; at += 4096) {
    file.seekp(static_cast<std::streamoff>(at));
    file << std::string(4096, '\xee');
  }
  file.close();
  auto store = make_fs_store(temp.path(), run_at_once());
  const auto error = [&] {
    if (!store) return store.error();
    const auto recovered = (*store)->load();
    return recovered ? fatal("it was read") : recovered.error();
  }();
  EXPECT_EQ(error.error_class, ErrorClass::fatal);
  EXPECT_THAT(error.to_string(), AllOf(HasSubstr("is damaged"), HasSubstr(".recover")));
}

TEST(FsStoreDatabase, RemovedUnderARunningMaster_FailsCommitsInsteadOfLosingThem) {
  const TempDirectory temp;
  auto store = open_store(temp.path());
  ASSERT_TRUE(commit(*store, {sample_worker("w1")}).ok());
  std::filesystem::remove(temp / "pilotlight.db");
  const auto result = commit(*store, {sample_worker("w2")});
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().to_string(), HasSubstr("was removed or replaced"));
}

TEST(FsStoreDatabase, HeldByAnotherProgram_IsRetryableAndThenSucceeds) {
  const TempDirectory temp;
  auto store = open_store(temp.path(), {std::chrono::milliseconds(20), 0});
  {
    Shell shell(temp / "pilotlight.db");
    shell.run("BEGIN IMMEDIATE");
    const auto result = commit(*store, {sample_worker("w1")});
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().error_class, ErrorClass::retryable);
    EXPECT_THAT(result.error().to_string(), HasSubstr("another program holds " + (temp / "pilotlight.db")));
    shell.run("ROLLBACK");
  }
  EXPECT_TRUE(commit(*store, {sample_worker("w1")}).ok());
}

TEST(FsStoreDisk, Full_IsRetryableNamesTheDirectoryAndUndoesTheWholeCommit) {
  const TempDirectory temp;
  auto store = open_store(temp.path(), {std::chrono::seconds(1), 40});
  auto fat = sample_driver("fat");
  fat.exception.assign(1U << 20U, 'x');
  const auto result = commit(*store, {sample_worker("beside"), fat});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().error_class, ErrorClass::retryable);
  EXPECT_THAT(result.error().to_string(), HasSubstr("disk full on " + temp.path() + ":"));
  EXPECT_TRUE(commit(*store, {sample_worker("small")}).ok()) << "the store is stuck";
  const auto recovered = store->load();
  ASSERT_TRUE(recovered.ok());
  ASSERT_EQ(recovered->workers.size(), 1U) << "half of a commit stayed";
  EXPECT_EQ(recovered->workers[0].id.text, "small");
}

/// The system refuses to let files grow: the same errors as a failing disk, given back by write(2).
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
};

TEST(FsStoreDisk, WriteFails_IsRetryableAndTheSameCommitSucceedsLater) {
  const TempDirectory temp;
  auto store = open_store(temp.path());
  ASSERT_TRUE(commit(*store, {sample_worker("w1")}).ok());
  auto fat = sample_driver("fat");
  fat.exception.assign(1U << 20U, 'x');
  Result<void> result;
  {
    const FileSizeLimit limit(256U << 10U);
    result = commit(*store, {sample_worker("w2"), fat});
  }
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().error_class, ErrorClass::retryable);
  EXPECT_THAT(result.error().to_string(), AllOf(HasSubstr(temp.path()), HasSubstr("File too large")));
  ASSERT_TRUE(commit(*store, {sample_worker("w2"), fat}).ok());
  store.reset();
  const auto recovered = open_store(temp.path())->load();
  ASSERT_TRUE(recovered.ok());
  EXPECT_EQ(recovered->workers.size(), 2U);
  EXPECT_EQ(recovered->drivers.size(), 1U);
}

TEST(FsStoreRows, ThatCannotBeRead_AreSetAsideAndTheRestLoads) {
  const TempDirectory temp;
  {
    auto store = open_store(temp.path());
    ASSERT_TRUE(commit(*store, {sample_worker("w1"), sample_worker("w2"), sample_worker("w3"), sample_app("a1"),
                                sample_progress("a1"), sample_app("a2"), sample_progress("a2"), sample_driver("d1"),
                                core::Counters{8, 9}})
                    .ok());
  }
  const auto database = temp / "pilotlight.db";
  {
    Shell shell(database);
    shell.run("UPDATE record SET value = substr(value, 1, 30) WHERE kind = 'worker' AND id = 'w1'");
    shell.run("UPDATE record SET value = json_set(value, '$.version', 9) WHERE id = 'w3'");
    shell.run("UPDATE record SET value = json_set(value, '$.raw', 'AAAA') WHERE kind = 'app' AND id = 'a1'");
    shell.run("INSERT INTO record (kind, id, value) VALUES ('lantern', 'l' || char(10) || '1', '{\"version\":1}')");
    shell.run("UPDATE record SET value = x'00ff' WHERE kind = 'driver'");
  }
  std::vector<std::string> first;
  for (int start = 0; start < 3; ++start) {
    auto store = open_store(temp.path());
    const auto recovered = store->load();
    ASSERT_TRUE(recovered.ok()) << recovered.error().to_string();
    ASSERT_EQ(recovered->workers.size(), 1U);
    EXPECT_EQ(recovered->workers[0].id.text, "w2");
    ASSERT_EQ(recovered->apps.size(), 1U);
    EXPECT_EQ(recovered->apps[0].id.text, "a2");
    EXPECT_EQ(recovered->progress.size(), 1U);
    EXPECT_TRUE(recovered->drivers.empty());
    EXPECT_EQ(recovered->counters.next_driver_number, 9);
    EXPECT_THAT(recovered->set_aside, ElementsAre(HasSubstr("worker w1: it is not JSON"),
                                                  HasSubstr("worker w3: it was written by a newer Pilotlight"),
                                                  HasSubstr("app a1: field \"raw\" holds no ApplicationDescription"),
                                                  HasSubstr("driver d1: it is not JSON"), HasSubstr("lantern l?1: "),
                                                  HasSubstr("progress a1: its application has no readable record")));
    if (start == 0) first = recovered->set_aside;
    EXPECT_EQ(recovered->set_aside, first) << "a later start tells something else";
  }
  Shell shell(database);
  EXPECT_THAT(shell.column("SELECT count(*) FROM record"), ElementsAre("4"));
  EXPECT_THAT(shell.column("SELECT length(value) FROM set_aside WHERE id = 'w1'"), ElementsAre("30"));
  EXPECT_THAT(shell.column("SELECT json_extract(value, '$.raw') FROM set_aside WHERE id = 'a1' AND kind = 'app'"),
              ElementsAre("AAAA"));
}

TEST(FsStoreRows, RegisteredAgain_StandBesideTheOneSetAside) {
  const TempDirectory temp;
  { ASSERT_TRUE(commit(*open_store(temp.path()), {sample_worker("w1")}).ok()); }
  Shell(temp / "pilotlight.db").run("UPDATE record SET value = 'gone'");
  {
    auto store = open_store(temp.path());
    ASSERT_TRUE(store->load().ok());
    ASSERT_TRUE(commit(*store, {sample_worker("w1")}).ok());
    ASSERT_TRUE(commit(*store, {core::RemoveWorker{WorkerId("w1")}, sample_worker("w1")}).ok());
  }
  const auto recovered = open_store(temp.path())->load();
  ASSERT_TRUE(recovered.ok());
  EXPECT_EQ(recovered->workers.size(), 1U);
  EXPECT_EQ(recovered->set_aside.size(), 1U);
}

TEST(FsStoreRows, DiskFullAtStart_StillLoadsWhatCanBeRead) {
  const TempDirectory temp;
  {
    auto store = open_store(temp.path());
    auto fat = sample_driver("d1");
    fat.exception.assign(1U << 20U, 'x');
    ASSERT_TRUE(commit(*store, {sample_worker("w1"), fat}).ok());
  }
  Shell(temp / "pilotlight.db").run("UPDATE record SET value = replace(value, '{', '(') WHERE kind = 'driver'");
  const auto pages = std::stoll(Shell(temp / "pilotlight.db").column("PRAGMA page_count").at(0));
  auto store = open_store(temp.path(), {std::chrono::seconds(1), pages});
  const auto recovered = store->load();
  ASSERT_TRUE(recovered.ok()) << recovered.error().to_string();
  EXPECT_EQ(recovered->workers.size(), 1U);
  EXPECT_THAT(recovered->set_aside, ElementsAre(AllOf(HasSubstr("driver d1: it is not JSON"), HasSubstr("disk full"))));
  EXPECT_THAT(Shell(temp / "pilotlight.db").column("SELECT count(*) FROM record"), ElementsAre("2"));
}

}  // namespace
}  // namespace pilotlight::recovery
