// One connection of Spark's RPC as a machine without I/O (spec §1.3, §2.2): bytes and time in, actions out.
//
// Pure; owned by Connection, which does what the actions say, on the runtime's thread. The use is: receive() bytes (or
// advance() the clock), then next() until it yields Idle. Views in an action are good until the following call of
// next(). After HandOver or Close the machine is at its end and yields only Idle.
//
//   fresh --first byte 0x00--> spark --bad frame, idle too long, frame too slow--> ended
//   fresh --ASCII letter (a connection that the peer opened)--> ended, HandOver
//   fresh --any other byte--> ended, Close
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "transport/frame.hpp"
#include "transport/rpc_message.hpp"

namespace pilotlight::transport {

/// More bytes are needed.
struct Idle {};
/// A request of the peer; `request_id` is set when it waits for an answer.
struct RequestReceived {
  RpcMessage message;
  std::optional<std::int64_t> request_id;
};
/// An ask of ours has ended: a Java stream, or what went wrong. Once for each expect_reply().
struct ReplyReceived {
  std::int64_t request_id = 0;
  Result<std::string> content;
};
/// Write this frame.
struct SendFrame {
  std::string frame;
};
/// The peer speaks HTTP: everything that was received goes to whoever serves that (D9).
struct HandOver {
  std::string first_bytes;
};
/// Something worth a log line; the connection lives on.
struct Notice {
  std::string text;
};
/// Close the connection, for a reason worth a log line.
struct Close {
  std::string reason;
};

using Action = std::variant<Idle, RequestReceived, ReplyReceived, SendFrame, HandOver, Notice, Close>;

enum class OpenedBy : std::uint8_t { peer, us };

/// How long a peer may take before its connection is closed.
struct Patience {
  Duration idle{};   ///< silence in both directions while an answer is awaited (spec §1.3)
  Duration frame{};  ///< from the first byte of a frame to its last
};

class ConnectionFsm {
 public:
  ConnectionFsm(OpenedBy opened_by, std::size_t max_frame_bytes, Patience patience);

  /// Bytes came in; they must stay until next() has yielded Idle.
  void receive(std::string_view bytes, Instant now);
  /// Bytes went out.
  void bytes_sent(Instant now) { last_traffic_ = now; }
  /// An ask of ours was handed to the connection. Ids are never reused on a connection.
  void expect_reply(std::int64_t request_id, Instant deadline, Instant now);
  /// Time has passed: asks whose deadline is reached fail; a connection that owes an answer and is idle, or whose frame
  /// does not come to its end, is closed.
  void advance(Instant now);
  /// The peer was not read from: its frame has its whole time again.
  void restart_frame_time(Instant now);
  [[nodiscard]] Action next();

  /// When advance() should be called; nullopt while nothing is awaited.
  [[nodiscard]] std::optional<Instant> deadline() const;
  [[nodiscard]] bool has_outstanding_asks() const { return !outstanding_.empty(); }
  /// The connection is gone: the ids that will never be answered, oldest first.
  std::vector<std::int64_t> abandon_asks();
  /// Nothing has arrived yet.
  [[nodiscard]] bool is_fresh() const { return state_ == State::fresh; }
  [[nodiscard]] std::size_t buffered_bytes() const { return decoder_.buffered_bytes(); }

 private:
  enum class State : std::uint8_t { fresh, spark, http, stranger, idle_too_long, frame_too_slow, ended };

  void note_unfinished_frame();
  Action end(Action last);
  Action on_frame(const Frame& frame);
  Action on_request(std::string_view body, std::optional<std::int64_t> request_id);
  Action on_answer(std::int64_t request_id, Result<std::string> content);

  State state_ = State::fresh;
  OpenedBy opened_by_;
  Patience patience_;
  Instant last_traffic_{};
  std::string_view unread_;  ///< what came in before it was known who speaks
  FrameDecoder decoder_;
  std::optional<Instant> frame_began_;           ///< of the frame of which a part is there
  std::size_t frame_offset_ = 0;                 ///< which frame that is
  std::map<std::int64_t, Instant> outstanding_;  ///< our asks and their deadlines
  std::vector<std::int64_t> expired_;
};

}  // namespace pilotlight::transport
