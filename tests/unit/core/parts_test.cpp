// The small parts of the core, each by itself: ids, sizes, resource addresses, deadlines, connections.
#include "core/deadlines.hpp"
#include "core/ids.hpp"
#include "core/peer_connections.hpp"
#include "core/resources.hpp"
#include "core_test.hpp"

namespace pilotlight::core {
namespace {

TEST(Ids, Patterns_AreFilledAsJavaFormatsThem) {
  EXPECT_EQ(format_id("app-%s-%04d", "20260102030405", 7), "app-20260102030405-0007");
  EXPECT_EQ(format_id("app-%s-%04d", "20260102030405", 12345), "app-20260102030405-12345");
  EXPECT_EQ(format_id("%s_%d", "t", 3), "t_3");
  EXPECT_EQ(format_id("a%3db%%%x%", "t", 5), "a  5b%%x%");
  EXPECT_EQ(format_id("spark-%s", "t", 5), "spark-t");
}

TEST(Ids, AppNameAsId_LowerCaseWithoutSpaces) { EXPECT_EQ(id_from_app_name("My  Spark\tPi"), "mysparkpi"); }

TEST(Ids, MemoryText_ChangesUnitAtTwiceItsSize) {
  EXPECT_EQ(memory_text(512), "512.0 MiB");
  EXPECT_EQ(memory_text(1024), "1024.0 MiB");
  EXPECT_EQ(memory_text(2048), "2.0 GiB");
  EXPECT_EQ(memory_text(6349), "6.2 GiB");
  EXPECT_EQ(memory_text(3 * 1024 * 1024), "3.0 TiB");
  EXPECT_EQ(memory_text(1), "1024.0 KiB");
}

const deploy::Resources total = {{"gpu", {"0", "1", "2"}}, {"fpga", {"f"}}};

TEST(Resources, ChooseTakeGiveBack_EndWhereTheyBegan) {
  deploy::Resources used;
  const deploy::Resources first = choose(total, used, {{"gpu", 2}});
  EXPECT_EQ(first, (deploy::Resources{{"gpu", {"0", "1"}}}));
  take(used, first);
  EXPECT_TRUE(fits(total, used, {{"gpu", 1}, {"fpga", 1}}));
  EXPECT_FALSE(fits(total, used, {{"gpu", 2}}));
  EXPECT_FALSE(fits(total, used, {{"npu", 1}}));
  EXPECT_EQ(choose(total, used, {{"gpu", 1}}), (deploy::Resources{{"gpu", {"2"}}}));
  give_back(used, first);
  EXPECT_TRUE(used.empty());
}

TEST(Resources, Claims_MustExistBeFreeAndBeNamedOnce) {
  const deploy::Resources used = {{"gpu", {"1"}}};
  EXPECT_TRUE(claimable(total, used, {{"gpu", {"0", "2"}}}));
  EXPECT_TRUE(claimable(total, used, {}));
  EXPECT_FALSE(claimable(total, used, {{"gpu", {"1"}}})) << "taken";
  EXPECT_FALSE(claimable(total, used, {{"gpu", {"9"}}})) << "does not exist";
  EXPECT_FALSE(claimable(total, used, {{"gpu", {"0", "0"}}})) << "named twice";
  EXPECT_FALSE(claimable(total, used, {{"npu", {"0"}}})) << "no such resource";
}

Instant at(int seconds) { return Instant{} + std::chrono::seconds(seconds); }

TEST(Deadlines, SetMoveCancel_KeepTheOrder) {
  Deadlines deadlines;
  deadlines.set(Wait::worker_silent, "w1", at(5));
  deadlines.set(Wait::worker_silent, "w2", at(3));
  deadlines.set(Wait::recovery_end, {}, at(4));
  EXPECT_EQ(deadlines.earliest(), at(3));
  deadlines.set(Wait::worker_silent, "w2", at(9));
  EXPECT_EQ(deadlines.earliest(), at(4));
  deadlines.cancel(Wait::recovery_end, {});
  deadlines.cancel(Wait::recovery_end, {});
  EXPECT_FALSE(deadlines.pop_due(at(4)));
  EXPECT_EQ(deadlines.pop_due(at(5))->id, "w1");
  EXPECT_TRUE(deadlines.due(at(8)).empty());
  ASSERT_EQ(deadlines.due(at(9)).size(), 1U);
  EXPECT_EQ(deadlines.due(at(9)).front().id, "w2");
  EXPECT_EQ(deadlines.pop_due(at(20))->at, at(9));
  EXPECT_FALSE(deadlines.earliest());
}

TEST(PeerConnections, OnlyTheCurrentOneCounts) {
  PeerConnections connections;
  connections.move(WorkerId("w1"), {}, ConnectionId(1));
  connections.move(AppId("a1"), {}, ConnectionId(1));
  EXPECT_EQ(connections.worker_on(ConnectionId(1)), nullptr) << "two peers: the sender is not told by the connection";
  connections.move(AppId("a1"), ConnectionId(1), ConnectionId(2));
  ASSERT_NE(connections.worker_on(ConnectionId(1)), nullptr);
  EXPECT_EQ(connections.worker_on(ConnectionId(1))->text, "w1");
  EXPECT_EQ(connections.worker_on(ConnectionId(2)), nullptr);
  connections.move(WorkerId("w1"), ConnectionId(1), ConnectionId(2));
  EXPECT_THAT(connections.take(ConnectionId(1)), ::testing::IsEmpty());
  EXPECT_THAT(connections.take(ConnectionId(2)), ::testing::SizeIs(2));
}

TEST(Names, StatesAsSparkPrintsThem) {
  EXPECT_EQ(to_string(RecoveryState::completing_recovery), "COMPLETING_RECOVERY");
  EXPECT_EQ(to_string(WorkerState::decommissioned), "DECOMMISSIONED");
  for (const auto state : {AppState::waiting, AppState::running, AppState::finished, AppState::failed, AppState::killed,
                           AppState::unknown})
    EXPECT_EQ(app_state_by_name(to_string(state)), state);
  EXPECT_EQ(app_state_by_name("SLEEPING"), std::nullopt);
}

}  // namespace
}  // namespace pilotlight::core
