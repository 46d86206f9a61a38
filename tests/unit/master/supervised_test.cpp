// The master's words to its service manager, over a real socket.
#include "master/supervised.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <cstdlib>

#include "core/state.hpp"
#include "master/log.hpp"
#include "replica/cluster.hpp"
#include "support/notify_socket.hpp"

namespace pilotlight::master {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

struct SupervisedTest : testing::Test {
  SupervisedTest() {
    if (::pipe(pipe) != 0) ADD_FAILURE();
    log.emplace(config::LogFormat::text, core::LogLevel::info, pipe[1]);
    ::setenv("NOTIFY_SOCKET", manager.name().c_str(), 1);
    ::setenv("WATCHDOG_USEC", "40000", 1);
    ::unsetenv("WATCHDOG_PID");
    cluster.elected = true;
    cluster.zookeeper = "connecting";
    supervised.emplace(
        io, *log, [this](const auto& at) { at(state, cluster); }, [this] { return loaded; }, config::Merged{});
    loaded.settings.emplace();
  }
  ~SupervisedTest() override {
    log.reset();
    ::close(pipe[0]);
    ::close(pipe[1]);
  }

  /// Everything said within a short while, a message a line.
  std::string heard(milliseconds time = milliseconds(120)) {
    io.restart();
    io.run_for(time);
    std::string all;
    for (auto message = manager.next(); !message.empty(); message = manager.next()) all += message + "\n";
    return all;
  }
  std::string logged() {
    log.reset();
    std::string text(65536, '\0');
    const auto size = ::read(pipe[0], text.data(), text.size());
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
  }
  void set(const std::string& key, const std::string& value) {
    loaded.merged = config::merge({{config::Source::command_line_key, key, value, "-c"}});
  }

  test::NotifySocket manager{true};
  int pipe[2] = {-1, -1};
  boost::asio::io_context io;
  core::State state;
  replica::Cluster cluster;
  config::Loaded loaded;
  std::optional<Log> log;
  std::optional<Supervised> supervised;
};

TEST_F(SupervisedTest, ReadyComesOnceItStandsInTheElection) {
  supervised->start();
  EXPECT_THAT(heard(), testing::AllOf(HasSubstr("STATUS=STANDBY, ZooKeeper is connecting"), Not(HasSubstr("READY"))));
  cluster.zookeeper = "connected";
  cluster.in_queue = false;
  EXPECT_THAT(heard(), Not(HasSubstr("READY"))) << "it has no place in the election";
  cluster.in_queue = true;
  cluster.leader = "spark://m1:7077";
  const auto said = heard();
  EXPECT_THAT(said, HasSubstr("READY=1\nSTATUS=STANDBY, epoch 0, the leader is spark://m1:7077"));
  EXPECT_THAT(heard(), Not(HasSubstr("READY"))) << "it is said once";
}

TEST_F(SupervisedTest, TheWatchdogIsFedByTheLoopAtHalfItsTime) {
  supervised->start();
  cluster.elected = false;
  state.recovery = core::RecoveryState::alive;
  const auto said = heard(milliseconds(210));
  const auto count = std::count(said.begin(), said.end(), '\n');
  EXPECT_GE(count, 5) << said;
  EXPECT_LE(count, 16) << said;
  EXPECT_THAT(said, HasSubstr("READY=1\nSTATUS=ALIVE, 0 workers, 0 applications, 0 drivers"));
}

TEST_F(SupervisedTest, StoppingIsSaidAndNothingAfterIt) {
  supervised->start();
  heard();
  supervised->stopping();
  EXPECT_THAT(heard(), testing::StartsWith("STOPPING=1\n"));
  EXPECT_EQ(heard(), "");
}

TEST_F(SupervisedTest, ReloadTakesTheLogLevelAndNamesWhatWaits) {
  supervised->start();
  cluster.elected = false;
  state.recovery = core::RecoveryState::alive;
  heard();
  set("pilotlight.log.level", "warn");
  loaded.settings->log_level = core::LogLevel::warn;
  supervised->reload();
  EXPECT_THAT(heard(milliseconds(1)),
              testing::AllOf(testing::StartsWith("RELOADING=1\nMONOTONIC_USEC="), HasSubstr("\nREADY=1")));
  log->info("Test", "is not written any more");
  set("spark.worker.timeout", "30");
  loaded.settings->log_level = core::LogLevel::info;
  supervised->reload();
  const auto text = logged();
  EXPECT_THAT(text, HasSubstr("pilotlight.log.level: info is now warn."));
  EXPECT_THAT(text, Not(HasSubstr("not written any more")));
  EXPECT_THAT(text, HasSubstr("spark.worker.timeout: 60 is now 30; the running master keeps the old value"));
}

TEST_F(SupervisedTest, AConfigurationWithMistakesChangesNothing) {
  loaded.settings.reset();
  loaded.errors = {"spark.worker.timeout = soon (-c): must be a time"};
  supervised->reload();
  EXPECT_THAT(logged(), HasSubstr("ERROR Master: Not reloaded: spark.worker.timeout = soon"));
}

TEST(StatusLine, SaysWhoIsSilentAndWhy) {
  core::State state;
  replica::Cluster cluster;
  state.recovery = core::RecoveryState::alive;
  cluster.elected = true;
  cluster.zookeeper = "connected";
  cluster.epoch = Epoch{7};
  cluster.held = "ZooKeeper does not answer";
  cluster.members.resize(3);
  EXPECT_EQ(
      status_line(state, cluster),
      "ALIVE, epoch 7, 3 masters, silent because ZooKeeper does not answer, 0 workers, 0 applications, 0 drivers");
}

}  // namespace
}  // namespace pilotlight::master
