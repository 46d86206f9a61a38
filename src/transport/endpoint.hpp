// Spark's RPC over TCP as the master sees it (spec §1, §2): one listener, many connections in both directions.
//
// Owned by the runtime; every function is called, and every Handler function calls back, on the one thread that
// runs the io_context (which must outlive the endpoint). The Handler is never called from inside a call of a function
// of Endpoint; it may call any of them, stop() included, but must not destroy the endpoint. The protocol itself lives
// in pure machines (frame, rpc_message, connection_fsm); this class moves bytes. A connection is named by a
// ConnectionId that is never reused. Input limits and back pressure: TransportLimits.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "deploy/types.hpp"
#include "transport/guard.hpp"

namespace boost::asio {
class io_context;
}

namespace pilotlight::transport {

/// Every limit is a configuration key (pilotlight.rpc.…).
struct TransportLimits {
  std::size_t inbound_frame_bytes = 16U << 20U;    ///< a longer frame closes the connection
  std::size_t unsent_bytes = 32U << 20U;           ///< queued for one slow reader; beyond: cut
  Duration first_byte = std::chrono::seconds(30);  ///< a connection that says nothing for this long is closed
  std::size_t half_open = 16384;                   ///< connections without a first byte; beyond: the oldest is closed
  Duration connect = std::chrono::seconds(10);     ///< to a peer
  std::size_t inbound_buffered_bytes = 48U
                                       << 20U;   ///< partial frames of all connections together; beyond: largest is cut
  std::size_t unsent_bytes_of_all = 64U << 20U;  ///< queued for all slow readers together; beyond: the slowest is cut
  Duration idle = std::chrono::seconds(120);     ///< silence after which a connection that owes us an answer is closed
  Duration frame = std::chrono::seconds(60);     ///< from the first byte of a frame to its last; later: closed
  /// The highest descriptor that a connection may have: those above it are left to web pages, ZooKeeper and files, and
  /// to connections that we open for the endpoint named by keep_descriptors_for().
  int highest_descriptor = std::numeric_limits<int>::max();
};

/// One request (ask or one-way) that arrived on any connection, ours or theirs.
struct Request {
  ConnectionId connection;
  std::optional<deploy::Address> sender;   ///< the peer's listening address, when it has one
  std::string_view endpoint;               ///< "Master", "endpoint-verifier"
  std::string_view content;                ///< the Java stream; valid during the call only
  std::optional<std::int64_t> request_id;  ///< set for an ask: answer it with reply() or fail()
};

/// Takes over a TCP socket whose first byte was not Spark's: HTTP on the RPC port (D9).
struct HttpSocket {
  int native_handle = -1;   ///< owned by the receiver now, non-blocking
  std::string first_bytes;  ///< what was read already
};

class Handler {
 public:
  virtual ~Handler() = default;
  virtual void on_request(const Request& request) = 0;
  /// Once for each open connection over which a request was received or sent. The asks of ours that were outstanding
  /// on it have failed by on_reply before.
  virtual void on_closed(ConnectionId connection) = 0;
  /// A message to this address could not be delivered because no connection could be made; queued messages are dropped.
  /// Stands in place of on_closed for the connection that send() named. `refused`: every address of the host says that
  /// nothing listens there, so the process is gone; otherwise it may live behind a broken network or name service.
  virtual void on_unreachable(const deploy::Address& address, bool refused, const std::string& reason) = 0;
  /// The end of an ask of ours: a Java stream, the text of the peer's failure (fatal), no answer in time or a broken
  /// connection (outcome_unknown), or it could not be sent (retryable).
  virtual void on_reply(ConnectionId connection, std::int64_t request_id, Result<std::string> content) = 0;
  virtual void on_http(HttpSocket socket) = 0;
  /// Something worth a log line (a cut peer, a bad frame): level warn. At most a few in a minute for each peer host.
  virtual void on_notice(const std::string& text) = 0;
};

class Endpoint {
 public:
  /// `advertised` stands as sender address on every request (spec §2.5: without it workers never notice our death).
  Endpoint(boost::asio::io_context& io, deploy::Address advertised, TransportLimits limits, Handler& handler);
  ~Endpoint();
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  /// Binds host:port exactly (0 = any port) and accepts. Tries up to `max_retries` following ports (0 = none).
  /// Returns the port that was bound; the error names address, port and what to do.
  Result<std::int32_t> listen(const std::string& host, std::int32_t port, std::int32_t max_retries);
  /// The port is known only after listen() when it was 0.
  void set_advertised(deploy::Address advertised);

  /// One-way message to `endpoint_name` of the peer. Uses `connection` when it is still open, else a connection
  /// to `address` that is open or being opened by us and takes what is written to it, else opens one. Messages keep
  /// their order per connection; those of one turn of the loop share one write. Returns the connection that will carry
  /// it; 0 when the connection is gone and `address` is empty: then the message is dropped.
  ConnectionId send(ConnectionId connection, const deploy::Address& address, std::string_view endpoint_name,
                    std::string_view content, Guard guard = Guard::none);
  /// Opens the connection that send() to this address would, ahead of time; nothing is said over it. No Handler call
  /// follows as long as it was not used, whatever becomes of it.
  void reach(const deploy::Address& address);
  /// The same as an ask; on_reply follows exactly once within `timeout`.
  std::int64_t ask(ConnectionId connection, const deploy::Address& address, std::string_view endpoint_name,
                   std::string_view content, Duration timeout);
  /// Answers an ask. Dropped when the connection is gone.
  void reply(ConnectionId connection, std::int64_t request_id, std::string_view content, Guard guard = Guard::none);
  /// Frame type 5 (text): the message could not be dispatched or read.
  void fail(ConnectionId connection, std::int64_t request_id, std::string_view text);

  /// `may_speak` is asked right before each write that holds bytes of guarded frames, also from inside calls of
  /// Endpoint; it must be quick and must not call back. While it says no, guarded frames wait, and all that is behind
  /// them on their connections; a frame of which a byte was written is finished. Without a guard all goes out.
  void set_guard(std::function<bool()> may_speak);
  /// The right to speak is back: what waits is offered again at the end of this turn.
  void guard_changed();
  /// The right to speak is lost for good: guarded frames of which no byte was written are forgotten, others go out. A
  /// connection over which a guarded frame was sent that the peer's kernel has not acknowledged is reset: what lies in
  /// ours must not arrive when a broken network heals.
  void drop_guarded();

  /// Connections that we open to send to this endpoint may have any descriptor there is.
  void keep_descriptors_for(std::string endpoint_name);
  /// From now on this connection goes before others, in reading and in writing (UrgentConnections); few can.
  void make_urgent(ConnectionId connection);

  /// What connections that are not urgent say waits in the kernel until read_on(), `most` at the longest: for moments
  /// at which something else must not stand behind ten thousand of them.
  void hold_reading(Duration most);
  /// They are read again, as soon as what was sent before this call has been offered to the kernel.
  void read_on();

  /// Closes after what was sent is offered to the kernel one last time; on_closed follows.
  void close_connection(ConnectionId connection);
  /// Stops listening and closes everything at once; what was sent before is offered to the kernel one
  /// last time. No Handler call comes afterwards.
  void stop();

  /// Open connections, those of them without a first byte, bytes that wait for slow readers. Walks all connections.
  struct Counts {
    std::size_t connections = 0;
    std::size_t half_open = 0;
    std::size_t unsent_bytes = 0;
  };
  [[nodiscard]] Counts counts() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace pilotlight::transport
