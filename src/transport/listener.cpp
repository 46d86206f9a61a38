#include "transport/listener.hpp"

#include <poll.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>

namespace pilotlight::transport {
namespace {

using boost::asio::ip::tcp;

constexpr int backlog = 4096;
constexpr int accepts_in_a_turn = 256;  // then others have their turn
constexpr auto rest_after_exhaustion = std::chrono::milliseconds(50);
constexpr std::int32_t lowest_user_port = 1024;
constexpr std::int32_t ports = 65536;

/// The port that Spark would try after `offset` others (spec §1.3): it wraps around above 65535.
std::uint16_t port_after(std::int32_t port, std::int32_t offset) {
  if (port == 0 || offset == 0) return static_cast<std::uint16_t>(port);
  const std::int32_t span = ports - lowest_user_port;
  return static_cast<std::uint16_t>((port + offset - lowest_user_port + span) % span + lowest_user_port);
}

/// −1 and errno on failure.
int listen_on(const SocketAddress& address) {
  const int native_handle = open_tcp_socket(address.family());
  if (native_handle < 0) return -1;
  const int on = 1;
  // A restarted master must get its port back at once, whatever its predecessor's connections still do.
  ::setsockopt(native_handle, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(native_handle, address.data(), address.size()) == 0 && ::listen(native_handle, backlog) == 0)
    return native_handle;
  const int error = errno;
  ::close(native_handle);
  errno = error;
  return -1;
}

std::uint16_t bound_port(int native_handle) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  ::getsockname(native_handle, reinterpret_cast<sockaddr*>(&storage), &size);
  const auto address = SocketAddress::from(reinterpret_cast<sockaddr*>(&storage), size);
  return address ? address->port() : 0;
}

Error cannot_listen(const std::string& host, std::int32_t port, std::int32_t max_retries, int error) {
  std::string text = "cannot listen on " + host + ":" + std::to_string(port);
  if (error == EADDRINUSE && max_retries > 0)
    return retryable(text + " nor on the " + std::to_string(max_retries) +
                     " ports after it: address already in use; stop the processes that hold them or choose another "
                     "--port");
  text += ": " + describe_errno(error);
  if (error == EADDRINUSE)
    return retryable(text + "; stop the process that holds it, choose another --port, or set spark.port.maxRetries");
  if (error == EADDRNOTAVAIL) return fatal(text + "; choose a --host that is an address of this machine");
  if (error == EACCES) return fatal(text + "; choose a --port of 1024 or higher");
  return fatal(text);
}

}  // namespace

class Listener::Impl : public std::enable_shared_from_this<Listener::Impl> {
 public:
  Impl(boost::asio::io_context& io, Owner& owner, int highest_descriptor)
      : owner_(owner), acceptor_(io), rest_(io), highest_descriptor_(highest_descriptor) {}

  Result<std::int32_t> listen(const std::string& host, std::int32_t port, std::int32_t max_retries) {
    if (port < 0 || port >= ports)
      return fatal("cannot listen on " + host + ":" + std::to_string(port) + ": a port is a number from 0 to 65535");
    const auto addresses = resolve_host(host, static_cast<std::uint16_t>(port));
    if (!addresses)
      return Error{addresses.error().error_class,
                   "cannot listen on " + host + ":" + std::to_string(port) + ": " + addresses.error().message +
                       "; correct --host",
                   std::nullopt};
    SocketAddress address = addresses->front();
    for (std::int32_t offset = 0;; ++offset) {
      address.set_port(port_after(port, offset));
      const int native_handle = listen_on(address);
      if (native_handle < 0) {
        if (errno == EADDRINUSE && offset < max_retries) continue;
        return cannot_listen(host, port, max_retries, errno);
      }
      boost::system::error_code error;
      acceptor_.assign(address.family() == AF_INET ? tcp::v4() : tcp::v6(), native_handle, error);
      if (error) {
        ::close(native_handle);
        return cannot_listen(host, port, 0, error.value());
      }
      wait();
      return static_cast<std::int32_t>(bound_port(native_handle));
    }
  }

  void stop() {
    stopped_ = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    rest_.cancel();
  }

 private:
  void wait() {
    acceptor_.async_wait(tcp::acceptor::wait_read, [self = shared_from_this()](boost::system::error_code error) {
      if (!error && !self->stopped_) self->accept_all();
    });
  }

  void accept_all() {
    if (full_ && !has_room()) return someone_waits() ? rest(EMFILE) : wait();
    full_ = false;
    for (int count = 0; count < accepts_in_a_turn && !stopped_; ++count) {
      sockaddr_storage storage{};
      socklen_t size = sizeof storage;
      const int native_handle = ::accept4(acceptor_.native_handle(), reinterpret_cast<sockaddr*>(&storage), &size,
                                          SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (native_handle < 0) {
        if (errno == EAGAIN || errno == EWOULDBLOCK) break;
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
          const int error = errno;
          if (!someone_waits()) break;  // the kernel takes a descriptor before it looks who is there
          return rest(error);
        }
        continue;  // that one connection was already broken
      }
      if (native_handle > highest_descriptor_) {
        ::close(native_handle);
        full_ = true;  // the next ones are not even let in
        return rest(EMFILE);
      }
      const auto peer = SocketAddress::from(reinterpret_cast<sockaddr*>(&storage), size);
      set_peer_options(native_handle);
      owner_.on_accepted(native_handle, peer.value_or(SocketAddress{}));
    }
    if (!stopped_) wait();
  }

  bool has_room() {
    const int next = ::dup(acceptor_.native_handle());
    if (next >= 0) ::close(next);
    return next >= 0 && next <= highest_descriptor_;
  }

  bool someone_waits() {
    pollfd poll{acceptor_.native_handle(), POLLIN, 0};
    return ::poll(&poll, 1, 0) > 0;
  }

  void rest(int error) {
    owner_.on_accept_exhausted(describe_errno(error));
    rest_.expires_after(rest_after_exhaustion);
    rest_.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
      if (!cancelled && !self->stopped_) self->accept_all();
    });
  }

  Owner& owner_;
  tcp::acceptor acceptor_;
  boost::asio::steady_timer rest_;
  int highest_descriptor_;
  bool full_ = false;  ///< the last one that was let in had too high a descriptor
  bool stopped_ = false;
};

Listener::Listener(boost::asio::io_context& io, Owner& owner, int highest_descriptor)
    : impl_(std::make_shared<Impl>(io, owner, highest_descriptor)) {}
Listener::~Listener() { stop(); }
Result<std::int32_t> Listener::listen(const std::string& host, std::int32_t port, std::int32_t max_retries) {
  return impl_->listen(host, port, max_retries);
}
void Listener::stop() { impl_->stop(); }

}  // namespace pilotlight::transport
