// What a store keeps, and in which order and groups.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <condition_variable>
#include <fstream>
#include <iterator>
#include <mutex>

#include "base/bytes.hpp"
#include "unit/recovery/samples.hpp"

namespace pilotlight::recovery {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

template <typename R>
std::vector<std::string> ids(const std::vector<R>& records) {
  std::vector<std::string> ids;
  for (const auto& record : records) ids.push_back(record.id.text);
  return ids;
}

core::Recovered load(Store& store) {
  auto recovered = store.load();
  EXPECT_TRUE(recovered.ok()) << recovered.error().to_string();
  return recovered.ok() ? std::move(*recovered) : core::Recovered{};
}

/// Transactions in a write-ahead log: frames of the current generation that end one (SQLite's file format, §4).
std::size_t transactions_in(const std::string& wal) {
  std::ifstream file(wal, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  ByteReader reader(bytes);
  reader.bytes(8);
  const auto page_size = static_cast<std::size_t>(reader.i32());
  reader.bytes(4);
  const std::string salt(reader.bytes(8));
  reader.bytes(8);
  std::size_t transactions = 0;
  while (reader.remaining() >= 24 + page_size) {
    reader.bytes(4);
    const bool ends_transaction = reader.i32() != 0;
    if (reader.bytes(8) != salt) break;
    reader.bytes(8 + page_size);
    if (ends_transaction) ++transactions;
  }
  return transactions;
}

TEST(NoneStore, CommitSucceedsAndKeepsNothing) {
  std::vector<std::function<void()>> posted;
  auto store = make_none_store([&](std::function<void()> work) { posted.push_back(std::move(work)); });
  bool done = false;
  store->commit({sample_worker("w")}, [&](const Result<void>& result) { done = result.ok(); });
  EXPECT_FALSE(done) << "the callback came inside the call";
  ASSERT_EQ(posted.size(), 1U);
  posted[0]();
  EXPECT_TRUE(done);
  EXPECT_THAT(load(*store).workers, IsEmpty());
  EXPECT_EQ(store->describe(), "NONE");
}

TEST(FsStore, NewDirectory_IsEmptyAndPrivate) {
  const TempDirectory temp;
  const auto directory = temp / "records";
  auto store = open_store(directory);
  const auto recovered = load(*store);
  EXPECT_THAT(recovered.workers, IsEmpty());
  EXPECT_THAT(recovered.set_aside, IsEmpty());
  EXPECT_EQ(recovered.counters.next_app_number, 0);
  EXPECT_EQ(store->describe(), "FILESYSTEM (" + directory + ")");

  ASSERT_TRUE(commit(*store, {sample_worker("w")}).ok());
  struct stat status {};
  ASSERT_EQ(stat(directory.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    ASSERT_EQ(stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << entry.path();
  }
}

TEST(FsStore, EverythingPut_IsThereAfterReopening) {
  const TempDirectory temp;
  {
    auto store = open_store(temp.path());
    ASSERT_TRUE(
        commit(*store, {sample_worker("w1"), sample_app("a1"), sample_progress("a1"), sample_driver("d1")}).ok());
    ASSERT_TRUE(commit(*store, {sample_executor("a1", 0), sample_executor("a1", 1), core::Counters{3, 4}}).ok());
    ASSERT_TRUE(commit(*store, {core::RemoveExecutor{{AppId("a1"), ExecutorId(0)}}}).ok());
    store->close();
  }
  auto store = open_store(temp.path());
  const auto recovered = load(*store);
  ASSERT_THAT(ids(recovered.workers), ElementsAre("w1"));
  ASSERT_THAT(ids(recovered.apps), ElementsAre("a1"));
  ASSERT_THAT(ids(recovered.progress), ElementsAre("a1"));
  ASSERT_THAT(ids(recovered.drivers), ElementsAre("d1"));
  ASSERT_EQ(recovered.executors.size(), 1U);
  EXPECT_EQ(recovered.executors[0].id, ExecutorId(1));
  EXPECT_EQ(recovered.workers[0].dialects, sample_worker("w1").dialects);
  EXPECT_EQ(*recovered.apps[0].description.raw, *golden_application().raw);
  EXPECT_EQ(recovered.progress[0].targets, sample_progress("a1").targets);
  EXPECT_EQ(*recovered.drivers[0].description.raw, *golden_driver().raw);
  EXPECT_EQ(recovered.counters.next_app_number, 3);
  EXPECT_EQ(recovered.counters.next_driver_number, 4);
  EXPECT_THAT(recovered.set_aside, IsEmpty());
}

TEST(FsStore, PutReplacesAndRemoveRemoves) {
  const TempDirectory temp;
  auto store = open_store(temp.path());
  auto worker = sample_worker("w1");
  ASSERT_TRUE(
      commit(*store, {worker, sample_worker("w2"), sample_app("a1"), sample_progress("a1"), sample_driver("d1")}).ok());
  worker.cores = 99;
  ASSERT_TRUE(commit(*store, {worker, core::RemoveWorker{WorkerId("w2")}, core::RemoveApp{AppId("a1")},
                              core::RemoveDriver{DriverId("d1")}, core::RemoveDriver{DriverId("never there")}})
                  .ok());
  const auto recovered = load(*store);
  ASSERT_THAT(ids(recovered.workers), ElementsAre("w1"));
  EXPECT_EQ(recovered.workers[0].cores, 99);
  EXPECT_THAT(recovered.apps, IsEmpty());
  EXPECT_THAT(recovered.progress, IsEmpty());
  EXPECT_THAT(recovered.drivers, IsEmpty());
}

TEST(FsStore, Apps_KeepTheOrderOfRegistration) {
  const TempDirectory temp;
  {
    auto store = open_store(temp.path());
    for (const auto* id : {"app-z", "app-m", "app-a", "app-b"})
      ASSERT_TRUE(commit(*store, {sample_app(id), sample_progress(id)}).ok());
    // Put again, and removed and registered anew: the first keeps its place, the second goes to the end.
    ASSERT_TRUE(commit(*store, {sample_app("app-z"), core::RemoveApp{AppId("app-m")}, sample_app("app-m")}).ok());
  }
  auto store = open_store(temp.path());
  EXPECT_THAT(ids(load(*store).apps), ElementsAre("app-z", "app-a", "app-b", "app-m"));
}

TEST(FsStore, IdWithQuotesAndNul_IsKeptExactly) {
  const TempDirectory temp;
  const std::string id("it's \"w\"\0; DROP TABLE record", 28);
  auto store = open_store(temp.path());
  ASSERT_TRUE(commit(*store, {sample_worker(id), sample_worker("other")}).ok());
  EXPECT_THAT(ids(load(*store).workers), ElementsAre(id, "other"));
  ASSERT_TRUE(commit(*store, {core::RemoveWorker{WorkerId(id)}}).ok());
  EXPECT_THAT(ids(load(*store).workers), ElementsAre("other"));
}

TEST(FsStore, CommitsHandedInWhileOneIsUnderWay_BecomeOneTransaction) {
  const TempDirectory temp;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<int> finished;
  auto store = open_store(temp.path(), {std::chrono::seconds(30), 0});
  const auto before = transactions_in(temp / "pilotlight.db-wal");
  {
    Shell shell(temp / "pilotlight.db");
    shell.run("BEGIN IMMEDIATE");  // the first commit begins and waits for this
    for (int i = 0; i < 100; ++i) {
      store->commit({sample_worker("w" + std::to_string(i))}, [&, i](const Result<void>& result) {
        const std::lock_guard lock(mutex);
        finished.push_back(result.ok() ? i : -1);
        changed.notify_one();
      });
      if (i == 0) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    shell.run("ROLLBACK");
  }
  std::unique_lock lock(mutex);
  ASSERT_TRUE(changed.wait_for(lock, std::chrono::seconds(30), [&] { return finished.size() == 100; }));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(finished[static_cast<std::size_t>(i)], i) << "callbacks out of order";
  EXPECT_LE(transactions_in(temp / "pilotlight.db-wal") - before, 2U);
  EXPECT_EQ(Shell(temp / "pilotlight.db").column("SELECT count(*) FROM record"), std::vector<std::string>{"100"});
}

TEST(FsStore, Close_MakesDurableWhatWasHandedIn) {
  const TempDirectory temp;
  std::atomic<int> finished = 0;
  auto store = open_store(temp.path());
  for (int i = 0; i < 500; ++i)
    store->commit({sample_worker("w" + std::to_string(i))},
                  [&](const Result<void>& result) { finished += result.ok() ? 1 : 0; });
  store->close();
  EXPECT_EQ(finished, 500);
  store.reset();
  EXPECT_EQ(load(*open_store(temp.path())).workers.size(), 500U);
}

TEST(FsStore, RecordsCanBeReadWhileTheMasterRuns) {
  const TempDirectory temp;
  auto store = open_store(temp.path());
  ASSERT_TRUE(commit(*store, {sample_worker("w1")}).ok());
  Shell shell(temp / "pilotlight.db");
  EXPECT_THAT(shell.column("SELECT value ->> 'endpoint.host' FROM record WHERE kind = 'worker'"),
              ElementsAre(testing::_));
  EXPECT_THAT(shell.column("SELECT value FROM record WHERE id = 'w1'"), ElementsAre(HasSubstr("\"memory_mb\":65536")));
  EXPECT_TRUE(commit(*store, {sample_worker("w2")}).ok());
}

TEST(FsStore, LargeRecord_IsKeptWhole) {
  const TempDirectory temp;
  auto driver = sample_driver("d1");
  driver.exception.assign(3U << 20U, 'x');
  auto store = open_store(temp.path());
  ASSERT_TRUE(commit(*store, {driver}).ok());
  EXPECT_EQ(load(*store).drivers.at(0).exception.size(), 3U << 20U);
}

}  // namespace
}  // namespace pilotlight::recovery
