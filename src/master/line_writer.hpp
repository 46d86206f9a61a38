// Writes log lines to a file descriptor on a thread of its own, many at a time.
//
// Used by Log alone: append() is called on the runtime's thread and only copies; the thread wakes a few milliseconds
// after the first line, at once for an urgent one, and writes what has come together. A reader that stands still stops
// nobody: beyond 1 MiB the oldest lines are dropped, and a line says how many. The destructor writes what is queued,
// and waits a second at most for a reader that stands still. Lines that are queued when the process aborts or is hit by
// a fault are written on the way out.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace pilotlight::master {

class LineWriter {
 public:
  /// `dropped_line` makes the line about so many dropped ones; it is called on the writer's thread.
  LineWriter(int native_handle, std::function<std::string(std::size_t)> dropped_line);
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  /// A whole line, its end included.
  void append(std::string_view line, bool urgent);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pilotlight::master
