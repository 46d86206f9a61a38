// HTTP/1.1 for people and machines: on the web UI port, and on sockets that the RPC port hands over (D9).
//
// Owned by the runtime, on its one thread (Beast inside, hidden). Parsing is Beast's, with limits on header size,
// body size and time; answering is the pure Router's. A slow or silent client is closed, never waited for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"

namespace boost::asio {
class io_context;
}

namespace pilotlight::http {

struct Request {
  std::string method;   ///< "GET"
  std::string path;     ///< decoded, without query: "/json/"
  std::string query;    ///< raw, without '?'
  std::string body;
};
struct Response {
  int status = 200;
  std::string content_type = "text/html;charset=utf-8";
  std::string body;
  std::string location;  ///< for redirects
};
/// Answers one request; called on the strand, must be quick.
using Route = std::function<Response(const Request&)>;

struct ServerLimits {
  std::size_t header_bytes = 8U << 10U;    ///< spark.ui.requestHeaderSize
  std::size_t body_bytes = 1U << 20U;
  Duration request = std::chrono::seconds(30);
  std::size_t connections = 1000;
};

class Server {
 public:
  Server(boost::asio::io_context& io, ServerLimits limits, Route route);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds bind_address:port, trying up to `max_retries` following ports; returns the bound port.
  Result<std::int32_t> listen(const std::string& bind_address, std::int32_t port, std::int32_t max_retries);
  /// Serves a socket whose first bytes were read already (transport::HttpSocket).
  void adopt(int native_handle, std::string first_bytes);
  void stop();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace pilotlight::http
