#include "transport/send_queue.hpp"

#include <utility>

#include "base/assert.hpp"
#include "base/bytes.hpp"

namespace pilotlight::transport {
namespace {

constexpr std::size_t packed_bytes = 16U << 10U;

}  // namespace

void SendQueue::push(std::string frame, Guard guard) {
  bytes_ += frame.size();
  if (!chunks_.empty() && chunks_.back().guard == guard && chunks_.back().frames.size() + frame.size() <= packed_bytes)
    chunks_.back().frames.append(frame);
  else
    chunks_.push_back({std::move(frame), guard});
}

SendQueue::Gathered SendQueue::gather(std::span<std::string_view> pieces) const {
  Gathered gathered;
  for (const Chunk& chunk : chunks_) {
    if (gathered.count == pieces.size()) break;
    pieces[gathered.count] = std::string_view(chunk.frames).substr(gathered.count == 0 ? sent_of_first_ : 0);
    gathered.guarded |= chunk.guard == Guard::leader;
    ++gathered.count;
  }
  return gathered;
}

SendQueue::Gathered SendQueue::gather_unguarded(std::span<std::string_view> pieces) const {
  Gathered gathered;
  for (const Chunk& chunk : chunks_) {
    if (gathered.count == pieces.size()) break;
    std::string_view piece = std::string_view(chunk.frames).substr(gathered.count == 0 ? sent_of_first_ : 0);
    if (chunk.guard == Guard::leader) {
      piece = gathered.count == 0 ? piece.substr(0, end_of_begun_frame() - sent_of_first_) : std::string_view();
      if (!piece.empty()) pieces[gathered.count++] = piece;
      break;
    }
    pieces[gathered.count++] = piece;
  }
  return gathered;
}

void SendQueue::consume(std::size_t count) {
  bytes_ -= count;
  sent_of_first_ += count;
  while (!chunks_.empty() && sent_of_first_ >= chunks_.front().frames.size()) {
    sent_of_first_ -= chunks_.front().frames.size();
    chunks_.pop_front();
  }
}

void SendQueue::drop_guarded() {
  for (auto chunk = chunks_.begin(); chunk != chunks_.end();) {
    if (chunk->guard == Guard::none) {
      ++chunk;
      continue;
    }
    const bool first = chunk == chunks_.begin();
    const std::size_t begun = first ? end_of_begun_frame() : 0;
    bytes_ -= chunk->frames.size() - begun;
    if (first && begun > sent_of_first_) {
      chunk->frames.resize(begun);
      ++chunk;
      continue;
    }
    if (first) sent_of_first_ = 0;
    chunk = chunks_.erase(chunk);
  }
}

void SendQueue::clear() {
  chunks_.clear();
  bytes_ = sent_of_first_ = 0;
}

/// Where in the first chunk the frame ends of which a part was written; every frame begins with its own length.
std::size_t SendQueue::end_of_begun_frame() const {
  const std::string_view frames = chunks_.front().frames;
  std::size_t end = 0;
  while (end < sent_of_first_) {
    const std::int64_t length = ByteReader(frames.substr(end)).i64();
    PILOTLIGHT_ASSERT(length > 0 && static_cast<std::size_t>(length) <= frames.size() - end);
    end += static_cast<std::size_t>(length);
  }
  return end;
}

}  // namespace pilotlight::transport
