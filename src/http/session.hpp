// One HTTP connection, from its first byte to its end. Private to http; runs on the strand of the server.
//
// A session is alive for as long as its host lists it or one of its own operations is under way. It tells its host
// exactly once that it ended, unless the host closed it.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>

#include "http/server.hpp"

namespace pilotlight::http {

class Session {
 public:
  virtual ~Session() = default;
  virtual void start() = 0;
  /// Ends it at once, without a word to the client or the host.
  virtual void close() = 0;
  /// More of a stream; what it has not sent yet of earlier ones is replaced by it.
  virtual void publish(const std::string& text) = 0;

  std::list<std::shared_ptr<Session>>::iterator place;  ///< the host's: where it is listed
};

/// What sessions share: the server.
class SessionHost {
 public:
  virtual ~SessionHost() = default;
  [[nodiscard]] virtual const ServerLimits& limits() const = 0;
  virtual void answer(const Request& request, Reply reply) = 0;
  /// Takes from the bytes that may be under way; false when there are too many. What is `shared` counts once.
  virtual bool reserve(std::size_t bytes, const void* shared) = 0;
  virtual void release(std::size_t bytes, const void* shared) = 0;
  /// From here on the session gets publish(); false when there are too many such.
  virtual bool join_stream(const std::shared_ptr<Session>& session) = 0;
  /// A whole request arrived.
  virtual void active(Session& session) = 0;
  virtual void ended(Session& session) = 0;
};

/// Takes over the socket; nullptr (and the socket closed) when it is none.
std::shared_ptr<Session> make_session(boost::asio::io_context& io, int native_handle, std::string first_bytes,
                                      std::shared_ptr<SessionHost> host);

}  // namespace pilotlight::http
