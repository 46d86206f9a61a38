// Whom a new leader calls again when thousands have not answered yet.
#include "core_test.hpp"

namespace pilotlight::core {
namespace {

constexpr int many = 2500;

class RecoveryCalls : public CoreTest {
 protected:
  /// How many MasterChanged went out, and how many of them over a connection that is to be made.
  struct Calls {
    std::size_t all = 0;
    std::size_t anew = 0;
    bool operator==(const Calls&) const = default;
    friend std::ostream& operator<<(std::ostream& out, const Calls& calls) {
      return out << calls.all << " calls, " << calls.anew << " anew";
    }
  };

  void add_workers(int count) {
    for (int i = 1; i <= count; ++i) world.worker("w" + std::to_string(i));
  }
  void answer(int first, int last) {
    for (int i = first; i <= last; ++i) world.scheduler_state("w" + std::to_string(i));
  }
  static Calls calls(const Effects& effects) {
    Calls found;
    for (const auto* outputs : {&effects.immediate, &effects.outputs}) {
      for (const auto& output : *outputs) {
        const auto* send = std::get_if<Send>(&output);
        const auto* words = send == nullptr ? nullptr : std::get_if<deploy::ToWorker>(&send->message);
        if (words == nullptr || !std::holds_alternative<deploy::MasterChanged>(*words)) continue;
        ++found.all;
        found.anew += send->to.connection.value == 0;
      }
    }
    return found;
  }
};

TEST_F(RecoveryCalls, OfMany_SomeAtATimeAreCalledAnew) {
  add_workers(many);
  EXPECT_EQ(calls(world.take_over()), (Calls{many, 0}));
  EXPECT_EQ(calls(world.tick(200ms)), (Calls{1000, 1000}));
  EXPECT_EQ(calls(world.tick(200ms)), (Calls{1000, 1000}));
  EXPECT_EQ(calls(world.tick(200ms)), (Calls{500, 500}));
  EXPECT_EQ(calls(world.tick(400ms)), (Calls{1000, 0})) << "every other round takes the connection that is known";
}

TEST_F(RecoveryCalls, WhileAnswersComeFromMany_NobodyIsCalledAgain) {
  add_workers(many);
  world.take_over();
  answer(1, 64);
  EXPECT_EQ(calls(world.tick(200ms)), (Calls{0, 0}));
  answer(65, 127);
  EXPECT_EQ(calls(world.tick(200ms)), (Calls{1000, 1000})) << "too few came since";
}

TEST_F(RecoveryCalls, TheFewThatAreMissing_AreCalledThoughOthersAnswer) {
  add_workers(3);
  world.take_over();
  world.scheduler_state("w1");
  EXPECT_EQ(calls(world.tick(200ms)), (Calls{2, 2}));
}

TEST_F(RecoveryCalls, WorkersThatAreNotConnected_AreCalledInPortions) {
  add_workers(many);
  for (int i = 1; i <= many; ++i) world.close("w" + std::to_string(i));
  EXPECT_EQ(calls(world.take_over()), (Calls{1024, 1024}));
  EXPECT_EQ(calls(world.tick(20ms)), (Calls{1024, 1024}));
  answer(1000, 1063);
  EXPECT_EQ(calls(world.tick(20ms)), (Calls{0, 0})) << "they come by themselves";
  EXPECT_EQ(calls(world.tick(20ms)), (Calls{452, 452}));
  EXPECT_EQ(calls(world.tick(199ms)), (Calls{0, 0}));
  EXPECT_EQ(calls(world.tick(1ms)), (Calls{1000, 1000}));
}

}  // namespace
}  // namespace pilotlight::core
