#include "master/worker_page_reader.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <deque>
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

}  // namespace

class WorkerPageReader::Queue : public std::enable_shared_from_this<WorkerPageReader::Queue> {
 public:
  explicit Queue(boost::asio::io_context& io) : io_(io) {}

  struct Wanted {
    std::string web_ui_url;
    Duration timeout;
    std::size_t limit;
    Reading::Enough enough;
    Reading::Done done;
  };

  void push_back(Wanted wanted) {
    waiting_.push_back(std::move(wanted));
    start_next();
  }
  void push_front(Wanted wanted) {
    waiting_.push_front(std::move(wanted));
    start_next();
  }

 private:
  void start_next() {
    while (under_way_ < most_at_once && !waiting_.empty()) {
      start(std::move(waiting_.front()));
      waiting_.pop_front();
    }
  }

  void start(Wanted wanted) {
    ++under_way_;
    auto done = [self = shared_from_this(), tell = std::move(wanted.done)](std::string_view text) {
      --self->under_way_;
      tell(text);
      self->start_next();
    };
    if (auto page = parse_page_url(wanted.web_ui_url))
      std::make_shared<Reading>(io_, std::move(*page), wanted.limit, wanted.enough, std::move(done))
          ->start(wanted.timeout);
    else
      boost::asio::post(io_, [done = std::move(done)] { done({}); });
  }

  boost::asio::io_context& io_;
  std::deque<Wanted> waiting_;
  std::size_t under_way_ = 0;
};

WorkerPageReader::WorkerPageReader(boost::asio::io_context& io) : queue_(std::make_shared<Queue>(io)) {}
WorkerPageReader::~WorkerPageReader() = default;

void WorkerPageReader::read_version(const std::string& web_ui_url, Duration timeout, VersionRead done) {
  queue_->push_back({web_ui_url, timeout, longest_head,
                     [](std::string_view text) { return spark_version_in_page(text).has_value(); },
                     [done = std::move(done)](std::string_view text) { done(spark_version_in_page(text)); }});
}

void WorkerPageReader::read_drivers(const std::string& web_ui_url, Duration timeout, DriversRead done) {
  queue_->push_front(
      {web_ui_url, timeout, longest_page, is_whole_page, [done = std::move(done)](std::string_view text) {
         if (is_whole_page(text) && spark_version_in_page(text))
           done(drivers_in_page(text));
         else
           done(std::nullopt);
       }});
}

}  // namespace pilotlight::master
