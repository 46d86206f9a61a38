#include "transport/connection.hpp"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <chrono>
#include <utility>

#include "base/assert.hpp"
#include "base/overloaded.hpp"
#include "transport/send_queue.hpp"

namespace pilotlight::transport {
namespace {

using boost::asio::ip::tcp;
// Not the type-erased executor: ten thousand sockets carry it.
using Socket = boost::asio::basic_stream_socket<tcp, boost::asio::io_context::executor_type>;

constexpr int reads_in_a_turn = 4;    // of the whole read buffer; then others have their turn
constexpr int reads_at_the_end = 64;  // what a peer said before it went away, or before we looked at the clock
constexpr std::size_t pieces_in_a_write = 64;
constexpr std::size_t write_early_bytes = 256U << 10U;
constexpr auto acknowledged_within = std::chrono::milliseconds(150);  // a delayed acknowledgement takes 40 ms
// A peer that lets so much wait is not read from: its own asks must not fill our memory with answers.
constexpr std::size_t pause_reading_bytes = 1U << 20U;

Instant now() { return std::chrono::steady_clock::now(); }

class SocketConnection final : public Connection, public std::enable_shared_from_this<SocketConnection> {
 public:
  SocketConnection(boost::asio::io_context& io, Owner& owner, Options options)
      : owner_(owner),
        socket_(io.get_executor()),
        fsm_(options.opened_by, options.inbound_frame_bytes, options.patience),
        unsent_limit_(options.unsent_bytes),
        id_(options.id),
        address_(options.address.empty() ? nullptr : std::make_unique<deploy::Address>(std::move(options.address))),
        opened_by_(options.opened_by) {}

  ConnectionId id() const override { return id_; }
  OpenedBy opened_by() const override { return opened_by_; }
  const deploy::Address& address() const override {
    static const deploy::Address none;
    return address_ ? *address_ : none;
  }
  const SocketAddress& peer() const override { return peer_; }
  bool is_attached() const override { return attached_; }
  std::size_t unsent_bytes() const override { return queue_.bytes(); }
  std::size_t buffered_bytes() const override { return buffered_; }
  bool is_used() const override { return used_; }
  void mark_used() override { used_ = true; }
  bool is_stuck(Instant at) override {
    return attached_ && !ended_ && written_ + acknowledged_within < at && kernel_holds_bytes();
  }

  void attach(int native_handle, const SocketAddress& peer) override {
    PILOTLIGHT_ASSERT(!attached_ && !ended_);
    peer_ = peer;
    boost::system::error_code error;
    socket_.assign(peer.family() == AF_INET ? tcp::v4() : tcp::v6(), native_handle, error);
    if (error) {
      ::close(native_handle);
      return end(false);
    }
    attached_ = true;
    wait_readable();
    flush();
  }

  void send(std::string frame, Guard guard) override {
    if (ended_ || write_failed_) return;
    if (queue_.bytes() + frame.size() > unsent_limit_) {
      flush();
      if (ended_ || write_failed_) return;
      if (queue_.bytes() + frame.size() > unsent_limit_)
        return cut(std::string(held_ ? "what it is sent waits for the leadership to be certain: "
                                     : "it does not read what it is sent: ") +
                   std::to_string(queue_.bytes() + frame.size()) + " bytes wait, pilotlight.rpc.maxUnsent is " +
                   std::to_string(unsent_limit_));
    }
    queue_.push(std::move(frame), guard);
    tell_unsent();
    if (ended_) return;
    if (attached_ && !waiting_writable_ && !held_ && queue_.bytes() > write_early_bytes) return flush();
    want_flush();
  }

  void guard_changed() override {
    if (held_) want_flush();
  }

  void drop_guarded() override {
    queue_.drop_guarded();
    tell_unsent();
    // What the kernel holds and the peer has not acknowledged would arrive whenever a broken network heals.
    if (spoke_ && attached_ && !ended_ && kernel_holds_bytes())
      return cut("a deposed leader's last words are taken back");
    want_flush();
  }

