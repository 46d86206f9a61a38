// Random batches, lost connections, dying leaders: the mirror, a standby's, what is read anew and a model stay equal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>

#include "unit/recovery/zk_world.hpp"

namespace pilotlight::recovery {
namespace {

using What = JournalNews::What;

/// Rows in order of creation.
using Model = std::vector<std::pair<std::string, std::string>>;

void apply(Model& model, const core::RecordOp& operation) {
  std::vector<RowChange> changes;
  append_row_changes(operation, changes);
  for (const auto& change : changes) {
    const auto key = key_of(change.kind, change.id);
    const auto found = std::ranges::find(model, key, [](const auto& row) { return row.first; });
    if (!change.value) {
      if (found != model.end()) model.erase(found);
    } else if (found != model.end()) {
      found->second = *change.value;
    } else {
      model.emplace_back(key, *change.value);
    }
  }
}

Model model_of(const Mirror& mirror) {
  Model model;
  for (const auto& [place, row] : mirror.rows()) model.emplace_back(*row.key, text_of(row));
  return model;
}

class Chance {
 public:
  explicit Chance(unsigned seed) : engine_(seed) {}
  int below(int limit) { return static_cast<int>(engine_() % static_cast<unsigned>(limit)); }

  core::RecordOp operation() {
    const auto id = std::to_string(below(6));
    switch (below(11)) {
      case 0: return core::Counters{below(100), below(100)};
      case 1: return sample_app(id);
      case 2: {
        auto progress = sample_progress(id);
        progress.next_executor_id = below(1000);
        return progress;
      }
      case 3: return sample_driver(id);
      case 4: return core::RemoveApp{AppId(id)};
      case 5: return core::RemoveWorker{WorkerId(id)};
      case 6: return core::RemoveDriver{DriverId(id)};
      case 7: return sample_executor(id, below(3));
      case 8: return core::RemoveExecutor{{AppId(id), ExecutorId(below(3))}};
      case 9: {
        // Some fill a multi, some need parts.
        return large_worker(id, static_cast<std::size_t>(below(8) == 0 ? 420'000 + below(500'000) : below(80'000)),
                            static_cast<char>('a' + below(26)));
      }
      default: {
        auto worker = sample_worker(id);
        worker.cores = below(64);
        return worker;
      }
    }
  }
  std::vector<core::RecordOp> batch() {
    std::vector<core::RecordOp> operations;
    for (int i = below(12); i >= 0; --i) operations.push_back(operation());
    return operations;
  }

 private:
  std::mt19937 engine_;
};

class RandomJournal : public testing::TestWithParam<unsigned> {};

TEST_P(RandomJournal, MirrorStandbyZooKeeperAndModelAgree) {
  Chance chance(GetParam());
  ZkWorld world;
  world.faults = [&](const zk::Request&) {
    const int what = chance.below(40);
    return what == 0 ? zk::Fault::before : what == 1 ? zk::Fault::after : zk::Fault::none;
  };
  auto leader = std::make_unique<Leader>(world);
  Model model;
  for (int round = 0; round < 25; ++round) {
    const auto batch = chance.batch();
    if (chance.below(5) != 0) {
      ASSERT_EQ(leader->commit(batch), What::durable) << leader->error.to_string();
      for (const auto& operation : batch) apply(model, operation);
      ASSERT_EQ(model_of(leader->mirror), model);
      ASSERT_EQ(rows_of(leader->standby), rows_of(leader->mirror));
    } else {
      // The leader dies with some of its requests sent; the standby takes over with what it was told.
      auto news = leader->journal.begin(batch);
      news.asks.resize(std::min(news.asks.size(), static_cast<std::size_t>(chance.below(4))));
      world.submit(news.asks);
      const auto answers = world.answers();
      const int told = answers.empty() ? 0 : chance.below(static_cast<int>(answers.size()) + 1);
      for (int i = 0; i < told; ++i)
        for (const auto& commit : leader->journal.on_answer(answers[static_cast<std::size_t>(i)]).commits)
          ASSERT_TRUE(leader->standby.apply(commit));
      world.reconnect();
      auto successor = std::make_unique<Leader>(world, std::move(leader->standby));
      const auto found = model_of(successor->mirror);
      bool is_prefix = found == model;
      for (std::size_t i = 0; i < batch.size() && !is_prefix; ++i) {
        apply(model, batch[i]);
        is_prefix = found == model;
      }
      ASSERT_TRUE(is_prefix);
      leader = std::move(successor);
      if (leader->journal.untidy()) {
        ASSERT_EQ(leader->run(leader->journal.tidy()), What::durable);
      }
    }
    if (round % 5 != 4) continue;
    const auto again = world.read();
    ASSERT_EQ(rows_of(again.mirror), rows_of(leader->mirror));
    ASSERT_EQ(again.commit.number, leader->mirror.number());
    ASSERT_EQ(static_cast<std::uint64_t>(again.commit_version), again.commit.number);  // each happened once
    ASSERT_EQ(world.refused, 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomJournal, testing::Range(0U, 12U));

}  // namespace
}  // namespace pilotlight::recovery
