// A request and its answer, as the router sees them: no bytes, no sockets. Plain values. Pure.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace pilotlight::http {

/// The headers that matter to some answer; "" when absent.
struct Headers {
  std::string host;
  std::string origin;
  std::string fetch_site;  ///< Sec-Fetch-Site
  std::string proof_time;  ///< X-Pilotlight-Time
  std::string proof;       ///< X-Pilotlight-Proof
};

struct Request {
  std::string method;  ///< "GET"
  std::string path;    ///< decoded, without query: "/json/"
  std::string query;   ///< raw, without '?'
  std::string body;
  std::string target = {};  ///< as it stood in the request line
  Headers headers = {};
  bool from_this_machine = false;  ///< the client's address is one of this machine's own
};

struct Response {
  int status = 200;
  std::string content_type = "text/html;charset=utf-8";
  std::string body;                 ///< for a HEAD request too: the server sends its length only
  std::string location;             ///< for redirects; visible ASCII only
  std::string allow = "GET, HEAD";  ///< of a 405
  /// In place of `body`, when several answers share it.
  std::shared_ptr<const std::string> shared = nullptr;
  /// A stream of events: `body` goes first, then what Server::publish() says, until somebody hangs up.
  bool stream = false;
  std::chrono::seconds max_age{0};  ///< how long it may be kept; 0: not at all

  [[nodiscard]] std::string_view bytes() const { return shared ? std::string_view(*shared) : std::string_view(body); }
};

/// Gives the answer; once, on the strand, at once or later. Nothing happens when the client has gone meanwhile.
using Reply = std::function<void(Response)>;
/// Answers one request; called on the strand, must be quick. The request lives until it returns.
using Route = std::function<void(const Request&, Reply)>;

}  // namespace pilotlight::http
