#include "master/prober.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <utility>
#include <vector>

namespace pilotlight::master {
namespace {

using boost::asio::ip::tcp;
using election::Found;
using ErrorCode = boost::system::error_code;

/// One port of one host. Resolved anew each time: in a container network a dead host's name is gone as well, which
/// proves nothing.
class Knock : public std::enable_shared_from_this<Knock> {
 public:
  Knock(boost::asio::io_context& io, Probed done) : resolver_(io), socket_(io), timer_(io), done_(std::move(done)) {}

  void start(const std::string& host, std::int32_t port, Duration timeout) {
    timer_.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(timeout));
    timer_.async_wait([self = shared_from_this()](ErrorCode error) {
      if (!error) self->finish(Found::unknown);
    });
    ErrorCode not_numeric;
    const auto address = boost::asio::ip::make_address(host, not_numeric);
    if (!not_numeric) return connect({tcp::endpoint(address, static_cast<unsigned short>(port))});
    resolver_.async_resolve(host, std::to_string(port), [self = shared_from_this()](ErrorCode error, auto addresses) {
      if (error) return self->finish(Found::unknown);
      std::vector<tcp::endpoint> endpoints;
      for (const auto& entry : addresses) endpoints.push_back(entry.endpoint());
      self->connect(std::move(endpoints));
    });
  }

 private:
  void connect(std::vector<tcp::endpoint> endpoints) {
    endpoints_ = std::move(endpoints);
    boost::asio::async_connect(socket_, endpoints_, [self = shared_from_this()](ErrorCode error, const tcp::endpoint&) {
      if (!error) return self->finish(Found::somebody);
      self->finish(error == boost::asio::error::connection_refused ? Found::nobody : Found::unknown);
    });
  }

  void finish(Found found) {
    if (!done_) return;
    const auto done = std::exchange(done_, nullptr);
    timer_.cancel();
    resolver_.cancel();
    ErrorCode ignored;
    socket_.close(ignored);
    done(found);
  }

  tcp::resolver resolver_;
  tcp::socket socket_;
  boost::asio::steady_timer timer_;
  std::vector<tcp::endpoint> endpoints_;
  Probed done_;
};

struct Both {
  int open = 0;
  bool somebody = false;
  bool unknown = false;
  Probed done;
};

}  // namespace

void probe(boost::asio::io_context& io, const std::string& host, std::int32_t rpc_port, std::int32_t web_port,
           Duration timeout, Probed done) {
  auto both = std::make_shared<Both>();
  both->done = std::move(done);
  const auto one = [both](Found found) {
    both->somebody |= found == Found::somebody;
    both->unknown |= found == Found::unknown;
    if (--both->open > 0) return;
    both->done(both->somebody ? Found::somebody : both->unknown ? Found::unknown : Found::nobody);
  };
  std::vector<std::int32_t> ports{rpc_port};
  if (web_port != 0) ports.push_back(web_port);
  both->open = static_cast<int>(ports.size());
  for (const auto port : ports) std::make_shared<Knock>(io, one)->start(host, port, timeout);
}

}  // namespace pilotlight::master
