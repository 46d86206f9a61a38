#include "master/runtime.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <random>
#include <unordered_map>
#include <utility>

#include "base/overloaded.hpp"
#include "deploy/codec.hpp"
#include "http/server.hpp"
#include "http/site.hpp"
#include "master/clock.hpp"
#include "master/http_asks.hpp"
#include "master/inbound.hpp"
#include "master/links.hpp"
#include "master/log.hpp"
#include "master/prober.hpp"
#include "master/worker_page_reader.hpp"
#include "replica/replica.hpp"
#include "transport/endpoint.hpp"
#include "zk/client.hpp"

namespace pilotlight::master {
namespace {

constexpr auto version_timeout = std::chrono::seconds(2);
/// Nothing but one lost driver waits for it, and the first page of a busy JVM takes seconds.
constexpr auto drivers_timeout = std::chrono::seconds(20);
constexpr auto probe_timeout = std::chrono::milliseconds(200);
constexpr auto longest_leave = std::chrono::seconds(3);
/// Peers do not notice; and where nobody can be elected, they are served as by any other standby.
constexpr auto longest_hold = std::chrono::milliseconds(500);
constexpr auto lag_pause = std::chrono::milliseconds(250);
constexpr auto http_ask_timeout = std::chrono::seconds(10);

std::string random_hex(std::size_t digits) {
  std::random_device chance;
  std::string text;
  while (text.size() < digits) text += "0123456789abcdef"[chance() % 16];
  return text;
}

}  // namespace

class Runtime::Impl : public transport::Handler, public http::MasterAccess {
 public:
  Impl(boost::asio::io_context& io, config::MasterSettings settings, recovery::Store* store, Log& log)
      : io_(io),
        settings_(std::move(settings)),
        store_(store),
        log_(log),
        nonce_(random_hex(32)),
        endpoint_(io, {settings_.host, settings_.port}, settings_.rpc_limits, *this),
        links_(endpoint_, nonce_, settings_.cluster_secret),
        web_(io, web_limits(settings_),
             [this](const http::Request& request, const http::Reply& reply) { site_->answer(request, reply); }),
        rest_(io, web_limits(settings_),
              [this](const http::Request& request, const http::Reply& reply) { site_->answer_rest(request, reply); }),
        pages_(io),
        timer_(io),
        leave_timer_(io) {}

  Result<void> listen() {
    const auto port = endpoint_.listen(settings_.host, settings_.port, settings_.port_max_retries);
    if (!port) return port.error();
    settings_.core.address = {settings_.host, *port};
    endpoint_.set_advertised(settings_.core.address);
    log_.info("Utils", "Successfully started service 'sparkMaster' on port " + std::to_string(*port) + ".");
    log_.info("Master", "Starting Spark master at spark://" + deploy::to_string(settings_.core.address));
    log_.info("Master",
              "Running Pilotlight version " PILOTLIGHT_VERSION " for Spark " + std::string(deploy::served_versions()));

    const auto web_port = web_.listen(settings_.web_ui_bind, settings_.web_ui_port, settings_.web_ui_max_retries);
    if (!web_port) return web_port.error();
    settings_.core.web_ui_url = "http://" + settings_.public_dns + ":" + std::to_string(*web_port);
    log_.info("Utils", "Successfully started service 'MasterUI' on port " + std::to_string(*web_port) + ".");
    log_.info("MasterWebUI",
              "Bound MasterWebUI to " + settings_.web_ui_bind + ", and started at " + settings_.core.web_ui_url);
    if (settings_.rest_enabled) {
      const auto rest_port = rest_.listen(settings_.rest_host.empty() ? settings_.host : settings_.rest_host,
                                          settings_.rest_port, settings_.web_ui_max_retries);
      settings_.rest_enabled = rest_port.ok();
      if (!rest_port)
        log_.warn("StandaloneRestServer", "No port from " + std::to_string(settings_.rest_port) +
                                              " on is free for REST; the RPC port answers it as well.");
      else
        log_.info("StandaloneRestServer", "Started REST server for submitting applications on " + settings_.host +
                                              " with port " + std::to_string(settings_.rest_port = *rest_port));
    }
    site_.emplace(site_settings(settings_, clock_), *this);
    settings_.core.seed = std::random_device{}();  // chance comes from outside; the core only spends it
    make_replica(*web_port);
    measure_lag();
    return {};
  }

