// The session machine: what happens to handles, requests and watches when connections and sessions come and go.
#include "zk/session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/overloaded.hpp"

namespace pilotlight::zk {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Instant zero{};

std::vector<std::string> words(const SessionActions& actions) {
  std::vector<std::string> words;
  for (const auto& action : actions) {
    words.push_back(std::visit(
        overloaded{[](const ResolveHosts&) { return std::string("resolve"); },
                   [](const ReplaceHandle& how) {
                     return std::string(how.same_session ? "replace, same session" : "replace, new session");
                   },
                   [](const SyncServer&) { return std::string("sync"); },
                   [](const AnswerAll& all) { return "answer " + std::string(to_string(all.code)); },
                   [](const FireWatches&) { return std::string("fire watches"); },
                   [](const ForgetWatches&) { return std::string("forget watches"); },
                   [](const Report& report) { return "report " + std::string(to_string(report.change.state)); }},
        action));
  }
  return words;
}

class SessionTest : public testing::Test {
 protected:
  void open() {
    machine_.start();
    machine_.resolved();
    machine_.opened(zero);
  }
  void connect() {
    open();
    machine_.handle_connected(7, 6s, "s");
  }

  SessionMachine machine_{SessionTimes{.asked = 6s}};
};

TEST_F(SessionTest, BeginsWithALookUp) {
  EXPECT_THAT(words(machine_.start()), ElementsAre("resolve"));
  EXPECT_THAT(words(machine_.resolved()), ElementsAre("replace, new session"));
  EXPECT_THAT(words(machine_.opened(zero)), IsEmpty());
  const auto actions = machine_.handle_connected(7, 6s, "1.2.3.4:2181");
  ASSERT_THAT(words(actions), ElementsAre("report connected"));
  const auto& change = std::get<Report>(actions[0]).change;
  EXPECT_EQ(change.session, 7);
  EXPECT_EQ(change.timeout, 6s);
  EXPECT_EQ(change.detail, "1.2.3.4:2181");
  EXPECT_TRUE(machine_.connected());
  EXPECT_EQ(machine_.deadline(), std::nullopt);
}

TEST_F(SessionTest, LooksUpAgainWithGrowingWaitsAndSaysEachReasonOnce) {
  machine_.start();
  EXPECT_THAT(words(machine_.unresolvable("no name", zero)), ElementsAre("report connecting"));
  Instant now = zero;
  std::vector<Duration> waits;
  for (int i = 0; i < 7; ++i) {
    waits.push_back(*machine_.deadline() - now);
    now = *machine_.deadline();
    EXPECT_THAT(words(machine_.time_passed(now)), ElementsAre("resolve"));
    EXPECT_THAT(words(machine_.unresolvable("no name", now)), IsEmpty());
  }
  EXPECT_THAT(waits, ElementsAre(100ms, 200ms, 400ms, 800ms, 1600ms, 2s, 2s));
  machine_.time_passed(now + 2s);
  EXPECT_THAT(words(machine_.unresolvable("other reason", now)), ElementsAre("report connecting"));
}

TEST_F(SessionTest, AHandleThatDoesNotConnectIsReplacedLaterEachTime) {
  open();
  EXPECT_EQ(machine_.deadline(), zero + 1s);  // a sixth of the timeout
  EXPECT_THAT(words(machine_.time_passed(zero + 999ms)), IsEmpty());
  EXPECT_THAT(words(machine_.time_passed(zero + 1s)), ElementsAre("report connecting", "resolve"));
  EXPECT_THAT(words(machine_.resolved()), ElementsAre("replace, new session"));
  machine_.opened(zero + 1s);
  EXPECT_EQ(machine_.deadline(), zero + 3s);
  EXPECT_THAT(words(machine_.time_passed(zero + 3s)), ElementsAre("resolve"));  // said already
}

TEST_F(SessionTest, ASuspendedSessionGoesOnInTheSameHandle) {
  connect();
  EXPECT_THAT(words(machine_.handle_suspended(zero)), ElementsAre("answer connection loss", "report suspended"));
  EXPECT_FALSE(machine_.connected());
  EXPECT_THAT(words(machine_.handle_suspended(zero)), IsEmpty());
  EXPECT_THAT(words(machine_.handle_connected(7, 6s, "t")), ElementsAre("report connected"));
}

TEST_F(SessionTest, ASuspendedSessionGoesOnInAnotherHandleAfterASync) {
  connect();
  machine_.handle_suspended(zero);
  EXPECT_THAT(words(machine_.time_passed(zero + 1s)), ElementsAre("resolve"));
  EXPECT_THAT(words(machine_.resolved()), ElementsAre("replace, same session"));
  machine_.opened(zero + 1s);
  EXPECT_THAT(words(machine_.handle_connected(7, 6s, "t")), ElementsAre("sync"));
  EXPECT_FALSE(machine_.connected());
  EXPECT_EQ(machine_.deadline(), std::nullopt);  // it is connected: to replace it would end the session
  EXPECT_THAT(words(machine_.synced()), ElementsAre("report connected", "fire watches"));
}

TEST_F(SessionTest, AConnectionThatBreaksBeforeTheSyncIsNotReportedTwice) {
  connect();
  machine_.handle_suspended(zero);
  machine_.time_passed(zero + 1s);
  machine_.resolved();
  machine_.opened(zero + 1s);
  machine_.handle_connected(7, 6s, "t");
  EXPECT_THAT(words(machine_.handle_suspended(zero + 1s)), IsEmpty());
  EXPECT_NE(machine_.deadline(), std::nullopt);
  EXPECT_THAT(words(machine_.synced()), IsEmpty());  // late
  EXPECT_THAT(words(machine_.handle_connected(7, 6s, "t")), ElementsAre("sync"));
}

TEST_F(SessionTest, AHandleThatConnectsDuringTheLookUpStays) {
  connect();
  machine_.handle_suspended(zero);
  machine_.time_passed(zero + 1s);
  EXPECT_THAT(words(machine_.handle_connected(7, 6s, "s")), ElementsAre("report connected"));
  EXPECT_THAT(words(machine_.resolved()), IsEmpty());
}

TEST_F(SessionTest, ExpiryAnswersReportsAndBeginsAgain) {
  connect();
  machine_.handle_suspended(zero);
  const auto actions = machine_.handle_expired();
  EXPECT_THAT(words(actions), ElementsAre("answer session expired", "forget watches", "report expired",
                                          "report connecting", "resolve"));
  EXPECT_EQ(std::get<Report>(actions[2]).change.session, 7);
  EXPECT_THAT(words(machine_.resolved()), ElementsAre("replace, new session"));
  machine_.opened(zero);
  EXPECT_THAT(words(machine_.handle_connected(8, 6s, "s")), ElementsAre("report connected"));
}

TEST_F(SessionTest, AHandleThatCannotBeHadIsTriedAgain) {
  machine_.start();
  machine_.resolved();
  EXPECT_THAT(words(machine_.not_opened("too many open files", zero)), ElementsAre("report connecting"));
  EXPECT_THAT(words(machine_.time_passed(zero + 100ms)), ElementsAre("resolve"));
}

TEST_F(SessionTest, RefusedCredentialsEndIt) {
  connect();
  EXPECT_THAT(words(machine_.handle_auth_failed()),
              ElementsAre("answer not authorised", "forget watches", "report authentication failed"));
  EXPECT_EQ(machine_.deadline(), std::nullopt);
  EXPECT_THAT(words(machine_.handle_expired()), IsEmpty());
  EXPECT_THAT(words(machine_.handle_connected(9, 6s, "s")), IsEmpty());
}

}  // namespace
}  // namespace pilotlight::zk
