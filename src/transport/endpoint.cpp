#include "transport/endpoint.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "transport/connection.hpp"
#include "transport/dialer.hpp"
#include "transport/listener.hpp"
#include "transport/notice_limiter.hpp"
#include "transport/urgent_connections.hpp"

namespace pilotlight::transport {
namespace {

constexpr std::size_t read_buffer_bytes = 64U << 10U;
constexpr std::size_t closed_when_exhausted = 16;
constexpr Duration silent_enough = std::chrono::seconds(1);
/// How long writing goes on before others have their turn: ten thousand writes are a tenth of a second and more.
constexpr Duration longest_flush = std::chrono::milliseconds(2);

Instant now() { return std::chrono::steady_clock::now(); }

auto clock_time(Instant instant) { return std::chrono::time_point_cast<std::chrono::steady_clock::duration>(instant); }

long long in_seconds(Duration duration) {
  return static_cast<long long>(std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

}  // namespace

class Endpoint::Impl : public std::enable_shared_from_this<Endpoint::Impl>,
                       private Connection::Owner,
                       private Listener::Owner {
 public:
  Impl(boost::asio::io_context& io, deploy::Address advertised, TransportLimits limits, Handler& handler)
      : io_(io),
        advertised_(std::move(advertised)),
        limits_(limits),
        handler_(handler),
        listener_(io, *this, limits.highest_descriptor),
        dialer_(io, limits.connect, limits.highest_descriptor),
        first_byte_timer_(io),
        wake_timer_(io),
        hold_timer_(io) {}

  Result<std::int32_t> listen(const std::string& host, std::int32_t port, std::int32_t max_retries) {
    return listener_.listen(host, port, max_retries);
  }

  void set_advertised(deploy::Address advertised) { advertised_ = std::move(advertised); }

  ConnectionId send(ConnectionId id, const deploy::Address& address, std::string_view endpoint_name,
                    std::string_view content, Guard guard) {
    const auto connection = route(id, address, endpoint_name);
    if (!connection) return {};
    connection->mark_used();
    connection->send(encode_one_way_message(encode_envelope(advertised_, address, endpoint_name), content), guard);
    return connection->id();
  }

  void reach(const deploy::Address& address) {
    if (!stopped_ && !address.empty() && !outgoing_.contains(address)) open(address, false);
  }

  std::int64_t ask(ConnectionId id, const deploy::Address& address, std::string_view endpoint_name,
                   std::string_view content, Duration timeout) {
    const std::int64_t request_id = ++last_request_id_;
    const auto connection = route(id, address, endpoint_name);
    if (!connection) {
      defer([request_id](Impl& self) {
        self.handler_.on_reply({}, request_id, retryable("the connection is gone and the peer has no address to call"));
      });
      return request_id;
    }
    const Instant at = now();
    connection->mark_used();
    connection->expect_reply(request_id, at + timeout, at);
    wake_at(connection->id(), at + std::min(timeout, limits_.idle));
    connection->send(encode_rpc_request(request_id, encode_envelope(advertised_, address, endpoint_name), content),
                     Guard::none);
    return request_id;
  }

  void reply(ConnectionId id, std::int64_t request_id, std::string_view content, Guard guard) {
    if (const auto connection = find(id)) connection->send(encode_rpc_response(request_id, content), guard);
  }

  void fail(ConnectionId id, std::int64_t request_id, std::string_view text) {
    if (const auto connection = find(id)) connection->send(encode_rpc_failure(request_id, text), Guard::none);
  }

  void set_guard(std::function<bool()> may_speak) { may_speak_ = std::move(may_speak); }
  void guard_changed() {
    for (const auto& [id, connection] : connections_) connection->guard_changed();
  }
  void drop_guarded() {
    for (const auto& [id, connection] : std::map(connections_.begin(), connections_.end())) connection->drop_guarded();
  }

  void keep_descriptors_for(std::string endpoint_name) { first_of_all_ = std::move(endpoint_name); }
  void make_urgent(ConnectionId id) { urgent_.add(id); }

  void hold_reading(Duration most) {
    if (stopped_) return;
    holds_ = true;
    read_on_wanted_ = false;
    hold_timer_.expires_at(clock_time(now() + most));
    hold_timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
      if (!error) self->end_hold();
    });
  }
  void read_on() {
    read_on_wanted_ = holds_;
    if (flushes_.empty()) end_hold();
  }

