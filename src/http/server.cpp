#include "http/server.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <unordered_map>
#include <utility>
#include <vector>

#include "http/session.hpp"

namespace pilotlight::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto accept_pause = std::chrono::milliseconds(100);

std::string endpoint_text(const std::string& host, std::int32_t port) { return host + ":" + std::to_string(port); }

/// As Spark's Utils.userPort: beyond 65535 it goes on at 1024.
std::int32_t following_port(std::int32_t port, std::int32_t offset) {
  return port == 0 ? 0 : (port + offset - 1024) % (65536 - 1024) + 1024;
}

}  // namespace

class Server::Impl : public SessionHost, public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::io_context& io, ServerLimits limits, Route route)
      : io_(io), limits_(limits), route_(std::move(route)), acceptor_(io), pause_(io) {}

  Result<std::int32_t> listen(const std::string& bind_address, std::int32_t port, std::int32_t max_retries) {
    error_code error;
    const auto address = resolve(bind_address, error);
    if (error)
      return fatal("the web UI cannot listen on " + bind_address + " (" + error.message() +
                   "): correct SPARK_LOCAL_IP");
    for (std::int32_t attempt = 0; attempt <= std::max(max_retries, 0); ++attempt) {
      const auto candidate = attempt == 0 ? port : following_port(port, attempt);
      error = open(tcp::endpoint(address, static_cast<std::uint16_t>(candidate)));
      if (!error) {
        accept();
        return static_cast<std::int32_t>(acceptor_.local_endpoint().port());
      }
      if (error != asio::error::address_in_use) break;
    }
    const auto tried = max_retries > 0 && error == asio::error::address_in_use
                           ? " and the " + std::to_string(max_retries) + " ports after it"
                           : "";
    return fatal("the web UI cannot listen on " + endpoint_text(bind_address, port) + tried + " (" + error.message() +
                 "): free the port or choose another with --webui-port");
  }

  void adopt(int native_handle, std::string first_bytes) {
    auto session = make_session(io_, native_handle, std::move(first_bytes), shared_from_this());
    if (session == nullptr) return;
    if (stopped_) return session->close();
    if (sessions_.size() >= limits_.connections && !sessions_.empty()) {
      const auto quiet = sessions_.front();
      sessions_.pop_front();
      quiet->close();
    }
    session->place = sessions_.insert(sessions_.end(), session);
    session->start();
  }

  void stop() {
    stopped_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    for (const auto& session : std::exchange(sessions_, {})) session->close();
  }

  [[nodiscard]] std::size_t connections() const { return sessions_.size(); }

  [[nodiscard]] const ServerLimits& limits() const override { return limits_; }
  void answer(const Request& request, Reply reply) override { route_(request, std::move(reply)); }
  bool reserve(std::size_t bytes, const void* shared) override {
    if (shared != nullptr && shared_.contains(shared)) {
      ++shared_[shared];
      return true;
    }
    // A single one is let through whatever its size, or a large cluster could never be shown.
    if (buffered_ != 0 && bytes > limits_.buffered_bytes - std::min(buffered_, limits_.buffered_bytes)) return false;
    buffered_ += bytes;
    if (shared != nullptr) shared_.emplace(shared, 1);
    return true;
  }
  void release(std::size_t bytes, const void* shared) override {
    if (shared != nullptr) {
      const auto found = shared_.find(shared);
      if (--found->second > 0) return;
      shared_.erase(found);
    }
    buffered_ -= bytes;
  }
  bool join_stream(const std::shared_ptr<Session>& session) override {
    std::erase_if(streams_, [](const auto& stream) { return stream.expired(); });
    if (streams_.size() >= limits_.streams) return false;
    streams_.push_back(session);
    return true;
  }
  void publish(const std::string& text) {
    std::erase_if(streams_, [](const auto& stream) { return stream.expired(); });
    for (const auto& stream : std::vector(streams_))
      if (const auto session = stream.lock()) session->publish(text);
  }
  [[nodiscard]] std::size_t streams() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(streams_, [](const auto& stream) { return !stream.expired(); }));
  }
  void active(Session& session) override { sessions_.splice(sessions_.end(), sessions_, session.place); }
  void ended(Session& session) override { sessions_.erase(session.place); }

 private:
  asio::ip::address resolve(std::string name, error_code& error) {
    if (name.size() > 2 && name.front() == '[' && name.back() == ']') name = name.substr(1, name.size() - 2);
    const auto address = asio::ip::make_address(name, error);
    if (!error) return address;
    tcp::resolver resolver(io_);
    const auto found = resolver.resolve(name, "", error);
    return error || found.empty() ? asio::ip::address() : found.begin()->endpoint().address();
  }

  error_code open(const tcp::endpoint& endpoint) {
    error_code error;
    error_code ignored;
    acceptor_.close(ignored);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(tcp::acceptor::max_listen_connections, error);
    return error;
  }

  void accept() {
    acceptor_.async_accept([self = shared_from_this()](error_code error, tcp::socket socket) {
      if (self->stopped_) return;
      if (error == asio::error::no_descriptors || error == asio::error::no_buffer_space ||
          error == asio::error::no_memory)
        return self->accept_later();
      if (!error) {
        const int handle = socket.release(error);
        if (!error) self->adopt(handle, "");
      }
      self->accept();
    });
  }

  // Without descriptors accepting fails at once, again and again, until some connection ends.
  void accept_later() {
    pause_.expires_after(accept_pause);
    pause_.async_wait([self = shared_from_this()](error_code error) {
      if (!error && !self->stopped_) self->accept();
    });
  }

  asio::io_context& io_;
  const ServerLimits limits_;
  const Route route_;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::list<std::shared_ptr<Session>> sessions_;  ///< the one that has been quiet for longest first
  std::vector<std::weak_ptr<Session>> streams_;
  std::size_t buffered_ = 0;
  std::unordered_map<const void*, std::size_t> shared_;  ///< what several answers under way share → how many
  bool stopped_ = false;
};

Server::Server(asio::io_context& io, ServerLimits limits, Route route)
    : impl_(std::make_shared<Impl>(io, limits, std::move(route))) {}
Server::~Server() { impl_->stop(); }

Result<std::int32_t> Server::listen(const std::string& bind_address, std::int32_t port, std::int32_t max_retries) {
  return impl_->listen(bind_address, port, max_retries);
}
void Server::adopt(int native_handle, std::string first_bytes) { impl_->adopt(native_handle, std::move(first_bytes)); }
void Server::publish(const std::string& text) { impl_->publish(text); }
std::size_t Server::streams() const { return impl_->streams(); }
void Server::stop() { impl_->stop(); }
std::size_t Server::connections() const { return impl_->connections(); }

}  // namespace pilotlight::http
