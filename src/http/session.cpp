#include "http/session.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <optional>
#include <utility>

#include "http/spark_format.hpp"
#include "http/target.hpp"
#include "http/views.hpp"

namespace pilotlight::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t read_ahead = 16U << 10U;
constexpr auto linger = std::chrono::seconds(1);
constexpr std::size_t linger_bytes = 256U << 10U;

/// Of the bytes that may be under way on all connections; given back when it goes.
class Reservation {
 public:
  explicit Reservation(SessionHost& host) : host_(host) {}
  ~Reservation() { release(); }
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;
  bool take(std::size_t bytes) {
    release();
    if (!host_.reserve(bytes)) return false;
    bytes_ = bytes;
    return true;
  }
  void release() { host_.release(std::exchange(bytes_, 0)); }

 private:
  SessionHost& host_;
  std::size_t bytes_ = 0;
};

Response problem(int status, std::string_view sentence) {
  const auto title = std::to_string(status) + " " +
                     std::string(beast::http::obsolete_reason(static_cast<beast::http::status>(status)));
  return {status, "text/html;charset=utf-8", error_page(title, sentence), ""};
}

/// The answer to bytes that are no request; nullopt when there is nobody to answer.
std::optional<Response> answer_to(const error_code& code) {
  using beast::http::error;
  if (code == error::end_of_stream || code == error::partial_message) return std::nullopt;
  if (code == error::header_limit || code == error::buffer_overflow)
    return problem(431, "The request's header is too long.");
  if (code == error::body_limit) return problem(413, "The request's body is too long.");
  if (code.category() == error_code(error::bad_method).category())
    return problem(400, "This is not an HTTP/1.1 request.");
  return std::nullopt;
}

class BeastSession : public Session, public std::enable_shared_from_this<BeastSession> {
 public:
  BeastSession(tcp::socket socket, std::string first_bytes, std::shared_ptr<SessionHost> host)
      : host_(std::move(host)),
        stream_(std::move(socket)),
        buffer_(host_->limits().header_bytes + std::max(read_ahead, first_bytes.size())),
        reserved_(*host_) {
    buffer_.commit(asio::buffer_copy(buffer_.prepare(first_bytes.size()), asio::buffer(first_bytes)));
  }

  void start() override { read_header(); }

  void close() override {
    closed_ = true;
    stream_.close();
  }

 private:
  using Parser = beast::http::request_parser<beast::http::string_body>;
  using Message = beast::http::response<beast::http::string_body>;

  void read_header() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(host_->limits().header_bytes));
    parser_->body_limit(host_->limits().body_bytes);
    stream_.expires_after(host_->limits().request);
    beast::http::async_read_header(stream_, buffer_, *parser_,
                                   [self = shared_from_this()](error_code error, std::size_t) {
                                     if (self->may_go_on(error)) self->on_header();
                                   });
  }

  void on_header() {
    if (parser_->is_done()) return on_request();
    const auto length = parser_->content_length();
    if (!reserved_.take(length ? static_cast<std::size_t>(*length) : host_->limits().body_bytes))
      return refuse_for_load();
    if (beast::iequals(parser_->get()[beast::http::field::expect], "100-continue")) return tell_to_continue();
    read_body();
  }

  void tell_to_continue() {
    static constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(text), [self = shared_from_this()](error_code error, std::size_t) {
      if (self->may_go_on(error)) self->read_body();
    });
  }

  void read_body() {
    beast::http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](error_code error, std::size_t) {
      if (self->may_go_on(error)) self->on_request();
    });
  }

  /// Whether an operation succeeded; otherwise the session is on its way to its end.
  bool may_go_on(const error_code& error) {
    if (closed_) return false;
    if (!error) return true;
    if (auto response = answer_to(error))
      write(std::move(*response), false);
    else
      end();
    return false;
  }

  void on_request() {
    host_->active(*this);
    const auto& message = parser_->get();
    auto target = parse_target(message.target());
    if (!target) return write(problem(400, "The address is malformed."), false);
    if (message.version() >= 11 && message.count(beast::http::field::host) != 1)
      return write(problem(400, "An HTTP/1.1 request has one Host header."), false);
    // Refused here for every route: it would show headers, with their secrets, to scripts.
    if (message.method() == beast::http::verb::trace)
      return write(problem(405, "TRACE is not answered."), message.keep_alive());

    const Request request{std::string(message.method_string()), std::move(target->path), std::move(target->query),
                          message.body()};
    auto response = host_->answer(request);
    if (!reserved_.take(response.body.size())) return refuse_for_load();
    write(std::move(response), message.keep_alive());
  }

  void refuse_for_load() { write(problem(503, "Too many answers are under way: ask again in a moment."), false); }

  void write(Response response, bool keep_alive) {
    using beast::http::field;
    const bool head = parser_->get().method() == beast::http::verb::head;
    auto& message = message_.emplace(static_cast<beast::http::status>(response.status), 11U);
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    message.set(field::date, http_date(now));
    message.set(field::cache_control, "no-cache, no-store, must-revalidate");
    message.set(field::x_frame_options, "SAMEORIGIN");
    message.set("X-XSS-Protection", "1; mode=block");
    message.set("X-Content-Type-Options", "nosniff");
    if (!response.body.empty()) message.set(field::content_type, response.content_type);
    if (!response.location.empty()) message.set(field::location, response.location);
    if (response.status == 405) message.set(field::allow, "GET, HEAD");
    if (response.status == 503) message.set(field::retry_after, "1");
    message.content_length(response.body.size());
    message.keep_alive(keep_alive);
    if (parser_->get().version() < 11 && keep_alive) message.set(field::connection, "keep-alive");
    if (!head) message.body() = std::move(response.body);

    stream_.expires_after(host_->limits().request);
    beast::http::async_write(stream_, message, [self = shared_from_this(), keep_alive](error_code error, std::size_t) {
      if (self->closed_) return;
      self->message_.reset();
      self->reserved_.release();
      if (error)
        self->end();
      else if (keep_alive)
        self->read_header();
      else
        self->finish();
    });
  }

  // Closing with unread bytes would reset the connection, and the client might lose the answer.
  void finish() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.expires_after(linger);
    discard();
  }

  void discard() {
    stream_.async_read_some(asio::buffer(discarded_), [self = shared_from_this()](error_code error, std::size_t count) {
      if (self->closed_) return;
      self->discarded_count_ += count;
      if (error || self->discarded_count_ > linger_bytes)
        self->end();
      else
        self->discard();
    });
  }

  void end() {
    close();
    host_->ended(*this);
  }

  const std::shared_ptr<SessionHost> host_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::optional<Message> message_;
  Reservation reserved_;
  bool closed_ = false;
  std::array<char, 1024> discarded_{};
  std::size_t discarded_count_ = 0;
};

}  // namespace

std::shared_ptr<Session> make_session(asio::io_context& io, int native_handle, std::string first_bytes,
                                      std::shared_ptr<SessionHost> host) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  tcp::socket socket(io);
  error_code error;
  if (getsockname(native_handle, reinterpret_cast<sockaddr*>(&address), &length) == 0)
    socket.assign(address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), native_handle, error);
  if (!socket.is_open()) {
    ::close(native_handle);
    return nullptr;
  }
  socket.set_option(tcp::no_delay(true), error);
  return std::make_shared<BeastSession>(std::move(socket), std::move(first_bytes), std::move(host));
}

}  // namespace pilotlight::http