  void close_connection(ConnectionId id) {
    if (const auto connection = find(id)) connection->close();
  }

  void stop() {
    if (stopped_) return;
    stopped_ = true;
    listener_.stop();
    dialer_.stop();
    first_byte_timer_.cancel();
    wake_timer_.cancel();
    hold_timer_.cancel();
    half_open_.clear();
    for (const auto& [id, connection] : std::exchange(connections_, {})) connection->close();
    outgoing_.clear();
    wakes_.clear();
    wake_of_.clear();
    flushes_.clear();
    urgent_flushes_.clear();
  }

  Counts counts() const {
    Counts counts;
    counts.half_open = half_open_.size();
    for (const auto& [id, connection] : connections_) {
      counts.connections += connection->is_attached() ? 1 : 0;
      counts.unsent_bytes += connection->unsent_bytes();
    }
    return counts;
  }

 private:
  // ---- which connection carries a message (spec §2.4) ----

  std::shared_ptr<Connection> find(ConnectionId id) const {
    const auto found = connections_.find(id);
    return found == connections_.end() ? nullptr : found->second;
  }

  std::shared_ptr<Connection> route(ConnectionId id, const deploy::Address& address, std::string_view endpoint_name) {
    if (stopped_) return nullptr;
    if (auto connection = find(id)) return connection;
    if (address.empty()) return nullptr;
    if (const auto found = outgoing_.find(address); found != outgoing_.end())
      if (auto connection = find(found->second); connection && !connection->is_stuck(now())) return connection;
    return open(address, endpoint_name == first_of_all_ && !first_of_all_.empty());
  }

  std::shared_ptr<Connection> open(const deploy::Address& address, bool any_descriptor) {
    auto connection = add(OpenedBy::us, address);
    outgoing_.insert_or_assign(address, connection->id());
    dialer_.dial(connection->id(), address, any_descriptor,
                 [this, id = connection->id()](DialOutcome outcome) { on_dialed(id, std::move(outcome)); });
    return connection;
  }

  std::shared_ptr<Connection> add(OpenedBy opened_by, const deploy::Address& address) {
    const ConnectionId id(++last_connection_);
    auto connection = Connection::make(
        io_, *this,
        {id, opened_by, address, limits_.inbound_frame_bytes, limits_.unsent_bytes, {limits_.idle, limits_.frame}});
    connections_.emplace(id, connection);
    return connection;
  }

  void on_dialed(ConnectionId id, DialOutcome outcome) {
    const auto connection = find(id);
    if (!connection) {
      if (outcome.native_handle >= 0) ::close(outcome.native_handle);
      return;
    }
    if (outcome.native_handle >= 0) return connection->attach(outcome.native_handle, outcome.peer);
    dial_failure_ = std::move(outcome);
    connection->close();
  }

  // ---- connections without a first byte: all have the same allowance, so the oldest is always the first ----

  void on_accepted(int native_handle, const SocketAddress& peer) override {
    const auto connection = add(OpenedBy::peer, {});
    half_open_.emplace(connection->id(), now() + limits_.first_byte);
    connection->attach(native_handle, peer);
    while (half_open_.size() > limits_.half_open)
      cut_oldest_half_open("it said nothing yet and more than " + std::to_string(limits_.half_open) +
                           " connections are silent (pilotlight.rpc.maxHalfOpen)");
    arm_first_byte();
  }

  void on_accept_exhausted(const std::string& reason) override {
    notice("", "Cannot accept connections: " + reason +
                   "; raise the limit of open files (ulimit -n). Connections that say nothing are closed, others wait");
    // Whoever was just let in has not had the time to speak.
    const Instant silent_since = now() - silent_enough;
    for (std::size_t count = 0; count < closed_when_exhausted && !half_open_.empty(); ++count) {
      if (half_open_.begin()->second - limits_.first_byte > silent_since) return;
      cut_oldest_half_open("it said nothing yet and no descriptors are left");
    }
  }

  void cut_oldest_half_open(const std::string& reason) {
    const auto oldest = find(half_open_.begin()->first);
    half_open_.erase(half_open_.begin());
    if (oldest) oldest->cut(reason);
  }

