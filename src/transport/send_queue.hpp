// What waits to be written to one connection: whole frames, small ones packed together.
//
// Pure. Used by Connection: push() frames, gather() pieces for one vectored write, consume() what the kernel took.
// An empty queue owns no memory.
#pragma once

#include <list>
#include <span>
#include <string>
#include <string_view>

namespace pilotlight::transport {

class SendQueue {
 public:
  [[nodiscard]] bool empty() const { return bytes_ == 0; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

  void push(std::string frame) {
    bytes_ += frame.size();
    if (!chunks_.empty() && chunks_.back().size() + frame.size() <= packed_bytes)
      chunks_.back().append(frame);
    else
      chunks_.push_back(std::move(frame));
  }
  /// The first pieces in order, at most `pieces.size()`; returns how many. Good until the next push() or consume().
  std::size_t gather(std::span<std::string_view> pieces) const {
    std::size_t count = 0;
    for (const std::string& chunk : chunks_) {
      if (count == pieces.size()) break;
      pieces[count] = std::string_view(chunk).substr(count == 0 ? sent_of_first_ : 0);
      ++count;
    }
    return count;
  }
  /// `count` bytes were written.
  void consume(std::size_t count) {
    bytes_ -= count;
    sent_of_first_ += count;
    while (!chunks_.empty() && sent_of_first_ >= chunks_.front().size()) {
      sent_of_first_ -= chunks_.front().size();
      chunks_.pop_front();
    }
  }
  void clear() {
    chunks_.clear();
    bytes_ = sent_of_first_ = 0;
  }

 private:
  static constexpr std::size_t packed_bytes = 16U << 10U;

  std::list<std::string> chunks_;
  std::size_t sent_of_first_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace pilotlight::transport
