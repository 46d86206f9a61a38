#include "system/notify.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "support/notify_socket.hpp"

namespace pilotlight::system {
namespace {

using test::NotifySocket;

TEST(Notify, SendsOneDatagramForEachMessage) {
  for (const bool abstract : {false, true}) {
    NotifySocket manager(abstract);
    const Notifier notifier(manager.name());
    ASSERT_TRUE(notifier.wanted());
    notifier.send("READY=1\nSTATUS=ALIVE");
    notifier.send("WATCHDOG=1");
    EXPECT_EQ(manager.next(), "READY=1\nSTATUS=ALIVE");
    EXPECT_EQ(manager.next(), "WATCHDOG=1");
    EXPECT_EQ(manager.next(), "");
  }
}

TEST(Notify, NobodyListensAndNothingHappens) {
  Notifier("").send("READY=1");
  Notifier("/nowhere/at/all").send("READY=1");
  EXPECT_FALSE(Notifier("").wanted());
  EXPECT_FALSE(Notifier(std::string(200, 'x')).wanted());
}

TEST(Notify, AFullQueueDoesNotBlock) {
  NotifySocket manager(true);
  const Notifier notifier(manager.name());
  for (int message = 0; message < 10'000; ++message) notifier.send(std::string(1000, 'x'));
  EXPECT_FALSE(manager.next().empty());
}

TEST(Notify, TheEnvironmentSaysWhoListensAndHowLongTheWatchdogWaits) {
  ::setenv("NOTIFY_SOCKET", "@pilotlight-notify-test", 1);
  ::setenv("WATCHDOG_USEC", "500000", 1);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  const auto notifier = Notifier::from_environment();
  EXPECT_TRUE(notifier.wanted());
  EXPECT_EQ(notifier.watchdog(), std::chrono::milliseconds(500));
  EXPECT_EQ(std::getenv("NOTIFY_SOCKET"), nullptr) << "children must not speak for this process";
  EXPECT_FALSE(Notifier::from_environment().wanted());
}

TEST(Notify, AWatchdogForAnotherProcessIsNotOurs) {
  ::setenv("NOTIFY_SOCKET", "@pilotlight-notify-test", 1);
  ::setenv("WATCHDOG_USEC", "500000", 1);
  ::setenv("WATCHDOG_PID", "1", 1);
  EXPECT_FALSE(Notifier::from_environment().watchdog());
  ::setenv("WATCHDOG_USEC", "a while", 1);
  ::unsetenv("WATCHDOG_PID");
  EXPECT_FALSE(Notifier::from_environment().watchdog());
}

}  // namespace
}  // namespace pilotlight::system
