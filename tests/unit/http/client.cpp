#include "unit/http/client.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <thread>

namespace pilotlight::http {

class RunningServer::Impl {
 public:
  Impl(ServerLimits limits, Route route)
      : io_(1), work_(io_.get_executor()), server_(std::in_place, io_, limits, std::move(route)) {
    auto port = server_->listen("127.0.0.1", 0, 0);
    EXPECT_TRUE(port.ok()) << port.error().to_string();
    port_ = port.ok() ? *port : 0;
    thread_ = std::thread([this] { io_.run(); });
  }
  ~Impl() {
    on_thread([&] { server_.reset(); });
    work_.reset();
    thread_.join();  // no session keeps the loop alive
  }
  template <typename Work>
  void on_thread(Work work) {
    std::promise<void> done;
    boost::asio::post(io_, [&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }

  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::optional<Server> server_;
  std::int32_t port_ = 0;
  std::thread thread_;
};

RunningServer::RunningServer(ServerLimits limits, Route route)
    : impl_(std::make_unique<Impl>(limits, std::move(route))) {}
RunningServer::~RunningServer() = default;
std::int32_t RunningServer::port() const { return impl_->port_; }
void RunningServer::adopt(int native_handle, std::string first_bytes) {
  impl_->on_thread([&] { impl_->server_->adopt(native_handle, std::move(first_bytes)); });
}
void RunningServer::stop() {
  impl_->on_thread([&] { impl_->server_->stop(); });
}
void RunningServer::publish(const std::string& text) {
  impl_->on_thread([&] { impl_->server_->publish(text); });
}
void RunningServer::on_thread(const std::function<void()>& work) { impl_->on_thread(work); }
std::size_t RunningServer::connections() {
  std::size_t count = 0;
  impl_->on_thread([&] { count = impl_->server_->connections(); });
  return count;
}

Client::Client(std::int32_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
}

Client::~Client() {
  if (socket_ >= 0) close(socket_);
}

void Client::set_small_receive_buffer() {
  const int bytes = 4096;
  setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool Client::receive(std::chrono::milliseconds limit) {
  pollfd poll_for{socket_, POLLIN, 0};
  if (poll(&poll_for, 1, static_cast<int>(limit.count())) <= 0) return false;
  char bytes[65536];
  const auto count = recv(socket_, bytes, sizeof bytes, 0);
  if (count <= 0) return false;
  received_.append(bytes, static_cast<std::size_t>(count));
  return true;
}

std::string Client::answer(bool head) {
  constexpr std::string_view length_header = "Content-Length: ";
  constexpr auto limit = std::chrono::seconds(10);
  std::size_t header_end = 0;
  while ((header_end = received_.find("\r\n\r\n")) == std::string::npos)
    if (!receive(limit)) return "";
  std::size_t size = header_end + 4;
  const auto at = received_.find(length_header);
  if (!head && at < header_end) size += std::stoul(received_.substr(at + length_header.size()));
  while (received_.size() < size)
    if (!receive(limit)) return "";
  auto answer = received_.substr(0, size);
  received_.erase(0, size);
  return answer;
}

std::string Client::rest(std::chrono::milliseconds limit) {
  while (receive(limit)) {}
  return std::move(received_);
}

bool Client::closed_within(std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd poll_for{socket_, POLLIN, 0};
    if (poll(&poll_for, 1, static_cast<int>(left.count())) <= 0) return false;
    char byte = 0;
    if (recv(socket_, &byte, 1, 0) <= 0) return true;
  }
}

}  // namespace pilotlight::http
