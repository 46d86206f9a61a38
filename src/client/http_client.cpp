#include "client/http_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <cstring>
#include <optional>

#include "transport/resolver.hpp"

namespace pilotlight::client {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint32_t largest_header = 64U << 10U;
/// A name with more addresses than this is a mistake, or an attack on whoever is behind them.
constexpr std::size_t most_addresses = 8;

tcp::endpoint endpoint_of(const transport::SocketAddress& address) {
  tcp::endpoint endpoint;
  std::memcpy(endpoint.data(), address.data(), address.size());
  endpoint.resize(address.size());
  return endpoint;
}

/// One request, from the look-up to the answer. Lives as long as something of it is under way.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(asio::io_context& io, Request request, HttpClient::Done done)
      : io_(io), timer_(io), to_(request.to), connect_within_(request.connect_within), done_(std::move(done)) {
    message_.method_string(request.method);
    message_.target(request.target);
    message_.version(11);
    message_.set(http::field::host, client::to_string(to_));
    message_.set(http::field::user_agent, "pilotlight");
    message_.set(http::field::connection, "close");
    message_.set(http::field::accept, "application/json, text/plain");
    for (const auto& [name, value] : request.headers) message_.set(name, value);
    if (!request.body.empty()) message_.set(http::field::content_type, "application/json");
    message_.body() = std::move(request.body);
    message_.prepare_payload();
    parser_.body_limit(largest_answer);
    parser_.header_limit(largest_header);
  }

  void begin(transport::Resolver& resolver, Duration limit) {
    deadline_ = started_ + limit;
    wait_until(started_ + std::min(limit, connect_within_));
    if (const auto number = transport::numeric_address(to_.host, to_.port)) {
      // Not from inside send(): a refused connection may be told at once.
      asio::post(io_, [self = shared_from_this(), number = *number] { self->connect({number}); });
      return;
    }
    resolver.resolve(to_.host, to_.port, [self = shared_from_this()](auto found) {
      if (found)
        self->connect(*found);
      else
        self->finish(Outcome::unknown_host, found.error().message);
    });
  }

 private:
  void wait_until(Instant moment) {
    timer_.expires_at(moment);
    timer_.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->time_is_over();
    });
  }

  void connect(const std::vector<transport::SocketAddress>& addresses) {
    if (!done_) return;
    const auto count = std::min(addresses.size(), most_addresses);
    attempts_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) attempts_.emplace_back(io_);
    pending_ = count;
    for (std::size_t i = 0; i < count; ++i) {
      attempts_[i].async_connect(endpoint_of(addresses[i]),
                                 [self = shared_from_this(), i](error_code error) { self->connected(i, error); });
    }
  }

  void connected(std::size_t index, error_code error) {
    if (!done_ || socket_) return;
    --pending_;
    if (error) {
      // Of several troubles the one that says most: somebody's kernel answered.
      if (!trouble_ || error == asio::error::connection_refused) trouble_ = error;
      if (pending_ > 0) return;
      finish(*trouble_ == asio::error::connection_refused ? Outcome::refused : Outcome::unreachable,
             trouble_->message());
      return;
    }
    socket_.emplace(std::move(attempts_[index]));
    for (auto& attempt : attempts_) close(attempt);
    error_code ignored;
    socket_->set_option(tcp::no_delay(true), ignored);
    wait_until(deadline_);
    http::async_write(*socket_, message_, [self = shared_from_this()](error_code failed, std::size_t) {
      if (failed) return self->broken(failed);
      http::async_read(*self->socket_, self->buffer_, self->parser_,
                       [self](error_code error, std::size_t) { self->read(error); });
    });
  }

  void read(error_code error) {
    if (error) return broken(error);
    reply_.status = static_cast<int>(parser_.get().result_int());
    reply_.body = std::move(parser_.get().body());
    finish(Outcome::answered, {});
  }

  void broken(error_code error) {
    if (error == http::error::body_limit)
      return finish(Outcome::not_http, "the answer is larger than " + std::to_string(largest_answer >> 20U) + " MiB");
    finish(Outcome::not_http, error == http::error::end_of_stream || error == asio::error::connection_reset ||
                                      error == asio::error::eof || error == asio::error::broken_pipe
                                  ? "the connection was closed without an answer"
                                  : "this is no HTTP: " + error.message());
  }

  void time_is_over() {
    if (socket_) return finish(Outcome::silent, "no answer in time");
    finish(Outcome::unreachable, attempts_.empty() ? "the name server does not answer" : "no connection in time");
  }

  void finish(Outcome outcome, std::string trouble) {
    if (!done_) return;
    timer_.cancel();
    for (auto& attempt : attempts_) close(attempt);
    if (socket_) close(*socket_);
    reply_.outcome = outcome;
    reply_.trouble = std::move(trouble);
    reply_.took = std::chrono::steady_clock::now() - started_;
    std::exchange(done_, nullptr)(std::move(reply_));
  }

  static void close(tcp::socket& socket) {
    error_code ignored;
    socket.close(ignored);
  }

  asio::io_context& io_;
  asio::steady_timer timer_;
  const Address to_;
  const Duration connect_within_;
  HttpClient::Done done_;  // empty once it was called
  const Instant started_ = std::chrono::steady_clock::now();
  Instant deadline_{};
  http::request<http::string_body> message_;
  http::response_parser<http::string_body> parser_;
  boost::beast::flat_buffer buffer_;
  std::vector<tcp::socket> attempts_;
  std::size_t pending_ = 0;
  std::optional<error_code> trouble_;
  std::optional<tcp::socket> socket_;
  Reply reply_;
};

}  // namespace

class HttpClient::Impl {
 public:
  asio::io_context io{1};
  transport::Resolver resolver{io};
};

HttpClient::HttpClient() : impl_(std::make_shared<Impl>()) {}
HttpClient::~HttpClient() = default;

void HttpClient::send(Request request, Duration limit, Done done) {
  std::make_shared<Exchange>(impl_->io, std::move(request), std::move(done))->begin(impl_->resolver, limit);
}

void HttpClient::after(Duration wait, std::function<void()> function) {
  auto timer = std::make_shared<asio::steady_timer>(impl_->io, wait);
  timer->async_wait([timer, function = std::move(function)](error_code error) {
    if (!error) function();
  });
}

void HttpClient::post(std::function<void()> function) { asio::post(impl_->io, std::move(function)); }

void HttpClient::run(Duration limit) {
  impl_->io.restart();
  impl_->io.run_for(limit);
}

void HttpClient::stop() { impl_->io.stop(); }

}  // namespace pilotlight::client
