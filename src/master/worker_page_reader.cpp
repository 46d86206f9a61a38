#include "master/worker_page_reader.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <string_view>
#include <utility>

#include "master/drivers_page.hpp"
#include "master/version_page.hpp"

namespace pilotlight::master {
namespace {

using boost::asio::ip::tcp;
using ErrorCode = boost::system::error_code;

/// The version stands in the page's head line; a busy worker's page may be large, so reading stops early.
constexpr std::size_t longest_head = 256U << 10U;
/// A worker lists 1000 drivers that ended, unless told otherwise.
constexpr std::size_t longest_page = 8U << 20U;

/// Reads until there is enough. `done` gets what came, which may be too little.
class Reading : public std::enable_shared_from_this<Reading> {
 public:
  using Enough = bool (*)(std::string_view text);
  using Done = std::function<void(std::string_view text)>;

  Reading(boost::asio::io_context& io, PageAddress page, std::size_t limit, Enough enough, Done done)
      : resolver_(io),
        socket_(io),
        timer_(io),
        page_(std::move(page)),
        limit_(limit),
        enough_(enough),
        done_(std::move(done)) {}

  void start(Duration timeout) {
    timer_.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(timeout));
    timer_.async_wait([self = shared_from_this()](ErrorCode error) {
      if (!error) self->finish();
    });
    resolver_.async_resolve(page_.host, page_.port, [self = shared_from_this()](ErrorCode error, auto addresses) {
      if (error) return self->finish();
      boost::asio::async_connect(self->socket_, addresses, [self](ErrorCode connect_error, const tcp::endpoint&) {
        if (connect_error) return self->finish();
        self->request();
      });
    });
  }

 private:
  void request() {
    request_ = "GET " + page_.path + " HTTP/1.0\r\nHost: " + page_.host + "\r\nConnection: close\r\n\r\n";
    boost::asio::async_write(socket_, boost::asio::buffer(request_),
                             [self = shared_from_this()](ErrorCode error, std::size_t) {
                               if (error) return self->finish();
                               self->read();
                             });
  }

  void read() {
    socket_.async_read_some(boost::asio::buffer(chunk_),
                            [self = shared_from_this()](ErrorCode error, std::size_t count) {
                              self->text_.append(self->chunk_.data(), count);
                              if (error || self->text_.size() > self->limit_ || self->enough_(self->recent(count)))
                                return self->finish();
                              self->read();
                            });
  }

  /// What is looked for may begin in an earlier chunk; looking at all of a large page again and again would not end.
  [[nodiscard]] std::string_view recent(std::size_t count) const {
    const std::string_view text = text_;
    return text.substr(text.size() - std::min(text.size(), count + look_back));
  }

  void finish() {
    if (!done_) return;
    const auto done = std::exchange(done_, nullptr);
    timer_.cancel();
    resolver_.cancel();
    ErrorCode ignored;
    socket_.close(ignored);
    done(text_);
  }

  static constexpr std::size_t look_back = 4096;

  tcp::resolver resolver_;
  tcp::socket socket_;
  boost::asio::steady_timer timer_;
  PageAddress page_;
  const std::size_t limit_;
  const Enough enough_;
  Done done_;
  std::string request_;
  std::string text_;
  std::array<char, 8192> chunk_{};
};

void read_page(boost::asio::io_context& io, const std::string& web_ui_url, Duration timeout, std::size_t limit,
               Reading::Enough enough, Reading::Done done) {
  if (auto page = parse_page_url(web_ui_url))
    std::make_shared<Reading>(io, std::move(*page), limit, enough, std::move(done))->start(timeout);
  else
    boost::asio::post(io, [done = std::move(done)] { done({}); });
}

}  // namespace

void read_worker_version(boost::asio::io_context& io, const std::string& web_ui_url, Duration timeout,
                         VersionRead done) {
  read_page(
      io, web_ui_url, timeout, longest_head,
      [](std::string_view text) { return spark_version_in_page(text).has_value(); },
      [done = std::move(done)](std::string_view text) { done(spark_version_in_page(text)); });
}

void read_worker_drivers(boost::asio::io_context& io, const std::string& web_ui_url, Duration timeout,
                         DriversRead done) {
  read_page(io, web_ui_url, timeout, longest_page, is_whole_page, [done = std::move(done)](std::string_view text) {
    if (is_whole_page(text) && spark_version_in_page(text))
      done(drivers_in_page(text));
    else
      done(std::nullopt);
  });
}

}  // namespace pilotlight::master