  void lead(core::Recovered recovered) {
    replica_->lead(clock_.now(), std::move(recovered));
    carry_out();
  }

  void stand() {
    auto client = zk::make_client(
        {settings_.zookeeper_url, settings_.zookeeper_session_timeout, settings_.zookeeper_digest},
        [this](std::function<void()> work) { boost::asio::post(io_, std::move(work)); },
        [this](zk::Event event) {
          if (stopped_) return;
          if (const auto* answer = std::get_if<zk::Answered>(&event)) zookeeper_answered(*answer);
          revision_ += std::holds_alternative<zk::SessionChanged>(event);
          replica_->on_zk(clock_.now(), event);
          carry_out();
        });
    if (!client) return log_.error("Master", client.error().to_string());  // the configuration was checked before
    zookeeper_ = std::move(*client);
    endpoint_.set_guard([this] {
      const bool may = replica_->may_speak(clock_.now().instant);
      tongue_held_ |= !may;
      return may;
    });
    replica_->start(clock_.now());
    zookeeper_->start();
    carry_out();
  }

  void leave(std::function<void()> left) {
    if (left_) return;
    left_ = std::move(left);
    leave_timer_.expires_after(longest_leave);
    leave_timer_.async_wait([this](boost::system::error_code error) {
      if (!error && left_) std::exchange(left_, nullptr)();
    });
    replica_->leave(clock_.now());
    carry_out();
  }

  void look(const std::function<void(const core::State&, const replica::Cluster&)>& at) {
    if (replica_) at(replica_->state(), replica_->cluster(clock_.now().instant));
  }

  void stop() {
    stopped_ = true;
    timer_.cancel();
    leave_timer_.cancel();
    if (zookeeper_) zookeeper_->close();
    if (links_.refused() > 0)
      log_.warn("Master", std::to_string(links_.refused()) + " messages to this master's link were refused.");
    endpoint_.stop();
    web_.stop();
    rest_.stop();
    site_.reset();  // joins its thread
  }

  // ---- transport::Handler ----

  void on_request(const transport::Request& request) override {
    if (zookeeper_ && request.endpoint == Links::endpoint_name) return on_link(request);
    Verdict verdict = inbound_.receive(request);
    if (verdict.notice) log_.warn("Master", *verdict.notice);
    std::visit(
        overloaded{
            [&](Deliver& deliver) { tell_core(std::move(deliver.message)); },
            [&](const ReplyWith& reply) {
              endpoint_.reply(request.connection, *request.request_id, deploy::encode(reply.reply, reply.dialect));
            },
            [&](const FailWith& failure) { endpoint_.fail(request.connection, *request.request_id, failure.text); },
            [&](const SendBack& back) {
              send(core::Send{back.to, back.message}, transport::Guard::none);
            },
            [](const Ignore&) {}},
        verdict.action);
  }

  void on_closed(ConnectionId connection) override {
    if (const auto master = links_.closed(connection)) return link_broken(*master);
    inbound_.closed(connection);
    tell_core(core::ConnectionClosed{connection});
  }

  void on_unreachable(const deploy::Address& address, bool refused, const std::string& reason) override {
    if (const auto master = links_.unreachable(address)) return link_broken(*master);
    tell_core(core::PeerUnreachable{address, refused, reason});
  }

  void on_reply(ConnectionId, std::int64_t, Result<std::string>) override {}  // a master asks nobody anything
  void on_http(transport::HttpSocket socket) override {
    web_.adopt(socket.native_handle, std::move(socket.first_bytes));
  }
  void on_notice(const std::string& text) override { log_.warn("TransportServer", text); }

  // ---- http::MasterAccess ----

