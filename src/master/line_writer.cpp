#include "master/line_writer.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace pilotlight::master {
namespace {

constexpr auto gathering_time = std::chrono::milliseconds(3);
constexpr auto longest_stall_at_the_end = std::chrono::seconds(1);
constexpr int poll_milliseconds = 100;
constexpr std::size_t block_bytes = 64U << 10U;
constexpr std::size_t most_blocks = 16;
// A pipe that says it can be written to takes so much without waiting, and does not mix it with others' lines.
constexpr std::size_t piece_bytes = 4096;
constexpr int fatal_signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

struct Block {
  std::string lines;
  std::size_t count = 0;
};

/// Whole lines, as many as one piece holds; a part of a line that is longer than that.
std::string_view first_piece(std::string_view text) {
  if (text.size() <= piece_bytes) return text;
  const std::size_t end = text.rfind('\n', piece_bytes - 1);
  return text.substr(0, end == std::string_view::npos ? piece_bytes : end + 1);
}

}  // namespace

class LineWriter::Impl {
 public:
  Impl(int native_handle, std::function<std::string(std::size_t)> dropped_line)
      : native_handle_(native_handle), dropped_line_(std::move(dropped_line)) {
    struct stat about {};
    regular_file_ = ::fstat(native_handle, &about) == 0 && S_ISREG(about.st_mode);
    start();
    catch_fatal_signals();
  }

  ~Impl() {
    if (Impl* self = this; last_words_of.compare_exchange_strong(self, nullptr)) release_fatal_signals();
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  void append(std::string_view line, bool urgent) {
    bool wake = false;
    {
      const std::lock_guard lock(mutex_);
      if (blocks_.empty() || blocks_.back().lines.size() + line.size() > block_bytes) {
        if (blocks_.size() == most_blocks) {
          dropped_ += blocks_.front().count;
          blocks_.pop_front();
        }
        urgent |= !blocks_.empty();
        blocks_.emplace_back().lines.reserve(std::max(line.size(), block_bytes));
      }
      blocks_.back().lines.append(line);
      ++blocks_.back().count;
      wake = !std::exchange(wanted_, true) || (urgent && !urgent_);
      urgent_ |= urgent;
    }
    if (wake) wake_.notify_one();
  }

 private:
  /// The thread takes no signals: those belong to the runtime's. It also turns the deadly SIGXFSZ of a file size limit
  /// into a plain write error here.
  void start() {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    for (const int number : fatal_signals) sigdelset(&all, number);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return wanted_ || stopping_; });
      if (!wanted_) return;
      wake_.wait_for(lock, gathering_time, [this] { return urgent_ || stopping_; });
      urgent_ = false;
      // Not until nothing is left: what comes meanwhile shall come together as well.
      for (std::size_t left = blocks_.size(); left > 0 && !blocks_.empty(); --left) write_first(lock);
      wanted_ = !blocks_.empty();
      if (stopping_ && stalled_too_long_) return;
    }
  }

  /// Takes the oldest block out and writes it with the lock released.
  void write_first(std::unique_lock<std::mutex>& lock) {
    const Block block = std::move(blocks_.front());
    blocks_.pop_front();
    const std::size_t dropped = std::exchange(dropped_, 0);
    lock.unlock();
    if (dropped > 0) write(dropped_line_(dropped));
    write(block.lines);
    lock.lock();
  }

  void write(std::string_view text) {
    while (!text.empty() && wait_writable()) {
      const std::string_view piece = regular_file_ ? text : first_piece(text);
      const ssize_t size = ::write(native_handle_, piece.data(), piece.size());
      if (size < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (size < 0) return;  // nobody is there to read, and there is nowhere else to say so
      text.remove_prefix(static_cast<std::size_t>(size));
    }
  }

  /// False when the end is waited for and the reader stands still.
  bool wait_writable() {
    std::optional<std::chrono::steady_clock::time_point> awaited_since;
    while (!regular_file_ && !stalled_too_long_) {
      pollfd handle{native_handle_, POLLOUT, 0};
      if (::poll(&handle, 1, poll_milliseconds) > 0) return true;
      if (!is_stopping()) continue;
      const auto now = std::chrono::steady_clock::now();
      if (!awaited_since) awaited_since = now;
      stalled_too_long_ = now - *awaited_since >= longest_stall_at_the_end;
    }
    return !stalled_too_long_;
  }

  bool is_stopping() {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }

  // ---- what is queued when the process aborts ----

  void catch_fatal_signals() {
    if (Impl* nobody = nullptr; !last_words_of.compare_exchange_strong(nobody, this)) return;
    for (const int number : fatal_signals) {
      struct sigaction before {};
      // A sanitizer's handler has more to say.
      if (::sigaction(number, nullptr, &before) != 0 || before.sa_handler != SIG_DFL) continue;
      struct sigaction action {};
      action.sa_handler = [](int caught) { say_last_words(caught); };
      action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
      ::sigaction(number, &action, nullptr);
    }
  }

  static void release_fatal_signals() {
    for (const int number : fatal_signals) {
      struct sigaction now {};
      if (::sigaction(number, nullptr, &now) == 0 && (now.sa_flags & static_cast<int>(SA_RESETHAND)) != 0)
        std::signal(number, SIG_DFL);
    }
  }

  /// Nothing here may wait or allocate: whoever holds the lock may be the thread that was hit.
  static void say_last_words(int number) {
    if (Impl* self = last_words_of.exchange(nullptr); self != nullptr && self->mutex_.try_lock()) {
      const int flags = ::fcntl(self->native_handle_, F_GETFL);  // others may share them
      ::fcntl(self->native_handle_, F_SETFL, flags | O_NONBLOCK);
      for (const Block& block : self->blocks_)
        if (::write(self->native_handle_, block.lines.data(), block.lines.size()) < 0) break;
      ::fcntl(self->native_handle_, F_SETFL, flags);
    }
    ::raise(number);  // the default action now, with its status and its core
  }

  static std::atomic<Impl*> last_words_of;

  const int native_handle_;
  bool regular_file_ = false;
  const std::function<std::string(std::size_t)> dropped_line_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Block> blocks_;
  std::size_t dropped_ = 0;  ///< lines, before the first block
  bool wanted_ = false;      ///< there are blocks to be written
  bool urgent_ = false;
  bool stopping_ = false;
  bool stalled_too_long_ = false;  ///< at the end; the writer's thread only
  std::thread thread_;
};

std::atomic<LineWriter::Impl*> LineWriter::Impl::last_words_of = nullptr;

LineWriter::LineWriter(int native_handle, std::function<std::string(std::size_t)> dropped_line)
    : impl_(std::make_unique<Impl>(native_handle, std::move(dropped_line))) {}
LineWriter::~LineWriter() = default;
void LineWriter::append(std::string_view line, bool urgent) { impl_->append(line, urgent); }

}  // namespace pilotlight::master
