#include "master/version_reader.hpp"

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <utility>

#include "master/version_page.hpp"

namespace pilotlight::master {
namespace {

using boost::asio::ip::tcp;
using ErrorCode = boost::system::error_code;

/// The version stands in the page's head line; a busy worker's page may be large, so reading stops early.
constexpr std::size_t longest_page = 256U << 10U;

class Reading : public std::enable_shared_from_this<Reading> {
 public:
  Reading(boost::asio::io_context& io, PageAddress page, VersionRead done)
      : resolver_(io), socket_(io), timer_(io), page_(std::move(page)), done_(std::move(done)) {}

  void start(Duration timeout) {
    timer_.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(timeout));
    timer_.async_wait([self = shared_from_this()](ErrorCode error) {
      if (!error) self->finish(std::nullopt);
    });
    resolver_.async_resolve(page_.host, page_.port, [self = shared_from_this()](ErrorCode error, auto addresses) {
      if (error) return self->finish(std::nullopt);
      boost::asio::async_connect(self->socket_, addresses, [self](ErrorCode connect_error, const tcp::endpoint&) {
        if (connect_error) return self->finish(std::nullopt);
        self->request();
      });
    });
  }

 private:
  void request() {
    text_ = "GET " + page_.path + " HTTP/1.0\r\nHost: " + page_.host + "\r\nConnection: close\r\n\r\n";
    boost::asio::async_write(socket_, boost::asio::buffer(text_),
                             [self = shared_from_this()](ErrorCode error, std::size_t) {
                               if (error) return self->finish(std::nullopt);
                               self->text_.clear();
                               self->read();
                             });
  }

  void read() {
    socket_.async_read_some(boost::asio::buffer(chunk_),
                            [self = shared_from_this()](ErrorCode error, std::size_t count) {
                              self->text_.append(self->chunk_.data(), count);
                              if (auto version = spark_version_in_page(self->text_))
                                return self->finish(std::move(version));
                              if (error || self->text_.size() > longest_page) return self->finish(std::nullopt);
                              self->read();
                            });
  }

  void finish(std::optional<std::string> version) {
    if (!done_) return;
    const auto done = std::exchange(done_, nullptr);
    timer_.cancel();
    resolver_.cancel();
    ErrorCode ignored;
    socket_.close(ignored);
    done(std::move(version));
  }

  tcp::resolver resolver_;
  tcp::socket socket_;
  boost::asio::steady_timer timer_;
  PageAddress page_;
  VersionRead done_;
  std::string text_;
  std::array<char, 8192> chunk_{};
};

}  // namespace

void read_worker_version(boost::asio::io_context& io, const std::string& web_ui_url, Duration timeout,
                         VersionRead done) {
  auto page = parse_page_url(web_ui_url);
  if (!page) {
    boost::asio::post(io, [done = std::move(done)] { done(std::nullopt); });
    return;
  }
  std::make_shared<Reading>(io, std::move(*page), std::move(done))->start(timeout);
}

}  // namespace pilotlight::master