  Now now() override {
    const auto now = clock_.now();
    replica_->on_look(now);
    carry_out();
    return now;
  }
  const core::State& state() const override { return replica_->state(); }
  replica::Cluster cluster(const Now& now) const override { return replica_->cluster(now.instant); }
  const recovery::Mirror* records() const override { return replica_->records(); }
  std::uint64_t revision() const override { return revision_; }
  void ask(deploy::ToMaster message, Answered answered) override {
    const auto ask = open_ask(std::move(answered));
    tell_core(core::MessageReceived{ask.connection, {}, {deploy::Dialect::spark_3_4}, ask, std::move(message), {}});
  }
  void kill_application(const AppId& app, Answered answered) override {
    tell_core(core::KillApplicationRequested{app, open_ask(std::move(answered))});
  }
  Result<void> transfer(const std::optional<std::string>& nonce) override {
    auto begun = replica_->transfer(clock_.now(), nonce);
    carry_out();
    return begun;
  }
  void post(std::function<void()> work) override { boost::asio::post(io_, std::move(work)); }
  void publish(const std::string& text) override { web_.publish(text); }
  http::Stats stats() const override {
    http::Stats stats = site_->stats();
    stats.loop_lag = loop_lag_;
    stats.zookeeper_latency = zookeeper_latency_;
    stats.connections = static_cast<std::int64_t>(web_.connections() + rest_.connections());
    stats.streams = static_cast<std::int64_t>(web_.streams());
    return stats;
  }
  void after(Duration pause, std::function<void()> then) override {
    auto timer = std::make_shared<boost::asio::steady_timer>(io_);
    timer->expires_after(std::chrono::ceil<std::chrono::steady_clock::duration>(pause));
    timer->async_wait([this, timer, then = std::move(then)](boost::system::error_code error) {
      if (!error && !stopped_) then();
    });
  }

 private:
  /// Of an HTTP client; answered with nothing when its time is over.
  core::AskId open_ask(Answered answered) {
    const auto ask = asks_.open(std::move(answered));
    after(http_ask_timeout, [this, ask] { asks_.answered(ask, std::nullopt); });
    return ask;
  }

  void make_replica(std::int32_t web_port) {
    replica::Settings settings{settings_.core, std::nullopt};
    if (store_ == nullptr) settings.election = settings_.election;
    election::Member self{nonce_, settings_.core.address, settings_.core.web_ui_url, web_port, PILOTLIGHT_VERSION};
    replica_.emplace(std::move(settings), std::move(self));
  }

  template <typename What>
  static bool is_heartbeat(const What& what) {
    if constexpr (std::is_same_v<What, core::MessageReceived>)
      return std::holds_alternative<deploy::Heartbeat>(what.message);
    return false;
  }
  template <typename What>
  void tell_core(What what) {
    if (stopped_ || !replica_) return;
    revision_ += !is_heartbeat(what);
    replica_->on_core(clock_.now(), std::move(what));
    carry_out();
  }

  void on_link(const transport::Request& request) {
    auto frame = links_.receive(request);
    if (!frame) return log_.warn("Master", frame.error().to_string());
    if (!*frame) return;
    const auto& message = (*frame)->message;
    revision_ += !std::holds_alternative<election::Heartbeat>(message) &&
                 !std::holds_alternative<election::HeartbeatAnswer>(message);
    replica_->on_link(clock_.now(), (*frame)->sender, (*frame)->message);
    carry_out();
  }

  void zookeeper_answered(const zk::Answered& answer) {
    const auto asked = zookeeper_asked_.find(answer.request.value);
    if (asked == zookeeper_asked_.end()) return;
    zookeeper_latency_.add(clock_.now().instant - asked->second);
    zookeeper_asked_.erase(asked);
  }

  void link_broken(const std::string& master) {
    ++revision_;
    replica_->on_link_broken(clock_.now(), master);
    carry_out();
  }

  void carry_out() {
    for (auto& output : replica_->take_outputs()) {
      revision_ += shows(output);
      std::visit([this](auto& what) { carry_out(what); }, output);
    }
    if (tongue_held_ && replica_->may_speak(clock_.now().instant)) {
      tongue_held_ = false;
      endpoint_.guard_changed();
    }
    if (const bool gap = replica_->between_leaders(); gap != std::exchange(gap_, gap))
      gap ? endpoint_.hold_reading(longest_hold) : endpoint_.read_on();
    commit_soon();
    arm();
  }