  void expect_reply(std::int64_t request_id, Instant deadline, Instant at) override {
    fsm_.expect_reply(request_id, deadline, at);
  }
  std::optional<Instant> deadline() const override { return fsm_.deadline(); }
  void advance(Instant at) override {
    if (ended_) return;
    if (paused_) fsm_.restart_frame_time(at);
    const auto due = fsm_.deadline();
    if (due && *due <= at && attached_ && !paused_ && !read(reads_at_the_end)) return;
    fsm_.advance(at);
    run_fsm();
  }

  void flush() override {
    flush_wanted_ = false;
    if (ended_ || !attached_ || waiting_writable_ || write_failed_) return;
    const bool peer_is_there = write_some();
    tell_unsent();
    if (!peer_is_there) return fail_writing();
    if (!queue_.empty() && !held_) wait_writable();
    if (paused_ && queue_.bytes() <= pause_reading_bytes) wait_readable();
  }

  void read_on() override {
    if (std::exchange(turned_away_, false) && !ended_) wait_readable();
  }

  void look() override {
    if (attached_ && !ended_ && !paused_) read(reads_in_a_turn);
  }

  void close() override {
    if (ended_) return;
    if (attached_ && !write_failed_) write_some();
    end(false);
  }

  void cut(const std::string& reason) override {
    if (ended_) return;
    owner_.on_notice(*this, reason);
    end(true);
  }

 private:
  [[nodiscard]] bool kernel_holds_bytes() {
    int unacknowledged = 0;
    return ::ioctl(socket_.native_handle(), SIOCOUTQ, &unacknowledged) == 0 && unacknowledged > 0;
  }

  void want_flush() {
    if (ended_ || !attached_ || waiting_writable_ || std::exchange(flush_wanted_, true)) return;
    owner_.on_flush_wanted(*this);
  }

  void tell_unsent() {
    const std::size_t before = std::exchange(unsent_, queue_.bytes());
    if (unsent_ != before)
      owner_.on_unsent(*this, static_cast<std::ptrdiff_t>(unsent_) - static_cast<std::ptrdiff_t>(before));
  }

  void wait_readable() {
    paused_ = queue_.bytes() > pause_reading_bytes;
    if (paused_) return;
    socket_.async_wait(Socket::wait_read, [self = shared_from_this()](boost::system::error_code error) {
      if (!error && !self->ended_) self->on_readable();
    });
  }

  void wait_writable() {
    waiting_writable_ = true;
    socket_.async_wait(Socket::wait_write, [self = shared_from_this()](boost::system::error_code error) {
      self->waiting_writable_ = false;
      if (!error) self->flush();
    });
  }

  void on_readable() {
    owner_.on_turn();
    if (ended_) return;
    turned_away_ = !owner_.may_read(*this);
    if (!turned_away_ && read(reads_in_a_turn)) wait_readable();
  }

  /// Reads what is there; false when the connection has ended meanwhile.
  bool read(int most_reads) {
    for (int count = 0; count < most_reads; ++count) {
      const std::span<char> buffer = owner_.read_buffer();
      const ssize_t size = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), 0);
      if (size < 0 && errno == EINTR) continue;
      if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return true;
      if (size <= 0) {
        close();
        return false;
      }
      if (!take({buffer.data(), static_cast<std::size_t>(size)})) return false;
      if (static_cast<std::size_t>(size) < buffer.size()) return true;
    }
    return true;
  }

  bool take(std::string_view bytes) {
    const bool first = fsm_.is_fresh();
    fsm_.receive(bytes, now());
    if (first) owner_.on_first_byte(*this);
    if (!run_fsm()) return false;
    const std::size_t before = std::exchange(buffered_, fsm_.buffered_bytes());
    if (buffered_ != before)
      owner_.on_buffered(*this, static_cast<std::ptrdiff_t>(buffered_) - static_cast<std::ptrdiff_t>(before));
    return !ended_;
  }

