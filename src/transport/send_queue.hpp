// What waits to be written to one connection: whole frames in order, small ones packed together.
//
// Pure. Used by Connection: push() frames, gather() pieces for one vectored write, consume() what the kernel took. A
// guarded frame may be held back, and then holds back all that is behind it; one of which a byte was written is
// finished in any case. An empty queue owns no memory.
#pragma once

#include <cstddef>
#include <list>
#include <span>
#include <string>
#include <string_view>

#include "transport/guard.hpp"

namespace pilotlight::transport {

class SendQueue {
 public:
  /// How many pieces, and whether a guarded frame is among them.
  struct Gathered {
    std::size_t count = 0;
    bool guarded = false;
  };

  [[nodiscard]] bool empty() const { return bytes_ == 0; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

  void push(std::string frame, Guard guard = Guard::none);
  /// The first pieces in order, at most `pieces.size()`. Good until the next call that changes the queue.
  Gathered gather(std::span<std::string_view> pieces) const;
  /// The same, up to the first guarded frame of which no byte was written.
  Gathered gather_unguarded(std::span<std::string_view> pieces) const;
  /// `count` bytes were written.
  void consume(std::size_t count);
  /// Forgets every guarded frame of which no byte was written.
  void drop_guarded();
  void clear();

 private:
  struct Chunk {
    std::string frames;
    Guard guard = Guard::none;
  };
  [[nodiscard]] std::size_t end_of_begun_frame() const;

  std::list<Chunk> chunks_;
  std::size_t sent_of_first_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace pilotlight::transport