  void arm_first_byte() {
    if (first_byte_armed_ || half_open_.empty() || stopped_) return;
    first_byte_armed_ = true;
    first_byte_timer_.expires_at(clock_time(half_open_.begin()->second));
    first_byte_timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
      self->first_byte_armed_ = false;
      if (error || self->stopped_) return;
      const Instant at = now();
      while (!self->half_open_.empty() && self->half_open_.begin()->second <= at)
        self->cut_oldest_half_open("it said nothing for " + std::to_string(in_seconds(self->limits_.first_byte)) +
                                   " s");
      self->arm_first_byte();
    });
  }

  // ---- asks of ours, frames that were begun: one timer for the next of all deadlines ----

  void wake_at(ConnectionId id, Instant at) {
    const auto known = wake_of_.find(id);
    if (known != wake_of_.end()) {
      if (known->second <= at) return;
      wakes_.erase({known->second, id});
    }
    wake_of_[id] = at;
    wakes_.emplace(at, id);
    arm_wake();
  }

  void forget_wake(ConnectionId id) {
    const auto known = wake_of_.extract(id);
    if (!known.empty()) wakes_.erase({known.mapped(), id});
  }

  void arm_wake() {
    if (wakes_.empty() || stopped_) return;
    const Instant first = wakes_.begin()->first;
    if (wake_armed_ && *wake_armed_ <= first) return;
    wake_armed_ = first;
    wake_timer_.expires_at(clock_time(first));
    wake_timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
      if (error || self->stopped_) return;  // cancelled: armed anew
      self->wake_armed_.reset();
      self->wake_due();
      self->arm_wake();
    });
  }

  void wake_due() {
    const Instant at = now();
    std::vector<ConnectionId> due;
    while (!wakes_.empty() && wakes_.begin()->first <= at) {
      due.push_back(wakes_.begin()->second);
      forget_wake(due.back());
    }
    for (const ConnectionId id : due) {
      const auto connection = find(id);
      if (!connection) continue;
      connection->advance(at);
      if (const auto next = connection->deadline(); next && find(id)) wake_at(id, *next);
    }
  }

  // ---- Connection::Owner ----

  std::span<char> read_buffer() override { return read_buffer_; }

  void on_turn() override {
    for (const ConnectionId id : urgent_.due(now()))
      if (const auto connection = find(id)) connection->look();
  }

  bool may_read(Connection& connection) override {
    if (!holds_ || urgent_.contains(connection.id())) return true;
    turned_away_.push_back(connection.id());
    return false;
  }

  void end_hold() {
    holds_ = read_on_wanted_ = false;
    hold_timer_.cancel();
    for (const ConnectionId id : std::exchange(turned_away_, {}))
      if (const auto connection = find(id)) connection->read_on();
  }

  void on_first_byte(Connection& connection) override { half_open_.erase(connection.id()); }

  void on_request(Connection& connection, const RequestReceived& request) override {
    handler_.on_request({connection.id(), request.message.sender, request.message.endpoint, request.message.content,
                         request.request_id});
  }

  void on_reply(Connection& connection, ReplyReceived reply) override {
    handler_.on_reply(connection.id(), reply.request_id, std::move(reply.content));
  }

  void on_notice(Connection& connection, const std::string& text) override {
    if (stopped_) return;
    if (connection.opened_by() == OpenedBy::us)
      return notice(connection.address().host,
                    "Connection to " + deploy::to_string(connection.address()) + ": " + text);
    notice(connection.peer().host(), "Connection from " + connection.peer().to_string() + ": " + text);
  }

  void on_buffered(Connection& connection, std::ptrdiff_t change) override {
    buffered_bytes_ += static_cast<std::size_t>(change);
    if (change <= 0 || stopped_) return;
    if (const auto deadline = connection.deadline()) wake_at(connection.id(), *deadline);
    while (buffered_bytes_ > limits_.inbound_buffered_bytes) {
      const auto largest = std::max_element(connections_.begin(), connections_.end(), [](const auto& a, const auto& b) {
        return a.second->buffered_bytes() < b.second->buffered_bytes();
      });
      if (largest == connections_.end() || largest->second->buffered_bytes() == 0) return;
      const std::shared_ptr<Connection> victim = largest->second;
      victim->cut("closed: of all unfinished frames, together more than " +
                  std::to_string(limits_.inbound_buffered_bytes) +
                  " bytes (pilotlight.rpc.maxBuffered), its own was the largest");
    }
  }

  void on_unsent(Connection& connection, std::ptrdiff_t change) override {
    unsent_bytes_ += static_cast<std::size_t>(change);
    if (change <= 0 || stopped_ || unsent_bytes_ <= limits_.unsent_bytes_of_all) return;
    // What the kernel takes at once waits for nobody.
    flush_all_that_want();
    connection.flush();
    while (unsent_bytes_ > limits_.unsent_bytes_of_all) {
      const auto slowest = std::max_element(connections_.begin(), connections_.end(), [](const auto& a, const auto& b) {
        return a.second->unsent_bytes() < b.second->unsent_bytes();
      });
      if (slowest == connections_.end() || slowest->second->unsent_bytes() == 0) return;
      const std::shared_ptr<Connection> victim = slowest->second;
      victim->cut("closed: more than " + std::to_string(limits_.unsent_bytes_of_all) +
                  " bytes wait for all peers together (pilotlight.rpc.maxUnsentTotal), " +
                  std::to_string(victim->unsent_bytes()) + " of them for this one, the most");
    }
  }

  void on_flush_wanted(Connection& connection) override {
    if (stopped_) return;
    auto& list = urgent_.contains(connection.id()) ? urgent_flushes_ : flushes_;
    list.push_back(find(connection.id()));
    post_flush();
  }

  void post_flush() {
    if (std::exchange(flush_posted_, true)) return;
    boost::asio::post(io_, [self = shared_from_this()] {
      self->flush_posted_ = false;
      self->flush_for_a_while();
    });
  }

  void flush_for_a_while() {
    on_turn();
    flush(urgent_flushes_);
    const Instant end = now() + longest_flush;
    while (!flushes_.empty()) {
      flush_first(flushes_);
      if (now() >= end) break;
    }
    if (!flushes_.empty()) return post_flush();
    if (read_on_wanted_) end_hold();
  }

  void flush_all_that_want() {
    flush(urgent_flushes_);
    flush(flushes_);
  }

  using Flushes = std::deque<std::shared_ptr<Connection>>;
  static void flush(Flushes& list) {
    while (!list.empty()) flush_first(list);
  }
  static void flush_first(Flushes& list) {
    const auto wanted = std::move(list.front());
    list.pop_front();
    if (wanted) wanted->flush();
  }

  bool may_speak() override { return !may_speak_ || may_speak_(); }

  void on_hand_over(Connection& connection, int native_handle, std::string first_bytes) override {
    forget(connection);
    if (stopped_) {
      ::close(native_handle);
      return;
    }
    handler_.on_http({native_handle, std::move(first_bytes)});
  }

  void on_ended(Connection& connection, std::vector<std::int64_t> abandoned) override {
    if (stopped_) return;
    const ConnectionId id = connection.id();
    const bool attached = connection.is_attached();
    const bool used = connection.is_used();
    const deploy::Address address = connection.address();
    DialOutcome failure = std::exchange(dial_failure_, {});
    if (failure.reason.empty()) failure.reason = "closed before it was open";
    forget(connection);
    if (!used) return;
    defer([id, attached, address, failure = std::move(failure), abandoned = std::move(abandoned)](Impl& self) {
      for (const std::int64_t request_id : abandoned) {
        if (self.stopped_) return;
        self.handler_.on_reply(id, request_id,
                               attached
                                   ? outcome_unknown("the connection was closed before the answer came")
                                   : retryable(deploy::to_string(address) + " cannot be reached: " + failure.reason));
      }
      if (self.stopped_) return;
      if (attached)
        self.handler_.on_closed(id);
      else
        self.handler_.on_unreachable(address, failure.refused, failure.reason);
    });
  }

  void forget(Connection& connection) {
    const ConnectionId id = connection.id();
    half_open_.erase(id);
    urgent_.remove(id);
    forget_wake(id);
    if (connection.opened_by() == OpenedBy::us) {
      dialer_.cancel(id);
      const auto known = outgoing_.find(connection.address());
      if (known != outgoing_.end() && known->second == id) outgoing_.erase(known);
    }
    connections_.erase(id);
  }

  // ---- the Handler is never called from inside a call of its own ----

  template <typename What>
  void defer(What what) {
    boost::asio::post(io_, [self = shared_from_this(), what = std::move(what)]() mutable {
      if (!self->stopped_) what(*self);
    });
  }

  void notice(const std::string& host, const std::string& text) {
    auto admitted = notices_.admit(host, text, now());
    if (!admitted) return;
    defer([text = *std::move(admitted)](Impl& self) { self.handler_.on_notice(text); });
  }

  boost::asio::io_context& io_;
  deploy::Address advertised_;
  TransportLimits limits_;
  Handler& handler_;
  std::function<bool()> may_speak_;
  Listener listener_;
  Dialer dialer_;
  boost::asio::steady_timer first_byte_timer_;
  boost::asio::steady_timer wake_timer_;
  boost::asio::steady_timer hold_timer_;
  NoticeLimiter notices_;
  std::vector<char> read_buffer_ = std::vector<char>(read_buffer_bytes);

  std::uint64_t last_connection_ = 0;
  std::int64_t last_request_id_ = 0;
  std::unordered_map<ConnectionId, std::shared_ptr<Connection>> connections_;
  std::map<deploy::Address, ConnectionId> outgoing_;  ///< opened by us, one for each peer
  std::map<ConnectionId, Instant> half_open_;         ///< ids grow, so the first is the oldest
  bool first_byte_armed_ = false;
  std::set<std::pair<Instant, ConnectionId>> wakes_;
  std::map<ConnectionId, Instant> wake_of_;
  std::optional<Instant> wake_armed_;
  std::string first_of_all_;  ///< the endpoint that the last descriptors are kept for
  UrgentConnections urgent_;
  bool holds_ = false;  ///< others than the urgent ones are not read
  bool read_on_wanted_ = false;
  std::vector<ConnectionId> turned_away_;  ///< since it holds
  Flushes flushes_;
  Flushes urgent_flushes_;
  bool flush_posted_ = false;
  std::size_t buffered_bytes_ = 0;
  std::size_t unsent_bytes_ = 0;
  DialOutcome dial_failure_;  ///< of the connection that is being closed right now
  bool stopped_ = false;
};

