// What workers and applications have in common: one connection to the master, spoken as Spark speaks it.
//
// Connects from its own loopback address (127.a.b.c), asks for the endpoint Master (CheckExistence, spec §2.3) and is
// then verified. One thread, that of the EventLoop; a Peer must not be moved or destroyed while the loop runs.
// It never reconnects: a lost connection ends it, with on_lost().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "deploy/codec.hpp"
#include "load/event_loop.hpp"
#include "transport/frame.hpp"

namespace pilotlight::load {

/// The master to be loaded, and the tongue of those who load it.
struct Target {
  deploy::Address master;
  deploy::Dialect dialect = deploy::Dialect::spark_3_4;
};

/// A whole frame, so that it can be made before the clock starts.
std::string one_way_frame(const deploy::Address& self, const Target& target, const deploy::ToMaster& message);

class Peer : public Watcher {
 public:
  /// `self` is where refs to this peer point; its host is a loopback address. Nobody needs to listen there.
  Peer(EventLoop& loop, const Target& target, deploy::Address self);
  ~Peer() override;
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  void connect();
  /// Takes over a connection that a master has opened to this peer: it is verified, for nobody asks there.
  void adopt(int socket);
  /// Closes without on_lost().
  void disconnect();
  [[nodiscard]] bool verified() const { return state_ == State::verified; }
  [[nodiscard]] bool all_written() const { return unsent_.empty(); }

  void on_ready(bool readable, bool writable) final;

 protected:
  [[nodiscard]] std::string one_way_frame(const deploy::ToMaster& message) const {
    return load::one_way_frame(self_, *target_, message);
  }
  void send_frame(std::string_view frame);
  void send(const deploy::ToMaster& message) { send_frame(one_way_frame(message)); }
  /// The request's id; on_answer() follows.
  std::int64_t ask(const deploy::ToMaster& message, std::string_view endpoint = "Master");

  [[nodiscard]] const deploy::Address& self() const { return self_; }
  [[nodiscard]] const Target& target() const { return *target_; }
  /// Who is at the other end of an adopted connection turns out with its first message. Must outlive the peer.
  void retarget(const Target& target) { target_ = &target; }
  [[nodiscard]] EventLoop& loop() const { return loop_; }

  virtual void on_verified() = 0;
  /// A one-way message's Java stream, good during the call.
  virtual void on_message(std::string_view content) = 0;
  virtual void on_answer(std::int64_t request_id, const Result<deploy::Reply>& reply) = 0;
  virtual void on_lost(const std::string& reason) = 0;

  void lose(const std::string& reason);

 private:
  enum class State : std::uint8_t { idle, connecting, verifying, verified, ended };

  void read_all();
  void read_frames(std::string_view bytes);
  void on_frame(const transport::Frame& frame);
  void reply_arrived(std::int64_t request_id, const Result<deploy::Reply>& reply);
  void write_some();
  void connected();

  EventLoop& loop_;
  const Target* target_;
  deploy::Address self_;
  State state_ = State::idle;
  int socket_ = -1;
  bool waits_to_write_ = false;
  std::int64_t last_request_id_ = 0;
  std::string unsent_;
  transport::FrameDecoder decoder_;
};

}  // namespace pilotlight::load
