#include "load/pacer.hpp"

#include <utility>

#include "base/assert.hpp"
#include "load/event_loop.hpp"

namespace pilotlight::load {

Pacer::Pacer(std::size_t first, std::size_t count, std::size_t window, std::function<void(std::size_t)> start)
    : first_(first), window_(window), start_(std::move(start)), started_at_(count), finished_at_(count) {
  PILOTLIGHT_ASSERT(window > 0);
}

void Pacer::begin() {
  begun_ = last_ = now();
  start_more();
}

void Pacer::start_more() {
  if (std::exchange(starting_, true)) return;  // finished() inside start(): the loop below goes on
  while (started_ < started_at_.size() && started_ - finished_ < window_) {
    started_at_[started_] = now();
    start_(first_ + started_++);
  }
  starting_ = false;
}

void Pacer::finished(std::size_t which) {
  const std::size_t index = which - first_;
  PILOTLIGHT_ASSERT(index < finished_at_.size());
  if (finished_at_[index] != Instant{}) return;
  finished_at_[index] = last_ = now();
  ++finished_;
  start_more();
}

std::vector<double> Pacer::milliseconds() const {
  std::vector<double> result;
  for (std::size_t i = 0; i < finished_at_.size(); ++i)
    if (finished_at_[i] != Instant{})
      result.push_back(std::chrono::duration<double, std::milli>(finished_at_[i] - started_at_[i]).count());
  return result;
}

double Pacer::seconds() const { return std::chrono::duration<double>(last_ - begun_).count(); }

}  // namespace pilotlight::load