Endpoint::Endpoint(boost::asio::io_context& io, deploy::Address advertised, TransportLimits limits, Handler& handler)
    : impl_(std::make_shared<Impl>(io, std::move(advertised), limits, handler)) {}
Endpoint::~Endpoint() { stop(); }
Result<std::int32_t> Endpoint::listen(const std::string& host, std::int32_t port, std::int32_t max_retries) {
  return impl_->listen(host, port, max_retries);
}
void Endpoint::set_advertised(deploy::Address advertised) { impl_->set_advertised(std::move(advertised)); }
ConnectionId Endpoint::send(ConnectionId connection, const deploy::Address& address, std::string_view endpoint_name,
                            std::string_view content, Guard guard) {
  return impl_->send(connection, address, endpoint_name, content, guard);
}
void Endpoint::reach(const deploy::Address& address) { impl_->reach(address); }
std::int64_t Endpoint::ask(ConnectionId connection, const deploy::Address& address, std::string_view endpoint_name,
                           std::string_view content, Duration timeout) {
  return impl_->ask(connection, address, endpoint_name, content, timeout);
}
void Endpoint::reply(ConnectionId connection, std::int64_t request_id, std::string_view content, Guard guard) {
  impl_->reply(connection, request_id, content, guard);
}
void Endpoint::fail(ConnectionId connection, std::int64_t request_id, std::string_view text) {
  impl_->fail(connection, request_id, text);
}
void Endpoint::set_guard(std::function<bool()> may_speak) { impl_->set_guard(std::move(may_speak)); }
void Endpoint::guard_changed() { impl_->guard_changed(); }
void Endpoint::drop_guarded() { impl_->drop_guarded(); }
void Endpoint::keep_descriptors_for(std::string endpoint_name) {
  impl_->keep_descriptors_for(std::move(endpoint_name));
}
void Endpoint::make_urgent(ConnectionId connection) { impl_->make_urgent(connection); }
void Endpoint::hold_reading(Duration most) { impl_->hold_reading(most); }
void Endpoint::read_on() { impl_->read_on(); }
void Endpoint::close_connection(ConnectionId connection) { impl_->close_connection(connection); }
void Endpoint::stop() { impl_->stop(); }
Endpoint::Counts Endpoint::counts() const { return impl_->counts(); }

}  // namespace pilotlight::transport
