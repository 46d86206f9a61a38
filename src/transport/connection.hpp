// One TCP connection: moves bytes between a socket and its ConnectionFsm, and knows nothing of other connections.
//
// Made and held by Endpoint, on the runtime's thread; handlers in flight keep it alive, and do nothing once it has
// ended. It reads into its owner's buffer when the kernel says that there is something, so an idle connection owns no
// buffer at all. Writes are tried at once when the owner calls flush(), and wait for the peer only when they must. A
// peer that does not read what it is sent is not read from either, and is cut when too much waits for it.
// No Asio in this header.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "deploy/types.hpp"
#include "transport/connection_fsm.hpp"
#include "transport/guard.hpp"
#include "transport/socket_address.hpp"

namespace boost::asio {
class io_context;
}

namespace pilotlight::transport {

class Connection {
 public:
  /// What the connection tells whoever holds it. None is called after on_ended or on_hand_over.
  class Owner {
   public:
    virtual ~Owner() = default;
    /// Scratch memory that all connections read into; used during one handler only.
    virtual std::span<char> read_buffer() = 0;
    /// Right before a connection is read because the kernel said so: others may be more urgent.
    virtual void on_turn() = 0;
    /// Whether it may be read now; if not, it stays silent until read_on().
    virtual bool may_read(Connection& connection) = 0;
    virtual void on_first_byte(Connection& connection) = 0;
    virtual void on_request(Connection& connection, const RequestReceived& request) = 0;
    virtual void on_reply(Connection& connection, ReplyReceived reply) = 0;
    virtual void on_notice(Connection& connection, const std::string& text) = 0;
    /// The memory held for a partial frame has changed by so much.
    virtual void on_buffered(Connection& connection, std::ptrdiff_t change) = 0;
    /// The bytes that wait to be sent have changed by so much; the connection may be cut from inside.
    virtual void on_unsent(Connection& connection, std::ptrdiff_t change) = 0;
    /// flush() should be called at the end of this turn; told once until it is.
    virtual void on_flush_wanted(Connection& connection) = 0;
    /// Asked right before bytes of guarded frames go to the kernel; while it says no they wait, with all behind them.
    virtual bool may_speak() = 0;
    /// The peer speaks HTTP: the socket is the owner's now, and the connection has ended.
    virtual void on_hand_over(Connection& connection, int native_handle, std::string first_bytes) = 0;
    /// The socket is closed. `abandoned` are the asks of ours that will never be answered.
    virtual void on_ended(Connection& connection, std::vector<std::int64_t> abandoned) = 0;
  };

  struct Options {
    ConnectionId id;
    OpenedBy opened_by = OpenedBy::peer;
    deploy::Address address;  ///< of the peer, for connections that we open; empty for others
    std::size_t inbound_frame_bytes = 0;
    std::size_t unsent_bytes = 0;
    Patience patience;
  };
  /// `io` and `owner` must outlive the connection's end.
  static std::shared_ptr<Connection> make(boost::asio::io_context& io, Owner& owner, Options options);

  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] virtual ConnectionId id() const = 0;
  [[nodiscard]] virtual OpenedBy opened_by() const = 0;
  /// What Options said.
  [[nodiscard]] virtual const deploy::Address& address() const = 0;
  /// The other end of the socket, once it is attached.
  [[nodiscard]] virtual const SocketAddress& peer() const = 0;
  [[nodiscard]] virtual bool is_attached() const = 0;
  [[nodiscard]] virtual std::size_t unsent_bytes() const = 0;
  [[nodiscard]] virtual std::size_t buffered_bytes() const = 0;
  /// A request went over this connection, either way: its end is worth reporting.
  [[nodiscard]] virtual bool is_used() const = 0;
  virtual void mark_used() = 0;
  /// What was written a while ago has not even reached the peer's kernel: the way to it may be broken without a sign.
  [[nodiscard]] virtual bool is_stuck(Instant at) = 0;

  /// Takes over an open, non-blocking socket; what was sent before goes out now.
  virtual void attach(int native_handle, const SocketAddress& peer) = 0;
  /// Queues a whole frame; beyond the limit of unsent bytes the connection is cut.
  virtual void send(std::string frame, Guard guard) = 0;
  /// What may_speak() held back is offered again at the end of this turn.
  virtual void guard_changed() = 0;
  /// Forgets every guarded frame that was not begun; what was held behind them goes out at the end of this turn.
  virtual void drop_guarded() = 0;
  virtual void expect_reply(std::int64_t request_id, Instant deadline, Instant now) = 0;
  [[nodiscard]] virtual std::optional<Instant> deadline() const = 0;
  /// Time has passed. A peer whose time is up is read from once more before: it may be us who came late.
  virtual void advance(Instant now) = 0;
  virtual void flush() = 0;
  /// may_read() said no before, and does not any more.
  virtual void read_on() = 0;
  /// Reads what is there already, before the kernel's word of it has its turn.
  virtual void look() = 0;
  /// Closes after offering what is queued to the kernel once.
  virtual void close() = 0;
  /// Closes with a reset: the kernel keeps nothing for this peer either.
  virtual void cut(const std::string& reason) = 0;

 protected:
  Connection() = default;
};

}  // namespace pilotlight::transport
