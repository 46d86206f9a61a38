// HTTP/1.1 for people and machines: on the web UI port, and on sockets that the RPC port hands over (D9).
//
// Owned by the runtime, on its one thread (Beast inside, hidden). Parsing is Beast's, with limits on header size,
// body size and time; answering is the pure Router's. A slow or silent client is closed, never waited for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "http/message.hpp"

namespace boost::asio {
class io_context;
}

namespace pilotlight::http {

struct ServerLimits {
  std::size_t header_bytes = 8U << 10U;  ///< spark.ui.requestHeaderSize
  std::size_t body_bytes = 1U << 20U;
  /// For a whole request to arrive, the idle time before it included; and again for its answer to leave.
  Duration request = std::chrono::seconds(30);
  std::size_t connections = 1000;           ///< beyond: the one that has been quiet for longest is closed
  std::size_t streams = 200;                ///< of events; beyond: 503
  std::size_t buffered_bytes = 32U << 20U;  ///< bodies and answers under way on all connections together; beyond: 503
  std::string allow_framing_from;           ///< spark.ui.allowFramingFrom; "" = pages of its own only
};

class Server {
 public:
  /// `io` must outlive the server; `route` is kept.
  Server(boost::asio::io_context& io, ServerLimits limits, Route route);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds bind_address:port (a name, an address, "0.0.0.0"; port 0 = any free one) and accepts. While a port is
  /// taken, tries up to `max_retries` following ones. Returns the bound port; the error says what to do.
  Result<std::int32_t> listen(const std::string& bind_address, std::int32_t port, std::int32_t max_retries);
  /// Serves a TCP socket whose first bytes were read already (transport::HttpSocket), and owns it from here on.
  void adopt(int native_handle, std::string first_bytes);
  /// Closes everything at once; the route is not called any more. The destructor does it too.
  void stop();

  /// Sends the text to everybody who was answered with Response::stream. Whoever reads slowly gets the latest one only.
  void publish(const std::string& text);

  [[nodiscard]] std::size_t connections() const;
  [[nodiscard]] std::size_t streams() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace pilotlight::http
