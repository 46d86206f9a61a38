#include "http/documents.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/http/fake_master.hpp"

namespace pilotlight::http {
namespace {

using testing::HasSubstr;
using testing::Not;

class DocumentsTest : public testing::Test {
 protected:
  /// The answer is added to `answers`.
  void ask(const std::string& path) {
    documents.ask({"GET", path, "", ""}, [this](Response response) { answers.emplace_back(response.bytes()); });
  }
  void wait_for(std::size_t count) {
    master.run_until([&] { return answers.size() >= count; });
    ASSERT_EQ(answers.size(), count);
  }
  void many_workers(int count) {
    const auto worker = sample_state().workers.begin()->second;
    for (int i = 0; i < count; ++i) {
      auto copy = worker;
      copy.record.id = WorkerId("worker-" + std::to_string(1'000'000 + i));
      master.shown.workers.emplace(copy.record.id, copy);
    }
  }

  FakeMaster master;
  Stats stats;
  Documents documents{About{}, master, stats};
  std::vector<std::string> answers;
};

TEST_F(DocumentsTest, SameDocumentOfTheSameState_IsRenderedOnce) {
  ask("/json/");
  ask("/json/");
  wait_for(2);
  ask("/json/");
  wait_for(3);
  EXPECT_EQ(stats.render.count, 1U);
  EXPECT_EQ(stats.documents_shared, 2U);
  EXPECT_EQ(answers[0], answers[2]);
}

TEST_F(DocumentsTest, AReaderSeesWhatWasDoneBefore) {
  ask("/json/");
  wait_for(1);
  master.shown.apps.clear();
  ++master.changes;
  ask("/json/");
  wait_for(2);
  EXPECT_THAT(answers[0], HasSubstr("app-1"));
  EXPECT_THAT(answers[1], Not(HasSubstr("app-1")));
}

TEST_F(DocumentsTest, HeartbeatsAlone_AgeASnapshot) {
  ask("/json/");
  wait_for(1);
  master.shown.workers.begin()->second.last_heartbeat_wall = at_second(0);
  ask("/json/");
  wait_for(2);
  EXPECT_EQ(answers[0], answers[1]);
  master.time.instant += std::chrono::milliseconds(50);
  ask("/json/");
  wait_for(3);
  EXPECT_NE(answers[0], answers[2]);
}

TEST_F(DocumentsTest, SparkDocumentOfAStandby_CopiesNothing) {
  many_workers(20'000);
  master.shown.recovery = core::RecoveryState::standby;
  ask("/json/");
  wait_for(1);
  EXPECT_EQ(stats.copy_slice.count, 0U);
  EXPECT_THAT(answers[0], HasSubstr("\"status\" : \"STANDBY\""));
  EXPECT_THAT(answers[0], HasSubstr("\"workers\" : [ ]"));
}

TEST_F(DocumentsTest, ALargeState_IsCopiedInSlices) {
  many_workers(20'000);
  ask("/json/");
  EXPECT_EQ(stats.copy_slice.count, 1U);
  ask("/json/clusterutilization");  // nothing changed: it rides along
  wait_for(2);
  EXPECT_GT(stats.copy_slice.count, 2U);
  EXPECT_THAT(answers[1], HasSubstr("\"cores\" : 160008"));
}

TEST_F(DocumentsTest, WhoComesDuringACopyAndAfterAChange_WaitsForTheNext) {
  many_workers(20'000);
  ask("/json/clusterutilization");
  master.shown.workers.erase(master.shown.workers.begin());
  ++master.changes;
  ask("/json/clusterutilization");
  wait_for(2);
  EXPECT_THAT(answers[1], HasSubstr("\"cores\" : 160000"));
  EXPECT_EQ(stats.render.count, 2U);
}

TEST_F(DocumentsTest, ASnapshotNobodyAsksFor_IsForgotten) {
  ask("/json/");
  wait_for(1);
  ASSERT_FALSE(master.timers.empty());
  master.pass(std::chrono::seconds(2));
  EXPECT_TRUE(master.timers.empty());
}

}  // namespace
}  // namespace pilotlight::http
