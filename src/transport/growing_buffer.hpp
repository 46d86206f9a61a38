// Bytes that arrive piece by piece: grows by realloc, so that a large buffer is moved by the kernel and not copied.
//
// Pure. Used by FrameDecoder for the part of a frame that has arrived. An empty buffer owns no memory; memory that is
// reserved but was never written to is not resident. Not copyable.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace pilotlight::transport {

class GrowingBuffer {
 public:
  GrowingBuffer() = default;
  ~GrowingBuffer() { std::free(data_); }
  GrowingBuffer(const GrowingBuffer&) = delete;
  GrowingBuffer& operator=(const GrowingBuffer&) = delete;

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::string_view view() const { return {data_, size_}; }

  /// Appends; the capacity at least doubles when it must grow but never passes `final_size` unless it has to.
  void append(std::string_view bytes, std::size_t final_size) {
    if (bytes.empty()) return;
    const std::size_t needed = size_ + bytes.size();
    if (needed > capacity_) grow(std::max(needed, std::min(final_size, capacity_ * 2)));
    std::memcpy(data_ + size_, bytes.data(), bytes.size());
    size_ = needed;
  }
  /// Forgets everything and gives the memory back.
  void release() {
    std::free(std::exchange(data_, nullptr));
    size_ = capacity_ = 0;
  }

 private:
  void grow(std::size_t capacity) {
    void* moved = std::realloc(data_, capacity);
    if (moved == nullptr) throw std::bad_alloc();
    data_ = static_cast<char*>(moved);
    capacity_ = capacity;
  }

  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace pilotlight::transport