  bool run_fsm() {
    bool idle = false;
    while (!ended_ && !idle) {
      Action action = fsm_.next();
      std::visit(overloaded{[&](const Idle&) { idle = true; },
                            [&](const RequestReceived& request) {
                              used_ = true;
                              owner_.on_request(*this, request);
                            },
                            [&](ReplyReceived& reply) { owner_.on_reply(*this, std::move(reply)); },
                            [&](SendFrame& frame) { send(std::move(frame.frame), Guard::none); },
                            [&](const Notice& notice) { owner_.on_notice(*this, notice.text); },
                            [&](const Close& reason) {
                              owner_.on_notice(*this, reason.reason);
                              close();
                            },
                            [&](HandOver& over) { hand_over(std::move(over.first_bytes)); }},
                 action);
    }
    return !ended_;
  }

  void hand_over(std::string first_bytes) {
    boost::system::error_code error;
    const int native_handle = socket_.release(error);
    if (error) return end(false);
    ended_ = true;
    owner_.on_hand_over(*this, native_handle, std::move(first_bytes));
  }

  /// Writes until the queue is empty, the kernel takes no more or the guard says no; false when the peer is gone.
  bool write_some() {
    held_ = false;
    while (!queue_.empty()) {
      std::array<std::string_view, pieces_in_a_write> pieces;
      std::array<iovec, pieces_in_a_write> vectors;
      msghdr message{};
      message.msg_iov = vectors.data();
      const auto prepare = [&](std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) vectors[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
        message.msg_iovlen = count;
      };
      const SendQueue::Gathered gathered = queue_.gather(pieces);
      prepare(gathered.count);
      // Asked last of all, for every write anew: the answer is about this moment.
      if (gathered.guarded && !owner_.may_speak()) {
        prepare(queue_.gather_unguarded(pieces).count);
        held_ = message.msg_iovlen == 0;
        if (held_) return true;
      }
      spoke_ |= gathered.guarded;
      const ssize_t size = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL);
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
      queue_.consume(static_cast<std::size_t>(size));
      written_ = now();
      fsm_.bytes_sent(written_);
    }
    return true;
  }

  /// The peer will not read any more, but what it said before it went away still counts (the last words of an
  /// application, spec §5.5): read to the end first. Not at once: the owner may be in the middle of a send.
  void fail_writing() {
    write_failed_ = true;
    queue_.clear();
    tell_unsent();
    boost::asio::post(socket_.get_executor(), [self = shared_from_this()] {
      if (self->ended_ || !self->read(reads_at_the_end)) return;
      self->close();
    });
  }

  void end(bool reset) {
    ended_ = true;
    boost::system::error_code ignored;
    if (attached_ && reset) {
      const linger none{1, 0};
      ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_LINGER, &none, sizeof none);
    }
    if (attached_) socket_.close(ignored);
    queue_.clear();
    tell_unsent();
    if (buffered_ > 0) owner_.on_buffered(*this, -static_cast<std::ptrdiff_t>(std::exchange(buffered_, 0)));
    owner_.on_ended(*this, fsm_.abandon_asks());
  }

  Owner& owner_;
  Socket socket_;
  ConnectionFsm fsm_;
  SendQueue queue_;
  std::size_t buffered_ = 0;  // as told to the owner, and so is the next
  std::size_t unsent_ = 0;
  std::size_t unsent_limit_;
  Instant written_{};
  ConnectionId id_;
  SocketAddress peer_;
  std::unique_ptr<deploy::Address> address_;
  OpenedBy opened_by_;
  bool attached_ = false;
  bool ended_ = false;
  bool used_ = false;
  bool flush_wanted_ = false;
  bool waiting_writable_ = false;
  bool spoke_ = false;  ///< a leader's frame was written to it
  bool held_ = false;   ///< the next frame is guarded and may not go out
  bool write_failed_ = false;
  bool paused_ = false;
  bool turned_away_ = false;  ///< readable, and nobody waits for more
};

}  // namespace

std::shared_ptr<Connection> Connection::make(boost::asio::io_context& io, Owner& owner, Options options) {
  return std::make_shared<SocketConnection>(io, owner, std::move(options));
}

}  // namespace pilotlight::transport
