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

#include "http/own_address.hpp"
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
  bool take(std::size_t bytes, const void* shared = nullptr) {
    release();
    if (!host_.reserve(bytes, shared)) return false;
    taken_ = {bytes, shared};
    return true;
  }
  void release() {
    const auto [bytes, shared] = std::exchange(taken_, {});
    if (bytes != 0 || shared != nullptr) host_.release(bytes, shared);
  }

 private:
  SessionHost& host_;
  std::pair<std::size_t, const void*> taken_{};
};

bool is_this_machines(const tcp::socket& socket) {
  error_code error;
  const auto remote = socket.remote_endpoint(error);
  if (error) return false;
  auto address = remote.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  return is_own_address(address.to_string());
}

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
  using Span = beast::span<const char>;
  using Message = beast::http::response<beast::http::span_body<const char>>;

  void read_header() {
    parser_.emplace();
    head_ = old_ = false;
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

    head_ = message.method() == beast::http::verb::head;
    keep_alive_ = message.keep_alive();
    old_ = message.version() < 11;
    using beast::http::field;
    const auto header = [&](auto name) { return std::string(message[name]); };
    Request request{std::string(message.method_string()),
                    std::move(target->path),
                    std::move(target->query),
                    std::move(parser_->get().body()),
                    std::string(message.target()),
                    {header(field::host), header(field::origin), header("Sec-Fetch-Site"), header("X-Pilotlight-Time"),
                     header("X-Pilotlight-Proof")},
                    message.method() == beast::http::verb::post && is_this_machines(stream_.socket())};
    awaited_ = true;
    host_->answer(request, [weak = weak_from_this()](Response response) {
      if (const auto self = weak.lock()) self->answered(std::move(response));
    });
  }

  void answered(Response response) {
    if (closed_ || !std::exchange(awaited_, false)) return;
    if (!reserved_.take(response.bytes().size(), response.shared.get())) return refuse_for_load();
    if (!response.stream || head_) return write(std::move(response), keep_alive_);
    if (!host_->join_stream(shared_from_this()))
      return write(problem(503, "Too many streams of events are open."), keep_alive_);
    begin_stream(std::move(response));
  }

  void refuse_for_load() { write(problem(503, "Too many answers are under way: ask again in a moment."), false); }

  void write(Response response, bool keep_alive) {
    using beast::http::field;
    response_ = std::move(response);
    auto& message = message_.emplace(static_cast<beast::http::status>(response_.status), 11U);
    set_common_headers(message);
    if (!response_.location.empty()) message.set(field::location, response_.location);
    if (response_.status == 405) message.set(field::allow, response_.allow);
    if (response_.status == 503) message.set(field::retry_after, "1");
    if (response_.status == 468) message.reason("Unknown Protocol Version");
    message.content_length(response_.bytes().size());
    message.keep_alive(keep_alive);
    if (old_ && keep_alive) message.set(field::connection, "keep-alive");
    if (!head_) message.body() = Span(response_.bytes().data(), response_.bytes().size());

    stream_.expires_after(host_->limits().request);
    beast::http::async_write(stream_, message, [self = shared_from_this(), keep_alive](error_code error, std::size_t) {
      if (self->closed_) return;
      self->message_.reset();
      self->response_ = {};
      self->reserved_.release();
      if (error)
        self->end();
      else if (keep_alive)
        self->read_header();
      else
        self->finish();
    });
  }

  void set_common_headers(Message& message) {
    using beast::http::field;
    const auto& framing = host_->limits().allow_framing_from;
    message.set(field::date,
                http_date(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now())));
    message.set(field::cache_control, response_.max_age.count() > 0
                                          ? "public, max-age=" + std::to_string(response_.max_age.count())
                                          : "no-cache, no-store, must-revalidate");
    message.set(field::x_frame_options, framing.empty() ? "SAMEORIGIN" : "ALLOW-FROM " + framing);
    message.set("X-XSS-Protection", "1; mode=block");
    message.set("X-Content-Type-Options", "nosniff");
    message.set("Content-Security-Policy",
                "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
                "form-action 'self'; base-uri 'none'; frame-ancestors 'self'" +
                    (framing.empty() ? "" : " " + framing));
    message.set("Referrer-Policy", "same-origin");
    if (!response_.bytes().empty()) message.set(field::content_type, response_.content_type);
  }

  // ---- a stream of events: its end is the connection's ----

  void begin_stream(Response response) {
    response_ = std::move(response);
    auto& message = message_.emplace(beast::http::status::ok, 11U);
    set_common_headers(message);
    message.set("X-Accel-Buffering", "no");  // a proxy that collects would show nothing
    message.keep_alive(false);
    message.body() = Span(response_.bytes().data(), response_.bytes().size());
    serializer_.emplace(message);
    streams_ = true;
    sending_ = true;
    stream_.expires_never();
    discard();
    stream_.expires_after(host_->limits().request);
    beast::http::async_write(stream_, *serializer_, [self = shared_from_this()](error_code error, std::size_t) {
      if (self->closed_) return;
      self->serializer_.reset();
      self->message_.reset();
      self->reserved_.release();
      self->stream_sent(error);
    });
  }

  void stream_sent(const error_code& error) {
    sending_ = false;
    if (error) return end();
    host_->active(*this);
    if (!next_.empty()) publish(std::exchange(next_, {}));
  }

 public:
  void publish(const std::string& text) override {
    if (closed_ || !streams_) return;
    if (sending_) {
      next_ = text;
      return;
    }
    sending_ = true;
    sent_ = text;
    stream_.expires_after(host_->limits().request);
    asio::async_write(stream_, asio::buffer(sent_), [self = shared_from_this()](error_code error, std::size_t) {
      if (!self->closed_) self->stream_sent(error);
    });
  }

 private:
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
  std::optional<beast::http::response_serializer<beast::http::span_body<const char>>> serializer_;
  Response response_;
  Reservation reserved_;
  bool closed_ = false;
  bool awaited_ = false;     ///< the route has the request
  bool head_ = false;        ///< of the request under way
  bool keep_alive_ = false;  ///< of the request under way
  bool old_ = false;         ///< it is of HTTP/1.0
  bool streams_ = false;
  bool sending_ = false;
  std::string sent_;
  std::string next_;
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