  /// Whether it may come with a change that pages show; what masters and ZooKeeper keep asking each other does not.
  static bool shows(const replica::Output& output) {
    return !std::holds_alternative<election::SendLink>(output) && !std::holds_alternative<election::SubmitZk>(output) &&
           !std::holds_alternative<election::Probe>(output) && !std::holds_alternative<election::Relink>(output) &&
           !std::holds_alternative<replica::Reach>(output);
  }
  void carry_out(const core::LogLine& line) { log_.write(line); }
  void carry_out(replica::Carry& carry) {
    if (const auto* answer = std::get_if<core::Answer>(&carry.output); answer != nullptr && HttpAsks::owns(answer->ask))
      return asks_.answered(answer->ask, carry.guarded && !replica_->may_speak(clock_.now().instant)
                                             ? std::nullopt
                                             : std::optional(answer->reply));
    const auto guard = carry.guarded ? transport::Guard::leader : transport::Guard::none;
    std::visit(overloaded{[&](const core::Send& message) { send(message, guard); },
                          [&](const core::Answer& answer) {
                            endpoint_.reply(answer.ask.connection, answer.ask.request,
                                            deploy::encode(answer.reply, answer.dialect), guard);
                          },
                          [&](const core::ReadWorkerVersion& read) {
                            pages_.read_version(read.web_ui_url, version_timeout,
                                                [this, worker = read.worker](std::optional<std::string> version) {
                                                  tell_core(core::WorkerVersionRead{worker, std::move(version)});
                                                });
                          },
                          [&](const core::ReadWorkerDrivers& read) {
                            pages_.read_drivers(read.web_ui_url, drivers_timeout,
                                                [this, worker = read.worker](auto drivers) {
                                                  tell_core(core::WorkerDriversRead{worker, std::move(drivers)});
                                                });
                          }},
               carry.output);
  }
  void carry_out(const replica::StoreBatch&) {
    store_->commit(replica_->batch(), [this](const Result<void>& result) {
      if (stopped_) return;
      replica_->on_stored(clock_.now(), result);
      carry_out();
    });
  }
  void carry_out(const replica::ForgetGuarded&) {
    tongue_held_ = false;
    endpoint_.drop_guarded();
    asks_.give_up();
  }
  void carry_out(const replica::Reach& wanted) { endpoint_.reach(wanted.peer); }
  void carry_out(const replica::Left&) {
    // Posted: what was just put out is on its way first.
    boost::asio::post(io_, [this] {
      if (left_) std::exchange(left_, nullptr)();
    });
  }
  void carry_out(election::SubmitZk& ask) {
    zookeeper_asked_[ask.id.value] = clock_.now().instant;
    zookeeper_->submit(ask.id, std::move(ask.request));
  }
  void carry_out(const election::SendLink& message) { links_.send(message.to, message.message); }
  void carry_out(const election::Relink& wanted) { links_.close(wanted.member.nonce); }
  void carry_out(const election::Probe& wanted) {
    const auto& member = wanted.member;
    probe(io_, member.address.host, member.address.port, member.web_port, probe_timeout,
          [this, nonce = member.nonce](election::Found found) {
            if (stopped_) return;
            replica_->on_probe(clock_.now(), nonce, found);
            carry_out();
          });
  }

  void send(const core::Send& message, transport::Guard guard) {
    const auto encoded = [&] {
      return std::visit([&](const auto& to_peer) { return deploy::encode(to_peer, message.to.dialect); },
                        message.message);
    };
    const auto deliver = [&](const std::string& content) {
      endpoint_.send(message.to.connection, message.to.ref.address, message.to.ref.name, content, guard);
    };
    const auto* to_worker = std::get_if<deploy::ToWorker>(&message.message);
    if (to_worker == nullptr || !std::holds_alternative<deploy::MasterChanged>(*to_worker)) return deliver(encoded());
    // The same bytes for all workers of a dialect; what it says of this master does not change while it runs.
    auto& known = master_changed_[message.to.dialect];
    if (known.empty()) known = encoded();
    deliver(known);
  }

