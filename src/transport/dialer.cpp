#include "transport/dialer.hpp"

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>

namespace pilotlight::transport {
namespace {

using boost::asio::ip::tcp;

/// Where nothing listens on a local port that the kernel also gives out to clients, a connect can meet itself.
bool is_connected_to_itself(int native_handle, const SocketAddress& peer) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(native_handle, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return false;
  const auto own = SocketAddress::from(reinterpret_cast<sockaddr*>(&storage), size);
  return own && own->port() == peer.port() && own->to_string() == peer.to_string();
}

std::string seconds_text(Duration duration) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  return ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms";
}

}  // namespace

/// One attempt to reach a peer. Handlers hold it by shared_ptr and look at `done` first: it is empty when it is over.
struct Dialer::Dial {
  Dial(boost::asio::io_context& io, ConnectionId own_id, deploy::Address peer, bool any, Done then)
      : id(own_id), address(std::move(peer)), any_descriptor(any), done(std::move(then)), socket(io), timer(io) {}

  ConnectionId id;
  deploy::Address address;
  bool any_descriptor;
  Done done;
  tcp::socket socket;
  boost::asio::steady_timer timer;
  std::vector<SocketAddress> candidates;
  std::size_t next_candidate = 0;
  std::size_t refusals = 0;
  std::string last_error = "the host has no address";
};

Dialer::Dialer(boost::asio::io_context& io, Duration timeout, int highest_descriptor)
    : io_(io), timeout_(timeout), highest_descriptor_(highest_descriptor), resolver_(io) {}
Dialer::~Dialer() { stop(); }

void Dialer::dial(ConnectionId id, const deploy::Address& address, bool any_descriptor, Done done) {
  auto dial = std::make_shared<Dial>(io_, id, address, any_descriptor, std::move(done));
  dials_.emplace(id, dial);
  dial->timer.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(timeout_));
  dial->timer.async_wait([this, dial](boost::system::error_code error) {
    if (error || !dial->done) return;
    finish(dial, {-1, {}, false, "no answer within " + seconds_text(timeout_)});
  });
  boost::asio::post(io_, [this, dial] {
    if (dial->done) start(dial);
  });
}

void Dialer::start(const std::shared_ptr<Dial>& dial) {
  const deploy::Address& address = dial->address;
  if (address.port < 1 || address.port > 65535)
    return finish(dial, {-1, {}, false, "there is no port " + std::to_string(address.port)});
  const auto port = static_cast<std::uint16_t>(address.port);
  if (const auto numeric = numeric_address(address.host, port)) {
    dial->candidates.push_back(*numeric);
    return try_next(dial);
  }
  resolver_.resolve(address.host, port, [this, dial](Result<std::vector<SocketAddress>> found) {
    if (!dial->done) return;
    if (!found) return finish(dial, {-1, {}, false, found.error().message});
    dial->candidates = *std::move(found);
    try_next(dial);
  });
}

void Dialer::try_next(const std::shared_ptr<Dial>& dial) {
  if (dial->next_candidate == dial->candidates.size()) {
    const bool refused = dial->refusals > 0 && dial->refusals == dial->candidates.size();
    return finish(dial, {-1, {}, refused, dial->last_error});
  }
  const SocketAddress& candidate = dial->candidates[dial->next_candidate++];
  const int native_handle = open_tcp_socket(candidate.family());
  if (native_handle < 0) return finish_attempt(dial, errno);
  if (native_handle > highest_descriptor_ && !dial->any_descriptor) {
    ::close(native_handle);
    return finish_attempt(dial, EMFILE);
  }
  boost::system::error_code error;
  dial->socket.assign(candidate.family() == AF_INET ? tcp::v4() : tcp::v6(), native_handle, error);
  if (error) {
    ::close(native_handle);
    return finish_attempt(dial, error.value());
  }
  if (::connect(native_handle, candidate.data(), candidate.size()) == 0) return finish_attempt(dial, 0);
  if (errno != EINPROGRESS) return finish_attempt(dial, errno);
  dial->socket.async_wait(tcp::socket::wait_write, [this, dial](boost::system::error_code waited) {
    if (!dial->done) return;
    int result = waited.value();
    socklen_t size = sizeof result;
    if (!waited && ::getsockopt(dial->socket.native_handle(), SOL_SOCKET, SO_ERROR, &result, &size) != 0)
      result = errno;
    finish_attempt(dial, result);
  });
}

void Dialer::finish_attempt(const std::shared_ptr<Dial>& dial, int error) {
  boost::system::error_code ignored;
  if (error == 0 && is_connected_to_itself(dial->socket.native_handle(), dial->candidates[dial->next_candidate - 1]))
    error = ECONNREFUSED;
  if (error == 0) {
    const int native_handle = dial->socket.release(ignored);
    set_peer_options(native_handle);
    return finish(dial, {native_handle, dial->candidates[dial->next_candidate - 1], false, ""});
  }
  dial->socket.close(ignored);
  if (error == ECONNREFUSED) ++dial->refusals;
  dial->last_error = describe_errno(error);
  try_next(dial);
}

void Dialer::finish(const std::shared_ptr<Dial>& dial, DialOutcome outcome) {
  const Done done = std::exchange(dial->done, nullptr);
  cancel(dial->id);
  done(std::move(outcome));
}

void Dialer::cancel(ConnectionId id) {
  const auto found = dials_.extract(id);
  if (found.empty()) return;
  found.mapped()->done = nullptr;
  found.mapped()->timer.cancel();
  boost::system::error_code ignored;
  found.mapped()->socket.close(ignored);
}

void Dialer::stop() {
  resolver_.stop();
  while (!dials_.empty()) cancel(dials_.begin()->first);
}

}  // namespace pilotlight::transport
