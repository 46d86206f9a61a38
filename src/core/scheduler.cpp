#include "core/scheduler.hpp"

#include <algorithm>

namespace pilotlight::core {
namespace {

/// One run of the algorithm.
class Assignment {
 public:
  Assignment(std::span<const WorkerView> workers, const Demand& demand)
      : workers_(workers), demand_(demand), cores_(workers.size(), 0), executors_(workers.size(), 0) {
    std::int64_t free = 0;
    for (const auto& worker : workers) free += worker.cores_free;
    to_assign_ = std::min(demand.cores_left, free);
  }

  std::vector<std::int32_t> run() {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < workers_.size(); ++i)
      if (can(i)) open.push_back(i);
    while (!open.empty()) {
      for (const std::size_t i : open) {
        while (can(i)) {
          give(i);
          if (demand_.spread_out) break;
        }
      }
      std::erase_if(open, [this](std::size_t i) { return !can(i); });
    }
    return std::move(cores_);
  }

 private:
  bool starts_executor(std::size_t i) const { return demand_.cores_per_executor || executors_[i] == 0; }

  bool can(std::size_t i) const {
    const auto& worker = workers_[i];
    const std::int32_t step = demand_.cores_per_step();
    if (to_assign_ < step || worker.cores_free - cores_[i] < step) return false;
    if (!starts_executor(i)) return true;
    const std::int64_t memory_left =
        worker.memory_free_mb - static_cast<std::int64_t>(executors_[i]) * demand_.memory_mb;
    return memory_left >= demand_.memory_mb && (!worker.resource_limit || executors_[i] < *worker.resource_limit) &&
           started_ < demand_.executors_left;
  }

  void give(std::size_t i) {
    if (starts_executor(i)) {
      ++executors_[i];
      ++started_;
    }
    to_assign_ -= demand_.cores_per_step();
    cores_[i] += demand_.cores_per_step();
  }

  std::span<const WorkerView> workers_;
  const Demand& demand_;
  std::vector<std::int32_t> cores_;
  std::vector<std::int32_t> executors_;
  std::int64_t to_assign_ = 0;
  std::int64_t started_ = 0;
};

}  // namespace

bool Demand::fits(const WorkerView& worker) const {
  return worker.cores_free >= cores_per_step() && worker.memory_free_mb >= memory_mb &&
         (!worker.resource_limit || *worker.resource_limit > 0);
}

std::int64_t Demand::workers_needed() const {
  // The first round gives each worker one step in order, so nobody behind the last step gets anything; without
  // spreading even fewer are touched.
  return std::max<std::int64_t>(0, std::min(cores_left / cores_per_step(), executors_left));
}

std::vector<std::int32_t> assign_cores(std::span<const WorkerView> usable, const Demand& demand) {
  return Assignment(usable, demand).run();
}

}  // namespace pilotlight::core
