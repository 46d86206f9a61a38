#include "load/peer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "load/understand.hpp"
#include "transport/rpc_message.hpp"

namespace pilotlight::load {
namespace {

constexpr std::size_t frame_bytes_max = 16U << 20U;
constexpr std::string_view verifier = "endpoint-verifier";

std::string system_error(const std::string& what) { return what + ": " + std::strerror(errno); }

sockaddr_in ip_address(const std::string& host, std::int32_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  inet_pton(AF_INET, host.c_str(), &address.sin_addr);
  return address;
}

void set_option(int socket, int level, int name) {
  const int on = 1;
  setsockopt(socket, level, name, &on, sizeof on);
}

}  // namespace

Peer::Peer(EventLoop& loop, const Target& target, deploy::Address self)
    : loop_(loop), target_(&target), self_(std::move(self)), decoder_(frame_bytes_max) {}

Peer::~Peer() { disconnect(); }

void Peer::connect() {
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0) return lose(system_error("no socket"));
  set_option(socket_, IPPROTO_TCP, TCP_NODELAY);
  // The port is chosen by the four-tuple: 10,000 peers would otherwise use up the ports of one address.
  set_option(socket_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
  const auto from = ip_address(self_.host, 0);
  const auto to = ip_address(target_->master.host, target_->master.port);
  if (bind(socket_, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0)
    return lose(system_error("cannot connect from " + self_.host));
  state_ = State::connecting;
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 && errno != EINPROGRESS)
    return lose(system_error("cannot connect"));
  waits_to_write_ = true;
  loop_.watch(socket_, *this, true);
}

void Peer::adopt(int socket) {
  socket_ = socket;
  set_option(socket_, IPPROTO_TCP, TCP_NODELAY);
  state_ = State::verified;
  loop_.watch(socket_, *this, false);
}

void Peer::disconnect() {
  if (socket_ >= 0) {
    loop_.forget(socket_);
    close(std::exchange(socket_, -1));
  }
  state_ = State::ended;
}

void Peer::lose(const std::string& reason) {
  disconnect();
  on_lost(reason);
}

void Peer::on_ready(bool readable, bool writable) {
  if (state_ == State::connecting && (writable || readable)) connected();
  if (writable && state_ != State::ended && state_ != State::connecting) write_some();
  if (readable && state_ != State::ended && state_ != State::connecting) read_all();
}

void Peer::connected() {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return lose(std::string("cannot connect: ") + std::strerror(error));
  state_ = State::verifying;
  ask(deploy::CheckExistence{"Master"}, verifier);
}

std::string one_way_frame(const deploy::Address& self, const Target& target, const deploy::ToMaster& message) {
  return transport::encode_one_way_message(transport::encode_envelope(self, target.master, "Master"),
                                           deploy::encode(message, target.dialect));
}

std::int64_t Peer::ask(const deploy::ToMaster& message, std::string_view endpoint) {
  const std::int64_t id = ++last_request_id_;
  send_frame(transport::encode_rpc_request(id, transport::encode_envelope(self_, target_->master, endpoint),
                                           deploy::encode(message, target_->dialect)));
  return id;
}

void Peer::send_frame(std::string_view frame) {
  if (socket_ < 0) return;
  unsent_.append(frame);
  if (unsent_.size() == frame.size()) write_some();
}

void Peer::write_some() {
  while (!unsent_.empty()) {
    const auto count = ::send(socket_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) break;
    if (count < 0) return lose(system_error("cannot send"));
    unsent_.erase(0, static_cast<std::size_t>(count));
  }
  if (waits_to_write_ == unsent_.empty()) {
    waits_to_write_ = !unsent_.empty();
    loop_.change(socket_, *this, waits_to_write_);
  }
}

void Peer::read_all() {
  static std::array<char, 256U << 10U> buffer;
  for (;;) {
    const auto count = recv(socket_, buffer.data(), buffer.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return;
    if (count < 0) return lose(system_error("cannot receive"));
    if (count == 0) return lose("the master closed the connection");
    read_frames({buffer.data(), static_cast<std::size_t>(count)});
    if (state_ == State::ended || static_cast<std::size_t>(count) < buffer.size()) return;
  }
}

void Peer::read_frames(std::string_view bytes) {
  decoder_.feed(bytes);
  while (state_ != State::ended) {
    const auto frame = decoder_.next();
    if (!frame) return lose(frame.error().to_string());
    if (!*frame) return;
    on_frame(**frame);
  }
}

void Peer::on_frame(const transport::Frame& frame) {
  if (const auto* response = std::get_if<transport::RpcResponse>(&frame)) {
    reply_arrived(response->request_id, understand_reply(response->body));
  } else if (const auto* failure = std::get_if<transport::RpcFailure>(&frame)) {
    reply_arrived(failure->request_id, fatal(std::string(failure->error)));
  } else if (const auto* message = std::get_if<transport::OneWayMessage>(&frame)) {
    const auto envelope = transport::decode_rpc_message(message->body);
    if (!envelope) return lose(envelope.error().to_string());
    on_message(envelope->content);
  } else {
    lose("the master sent a frame that Spark's peers are never sent");
  }
}

void Peer::reply_arrived(std::int64_t request_id, const Result<deploy::Reply>& reply) {
  if (state_ != State::verifying) return on_answer(request_id, reply);
  const auto* exists = reply ? std::get_if<deploy::BooleanReply>(&*reply) : nullptr;
  if (exists == nullptr || !exists->value) return lose("the master does not say that it has an endpoint Master");
  state_ = State::verified;
  on_verified();
}

}  // namespace pilotlight::load