  /// Once for all that happens in this turn of the loop: that is the group of the group commit.
  void commit_soon() {
    if (commit_posted_ || !replica_->wants_end_turn()) return;
    commit_posted_ = true;
    boost::asio::post(io_, [this] {
      commit_posted_ = false;
      if (stopped_) return;
      replica_->end_turn(clock_.now());
      carry_out();
    });
  }

  /// How late the loop comes to what is due: for /metrics.
  void measure_lag() {
    const auto due = std::chrono::steady_clock::now() + lag_pause;
    after(lag_pause, [this, due] {
      loop_lag_.add(std::chrono::steady_clock::now() - due);
      measure_lag();
    });
  }

  void arm() {
    const auto wake_at = replica_->wake_at();
    if (!wake_at || (armed_ && *armed_ <= *wake_at)) return;  // an earlier wake-up looks again
    armed_ = wake_at;
    timer_.expires_at(std::chrono::time_point_cast<std::chrono::steady_clock::duration>(*wake_at));
    timer_.async_wait([this](boost::system::error_code error) {
      if (error || stopped_) return;
      armed_.reset();
      const auto now = clock_.now();
      const auto due = replica_->wake_at();
      if (due && *due <= now.instant) replica_->on_timer(now);
      carry_out();
    });
  }

  static http::ServerLimits web_limits(const config::MasterSettings& settings) {
    http::ServerLimits limits;
    limits.header_bytes = settings.web_header_bytes;
    limits.allow_framing_from = settings.allow_framing_from;
    return limits;
  }
  static http::SiteSettings site_settings(const config::MasterSettings& settings, Clock& clock) {
    http::About about;
    about.version = PILOTLIGHT_VERSION;
    about.recovery_mode = config::name_of(settings.recovery_mode);
    about.started = clock.now().wall;
    about.kill_enabled = settings.kill_enabled;
    about.form_token = random_hex(32);
    about.secret_required = !settings.cluster_secret.empty();
    if (settings.rest_enabled) about.rest_url = "spark://" + settings.host + ":" + std::to_string(settings.rest_port);
    return {std::move(about), settings.cluster_secret,
            static_cast<http::AllowDecommission>(settings.allow_decommission)};
  }

  boost::asio::io_context& io_;
  config::MasterSettings settings_;
  recovery::Store* store_;
  Log& log_;
  const std::string nonce_;
  Clock clock_;
  Inbound inbound_;
  std::optional<replica::Replica> replica_;
  std::unique_ptr<zk::Client> zookeeper_;
  HttpAsks asks_;
  transport::Endpoint endpoint_;
  Links links_;
  std::optional<http::Site> site_;
  http::Server web_;
  http::Server rest_;
  WorkerPageReader pages_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer leave_timer_;
  std::optional<Instant> armed_;
  std::function<void()> left_;
  std::uint64_t revision_ = 0;
  http::Histogram loop_lag_;
  http::Histogram zookeeper_latency_;
  std::unordered_map<std::uint64_t, Instant> zookeeper_asked_;
  std::map<deploy::Dialect, std::string> master_changed_;  ///< encoded
  bool gap_ = false;                                       ///< between two leaders
  bool commit_posted_ = false;
  bool tongue_held_ = false;  ///< guarded frames wait in the transport
  bool stopped_ = false;
};

Runtime::Runtime(boost::asio::io_context& io, config::MasterSettings settings, recovery::Store* store, Log& log)
    : impl_(std::make_unique<Impl>(io, std::move(settings), store, log)) {}
Runtime::~Runtime() = default;
Result<void> Runtime::listen() { return impl_->listen(); }
void Runtime::lead(core::Recovered recovered) { impl_->lead(std::move(recovered)); }
void Runtime::stand() { impl_->stand(); }
void Runtime::leave(std::function<void()> left) { impl_->leave(std::move(left)); }
void Runtime::look(const std::function<void(const core::State&, const replica::Cluster&)>& at) { impl_->look(at); }
void Runtime::stop() { impl_->stop(); }

}  // namespace pilotlight::master
