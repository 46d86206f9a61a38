// HTTP for the command line: many requests at once, each with a limit in time and in size.
//
// One loop on the caller's thread: send() only begins, run() carries on until nothing is left to do, its time is over
// or stop() was called from a callback. Requests that are still open then are given up without a word. Callbacks come
// from run(), never from inside send(), and may send more. A name that has several addresses is tried at all of them at
// once; a name server that hangs is left behind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "client/place.hpp"

namespace pilotlight::client {

/// No answer of ours is larger: a cluster of 10,000 workers has some 5 MiB.
inline constexpr std::size_t largest_answer = std::size_t{64} << 20U;

struct Request {
  Address to;
  std::string method = "GET";
  std::string target = "/";
  std::string body = {};  ///< JSON
  std::vector<std::pair<std::string, std::string>> headers = {};
  Duration connect_within = Duration::max();  ///< less than the limit: who is not even there is given up earlier
};

enum class Outcome : std::uint8_t {
  answered,      ///< `status` and `body` are the master's
  unknown_host,  ///< the name has no address
  refused,       ///< nobody listens there: no process
  unreachable,   ///< no connection came about in time, or the network refuses
  silent,        ///< connected; no answer in time: a process that stands still, or a cut on the way
  not_http,      ///< connected; closed, or answered with something else
};

struct Reply {
  Outcome outcome = Outcome::silent;
  int status = 0;
  std::string body;
  std::string trouble;  ///< unless answered: what happened, without the address
  Duration took{};      ///< since send()
};

class HttpClient {
 public:
  using Done = std::function<void(Reply)>;

  HttpClient();
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// `done` comes once, at the latest `limit` from now.
  void send(Request request, Duration limit, Done done);
  void after(Duration wait, std::function<void()> function);
  /// From any thread; keeps nothing running by itself.
  void post(std::function<void()> function);
  /// Until stop(), or for this long, or until nothing is left.
  void run(Duration limit);
  void stop();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace pilotlight::client
