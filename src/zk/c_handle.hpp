// One handle of the Apache C client; nothing else calls it (c_codes knows its numbers). Private to zk/c_client.cpp.
//
// submit() is for the strand. Events come from a thread of the C client, also before open() has returned; exactly one
// HandleAnswered for each request that submit() took, unless the handle is destroyed first. The destructor blocks (it
// ends the session when connected, up to 4.5 s) and must not run inside an event: give it to the helper thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "base/result.hpp"
#include "base/time.hpp"
#include "zk/types.hpp"
#include "zk/watch_table.hpp"

namespace pilotlight::zk {

/// What a handle needs to go on with the session of another one. The password is a secret.
struct SessionKey {
  std::int64_t session = 0;
  std::array<char, 16> password{};
};

struct HandleConnected {
  SessionKey key;
  Duration timeout{};
  std::string server;  ///< its address
};
struct HandleSuspended {};
struct HandleExpired {};
struct HandleAuthFailed {};
struct HandleAnswered {
  std::uint64_t serial = 0;
  Answered answered;  ///< without the request's id
};
struct HandleFired {
  WatchEvent event{};
  std::string path;
};
using HandleEvent =
    std::variant<HandleConnected, HandleSuspended, HandleExpired, HandleAuthFailed, HandleAnswered, HandleFired>;

struct HandleOptions {
  std::string hosts;  ///< as list_for_c_client makes them
  Duration timeout{};
  std::string digest;             ///< "user:password" or empty
  std::optional<SessionKey> key;  ///< of the session to go on with
};

class CHandle {
 public:
  static Result<std::shared_ptr<CHandle>> open(const HandleOptions& options, std::function<void(HandleEvent)> on_event);
  ~CHandle();
  CHandle(const CHandle&) = delete;
  CHandle& operator=(const CHandle&) = delete;

  /// To be called when connected, before the first request: the C client takes no credentials while it has no
  /// connection, so those given at the start may not have been taken.
  void authenticate();
  /// Code::ok: sent, its answer will come under the serial. Anything else is the answer. Paths must be valid.
  Code submit(std::uint64_t serial, const Request& request);
  /// It says so itself, before its event has come.
  [[nodiscard]] bool is_connected() const;
  /// The server that it is trying or connected to; for the log and for the order of the next list.
  [[nodiscard]] std::string current_server() const;

 private:
  struct Impl;
  explicit CHandle(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pilotlight::zk
