// What was acknowledged is durable: the process is killed in the middle of its commits.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <set>

#include "unit/recovery/samples.hpp"

namespace pilotlight::recovery {
namespace {

/// Commits without end, and writes the number of each commit to the pipe once it is acknowledged.
[[noreturn]] void commit_until_killed(const std::string& directory, int acknowledged) {
  auto store = make_fs_store(directory, run_at_once());
  if (!store) _exit(1);
  for (std::int32_t i = 0;; ++i) {
    const auto id = std::to_string(i);
    (*store)->commit({sample_worker(id), sample_app(id), sample_progress(id), core::Counters{i, i}},
                     [i, acknowledged](const Result<void>& result) {
                       if (!result || write(acknowledged, &i, sizeof i) != sizeof i) _exit(2);
                     });
    if (i % 50 == 49 && !commit(**store, {core::Counters{i, i}})) _exit(3);
  }
}

TEST(FsStore, KilledInTheMiddle_KeepsEverythingAcknowledgedAndNothingInHalves) {
  for (const std::size_t enough : {1U, 40U, 700U}) {
    const TempDirectory temp;
    golden_application();  // read before the fork
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      close(ends[0]);
      commit_until_killed(temp.path(), ends[1]);
    }
    close(ends[1]);
    std::set<std::int32_t> acknowledged;
    std::int32_t number = 0;
    while (acknowledged.size() < enough && read(ends[0], &number, sizeof number) == sizeof number)
      acknowledged.insert(number);
    kill(child, SIGKILL);
    while (read(ends[0], &number, sizeof number) == sizeof number) acknowledged.insert(number);
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself with " << WEXITSTATUS(status);
    ASSERT_GE(acknowledged.size(), enough);

    auto store = open_store(temp.path());
    const auto recovered = store->load();
    ASSERT_TRUE(recovered.ok()) << recovered.error().to_string();
    EXPECT_TRUE(recovered->set_aside.empty());
    std::set<std::int32_t> found;
    for (const auto& worker : recovered->workers) found.insert(std::stoi(worker.id.text));
    for (const auto i : acknowledged) EXPECT_TRUE(found.contains(i)) << i << " was acknowledged and is lost";
    EXPECT_EQ(recovered->apps.size(), found.size());
    EXPECT_EQ(recovered->progress.size(), found.size());
    EXPECT_GE(recovered->counters.next_app_number, *acknowledged.rbegin());
  }
}

}  // namespace
}  // namespace pilotlight::recovery
