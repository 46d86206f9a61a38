// Spark's own vectors (MasterSuite) for three workers with 4096 MiB and 10 cores, and those for resource profiles.
#include "core/scheduler.hpp"

#include <limits>

#include "core_test.hpp"

namespace pilotlight::core {
namespace {

constexpr std::int64_t any = std::numeric_limits<std::int32_t>::max();
using Cores = std::vector<std::int32_t>;

struct Vector {
  std::int32_t memory_mb;
  std::optional<std::int32_t> cores_per_executor;
  std::int64_t max_cores;
  std::int64_t target;
  Cores spread;
  Cores packed;
};

const Vector vectors[] = {{1024, {}, any, any, {10, 10, 10}, {10, 10, 10}},
                          {3072, {}, any, any, {10, 10, 10}, {10, 10, 10}},
                          {1024, {}, 8, any, {3, 3, 2}, {8, 0, 0}},
                          {1024, {}, 16, any, {6, 5, 5}, {10, 6, 0}},
                          {1024, 2, any, any, {8, 8, 8}, {8, 8, 8}},
                          {256, 2, any, any, {10, 10, 10}, {10, 10, 10}},
                          {256, 3, any, any, {9, 9, 9}, {9, 9, 9}},
                          {256, 2, 4, any, {2, 2, 0}, {4, 0, 0}},
                          {256, 2, 20, any, {8, 6, 6}, {10, 10, 0}},
                          {256, 3, 20, any, {6, 6, 6}, {9, 9, 0}},
                          {256, {}, any, 0, {0, 0, 0}, {0, 0, 0}},
                          {256, {}, any, 2, {10, 10, 0}, {10, 10, 0}},
                          {256, {}, any, 5, {10, 10, 10}, {10, 10, 10}},
                          {256, {}, 16, 0, {0, 0, 0}, {0, 0, 0}},
                          {256, {}, 16, 2, {8, 8, 0}, {10, 6, 0}},
                          {256, {}, 16, 5, {6, 5, 5}, {10, 6, 0}},
                          {256, 4, any, 0, {0, 0, 0}, {0, 0, 0}},
                          {256, 4, any, 2, {4, 4, 0}, {8, 0, 0}},
                          {256, 4, any, 5, {8, 8, 4}, {8, 8, 4}},
                          {256, 4, 18, 0, {0, 0, 0}, {0, 0, 0}},
                          {256, 4, 18, 2, {4, 4, 0}, {8, 0, 0}},
                          {256, 4, 18, 5, {8, 4, 4}, {8, 8, 0}}};

Demand demand_of(const Vector& vector, bool spread_out) {
  return {vector.cores_per_executor, vector.memory_mb, vector.max_cores, vector.target, spread_out};
}

TEST(Scheduler_MasterSuiteVectors_GivesSparksCores, spread_and_packed) {
  const std::vector<WorkerView> three(3, WorkerView{10, 4096, {}});
  for (const auto& vector : vectors) {
    EXPECT_EQ(assign_cores(three, demand_of(vector, true)), vector.spread) << "spread, case " << &vector - vectors;
    EXPECT_EQ(assign_cores(three, demand_of(vector, false)), vector.packed) << "packed, case " << &vector - vectors;
  }
}

TEST(Scheduler_OnlyTheWorkersNeeded_GivesTheSameAsAll, all_vectors) {
  const std::vector<WorkerView> three(3, WorkerView{10, 4096, {}});
  for (const auto& vector : vectors) {
    for (const bool spread_out : {true, false}) {
      const Demand demand = demand_of(vector, spread_out);
      const auto count = std::min<std::size_t>(3, static_cast<std::size_t>(demand.workers_needed()));
      Cores cores = assign_cores(std::span(three).first(count), demand);
      cores.resize(3, 0);
      EXPECT_EQ(cores, spread_out ? vector.spread : vector.packed) << "case " << &vector - vectors;
    }
  }
}

TEST(Scheduler_CustomResources_BoundTheExecutors, gpu) {
  const std::vector<WorkerView> workers = {{10, 4096, 2}, {10, 4096, 1}};
  EXPECT_EQ(assign_cores(workers, {2, 256, any, any, true}), (Cores{4, 2}));
  EXPECT_FALSE((Demand{2, 256, any, any, true}.fits({10, 4096, 0})));
}

TEST(Scheduler_FewCoresFree_NeverGivesMore, uneven) {
  const std::vector<WorkerView> workers = {{7, 300, {}}, {3, 4096, {}}};
  EXPECT_EQ(assign_cores(workers, {3, 256, any, any, true}), (Cores{3, 3}));
  EXPECT_EQ(assign_cores(workers, {{}, 256, any, any, true}), (Cores{7, 3}));
}

class MultiProfile : public CoreTest {
 protected:
  void run(std::optional<std::int32_t> max_cores) {
    for (int i = 1; i <= 4; ++i) world.worker("w" + std::to_string(i));
    AppShape shape;
    shape.memory_mb = 1024;
    shape.limit = 0;
    shape.max_cores = max_cores;
    world.app("a1", shape);
    const auto profile = [](std::int32_t id, std::optional<std::int32_t> cores, std::optional<std::int32_t> memory_mb) {
      return deploy::ResourceProfile{ProfileId(id), cores, memory_mb, {}};
    };
    world.request("a1", {{profile(0, {}, 1024), 1},
                         {profile(1, 15, {}), 1},
                         {profile(2, {}, 8192), 1},
                         {profile(3, 5, 2048), 1},
                         {profile(4, 10, 2048), 2}});
  }
  std::vector<std::int32_t> per_profile() const {
    std::vector<std::int32_t> counts(5, 0);
    for (const auto& [id, executor] : world.find_app("a1")->executors)
      ++counts[static_cast<std::size_t>(executor.profile.value)];
    return counts;
  }
};

TEST_F(MultiProfile, WithoutMaxCores_EachProfileGetsWhatFits) {
  run({});
  EXPECT_EQ(per_profile(), (std::vector<std::int32_t>{1, 0, 0, 1, 2}));
}

TEST_F(MultiProfile, WithMaxCores30_TheLastProfileGetsLess) {
  run(30);
  EXPECT_EQ(per_profile(), (std::vector<std::int32_t>{1, 0, 0, 1, 1}));
}

}  // namespace
}  // namespace pilotlight::core
