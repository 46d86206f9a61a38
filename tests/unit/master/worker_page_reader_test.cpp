#include "master/worker_page_reader.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <deque>

namespace pilotlight::master {
namespace {

using boost::asio::ip::tcp;
using namespace std::chrono_literals;

/// A web server that lets everybody in and answers when it is told to.
class SlowPages {
 public:
  explicit SlowPages(boost::asio::io_context& io) : acceptor_(io, {boost::asio::ip::make_address("127.0.0.1"), 0}) {
    accept();
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }
  std::size_t waiting() const { return waiting_.size(); }
  /// Whoever waits is sent away without a page.
  void close_all() { waiting_.clear(); }

 private:
  void accept() {
    acceptor_.async_accept([this](boost::system::error_code error, tcp::socket socket) {
      if (error) return;
      waiting_.push_back(std::move(socket));
      accept();
    });
  }

  tcp::acceptor acceptor_;
  std::deque<tcp::socket> waiting_;
};

class WorkerPageReaderTest : public ::testing::Test {
 protected:
  template <typename Condition>
  bool run_until(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!condition() && std::chrono::steady_clock::now() < end) io.run_one_for(10ms);
    return condition();
  }
  void run_for(std::chrono::milliseconds time) {
    io.restart();
    io.run_for(time);
  }

  boost::asio::io_context io;
  SlowPages pages{io};
  WorkerPageReader reader{io};
};

TEST_F(WorkerPageReaderTest, ManyPages_AreReadSoManyAtATime) {
  std::size_t read = 0;
  constexpr std::size_t many = 2 * WorkerPageReader::most_at_once + 10;
  for (std::size_t i = 0; i < many; ++i)
    reader.read_version(pages.url(), 10s, [&](const std::optional<std::string>&) { ++read; });
  ASSERT_TRUE(run_until([&] { return pages.waiting() == WorkerPageReader::most_at_once; }));
  run_for(50ms);
  EXPECT_EQ(pages.waiting(), WorkerPageReader::most_at_once);
  EXPECT_EQ(read, 0U);
  ASSERT_TRUE(run_until([&] {
    pages.close_all();
    return read == many;
  }));
}

TEST_F(WorkerPageReaderTest, DriversGoFirst) {
  std::string order;
  for (std::size_t i = 0; i < WorkerPageReader::most_at_once; ++i) reader.read_version(pages.url(), 10s, [](auto) {});
  reader.read_version("no address", 10s, [&](auto) { order += "version "; });
  reader.read_drivers("no address", 10s, [&](auto) { order += "drivers "; });
  ASSERT_TRUE(run_until([&] {
    pages.close_all();
    return order.size() > 8;
  }));
  EXPECT_EQ(order, "drivers version ");
}

}  // namespace
}  // namespace pilotlight::master
