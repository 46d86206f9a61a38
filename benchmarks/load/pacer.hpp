// Starts `count` things, never more than `window` under way at once, and remembers how long each took.
//
// The caller says finished(i) once for each. One thread; callbacks may call finished() from inside start().
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "base/time.hpp"

namespace pilotlight::load {

class Pacer {
 public:
  /// Things `first` … `first + count - 1`.
  Pacer(std::size_t first, std::size_t count, std::size_t window, std::function<void(std::size_t)> start);

  void begin();
  void finished(std::size_t which);
  [[nodiscard]] bool done() const { return finished_ == started_at_.size(); }
  [[nodiscard]] std::size_t finished_count() const { return finished_; }

  /// Of those that finished, in the order of their numbers.
  [[nodiscard]] std::vector<double> milliseconds() const;
  /// From begin() to the last finished().
  [[nodiscard]] double seconds() const;

 private:
  void start_more();

  std::size_t first_;
  std::size_t window_;
  std::function<void(std::size_t)> start_;
  std::vector<Instant> started_at_;
  std::vector<Instant> finished_at_;
  Instant begun_{};
  Instant last_{};
  std::size_t started_ = 0;
  std::size_t finished_ = 0;
  bool starting_ = false;
};

}  // namespace pilotlight::load
