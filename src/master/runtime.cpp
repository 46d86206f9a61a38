#include "master/runtime.hpp"

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <random>
#include <utility>

#include "base/overloaded.hpp"
#include "core/master.hpp"
#include "deploy/codec.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "master/clock.hpp"
#include "master/commit_gate.hpp"
#include "master/inbound.hpp"
#include "master/log.hpp"
#include "master/version_reader.hpp"
#include "transport/endpoint.hpp"

namespace pilotlight::master {
namespace {

constexpr auto version_timeout = std::chrono::seconds(2);
constexpr auto first_commit_retry = std::chrono::milliseconds(100);
constexpr auto longest_commit_retry = std::chrono::seconds(5);

}  // namespace

class Runtime::Impl : public transport::Handler {
 public:
  Impl(boost::asio::io_context& io, config::MasterSettings settings, recovery::Store& store, Log& log)
      : io_(io),
        settings_(std::move(settings)),
        store_(store),
        log_(log),
        endpoint_(io, {settings_.host, settings_.port}, settings_.rpc_limits, *this),
        web_(io, {}, [this](const http::Request& request) { return respond(request); }),
        timer_(io),
        commit_timer_(io) {}

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
    settings_.core.seed = std::random_device{}();  // chance comes from outside; the core only spends it
    master_.emplace(settings_.core);
    return {};
  }

  void lead(core::Recovered recovered) {
    for (const auto& record : recovered.set_aside)
      log_.error("Master", "A recovery record cannot be read and was set aside: " + record);
    step(core::LeadershipGained{Epoch(1), std::move(recovered)});
  }

  void stop() {
    stopped_ = true;
    timer_.cancel();
    commit_timer_.cancel();
    endpoint_.stop();
    web_.stop();
  }

  // ---- transport::Handler ----

  void on_request(const transport::Request& request) override {
    Verdict verdict = inbound_.receive(request);
    if (verdict.notice) log_.warn("Master", *verdict.notice);
    std::visit(
        overloaded{
            [&](Deliver& deliver) { step(std::move(deliver.message)); },
            [&](const ReplyWith& reply) {
              endpoint_.reply(request.connection, *request.request_id, deploy::encode(reply.reply, reply.dialect));
            },
            [&](const FailWith& failure) { endpoint_.fail(request.connection, *request.request_id, failure.text); },
            [&](const SendBack& back) {
              send(core::Send{back.to, back.message});
            },
            [](const Ignore&) {}},
        verdict.action);
  }

  void on_closed(ConnectionId connection) override {
    inbound_.closed(connection);
    step(core::ConnectionClosed{connection});
  }

  void on_unreachable(const deploy::Address& address, bool refused, const std::string& reason) override {
    step(core::PeerUnreachable{address, refused, reason});
  }

  void on_reply(ConnectionId, std::int64_t, Result<std::string>) override {}  // a master asks nobody anything
  void on_http(transport::HttpSocket socket) override {
    web_.adopt(socket.native_handle, std::move(socket.first_bytes));
  }
  void on_notice(const std::string& text) override { log_.warn("TransportServer", text); }

 private:
  template <typename What>
  void step(What what) {
    if (stopped_ || !master_) return;
    core::Effects effects = master_->step(core::Event{clock_.now(), std::move(what)});
    for (const auto& line : effects.log) log_.write(line);
    for (auto& output : effects.immediate) carry_out(output);
    gate_.add(std::move(effects.persist), std::move(effects.outputs));
    release();
    commit_soon();
    arm(effects.wake_at);
  }

  /// Once for all that happens in this turn of the loop: that is the group of the group commit.
  void commit_soon() {
    if (commit_posted_ || !gate_.has_batch()) return;
    commit_posted_ = true;
    boost::asio::post(io_, [this] {
      commit_posted_ = false;
      if (!stopped_ && gate_.has_batch()) {
        gate_.begin_batch();
        commit();
      }
    });
  }

  void commit() {
    store_.commit(gate_.batch(), [this](Result<void> result) {
      if (stopped_) return;
      if (result) return committed();
      if (!commit_failing_)
        log_.error("Master", "Recovery state was not written, answers and launches are held until it is: " +
                                 result.error().to_string());
      commit_failing_ = true;
      commit_timer_.expires_after(commit_retry_);
      commit_retry_ = std::min<std::chrono::milliseconds>(commit_retry_ * 2, longest_commit_retry);
      commit_timer_.async_wait([this](boost::system::error_code error) {
        if (!error && !stopped_) commit();
      });
    });
  }

  void committed() {
    if (commit_failing_) log_.warn("Master", "Recovery state is written again; held answers and launches go out.");
    commit_failing_ = false;
    commit_retry_ = first_commit_retry;
    gate_.batch_committed();
    release();
    if (gate_.has_batch()) {
      gate_.begin_batch();
      commit();
    }
  }

  void release() {
    for (auto& output : gate_.take_released()) carry_out(output);
  }

  void carry_out(core::Output& output) {
    std::visit(overloaded{[&](const core::Send& message) { send(message); },
                          [&](const core::Answer& answer) {
                            endpoint_.reply(answer.ask.connection, answer.ask.request,
                                            deploy::encode(answer.reply, answer.dialect));
                          },
                          [&](const core::ReadWorkerVersion& read) {
                            read_worker_version(io_, read.web_ui_url, version_timeout,
                                                [this, worker = read.worker](std::optional<std::string> version) {
                                                  step(core::WorkerVersionRead{worker, std::move(version)});
                                                });
                          }},
               output);
  }

  void send(const core::Send& message) {
    const std::string content =
        std::visit([&](const auto& to_peer) { return deploy::encode(to_peer, message.to.dialect); }, message.message);
    endpoint_.send(message.to.connection, message.to.ref.address, message.to.ref.name, content);
  }

  void arm(std::optional<Instant> wake_at) {
    wake_at_ = wake_at;
    if (!wake_at_ || (armed_ && *armed_ <= *wake_at_)) return;  // an earlier wake-up looks again
    armed_ = wake_at_;
    timer_.expires_at(std::chrono::time_point_cast<std::chrono::steady_clock::duration>(*wake_at_));
    timer_.async_wait([this](boost::system::error_code error) {
      if (error || stopped_) return;
      armed_.reset();
      if (!wake_at_) return;
      if (clock_.now().instant < *wake_at_) return arm(wake_at_);
      step(core::TimerFired{});
    });
  }

  http::Response respond(const http::Request& request) {
    return http::respond(request, master_->state(), clock_.now());
  }

  boost::asio::io_context& io_;
  config::MasterSettings settings_;
  recovery::Store& store_;
  Log& log_;
  Clock clock_;
  Inbound inbound_;
  CommitGate gate_;
  std::optional<core::Master> master_;
  transport::Endpoint endpoint_;
  http::Server web_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer commit_timer_;
  std::optional<Instant> wake_at_;
  std::optional<Instant> armed_;
  bool commit_posted_ = false;
  bool commit_failing_ = false;
  std::chrono::milliseconds commit_retry_ = first_commit_retry;
  bool stopped_ = false;
};

Runtime::Runtime(boost::asio::io_context& io, config::MasterSettings settings, recovery::Store& store, Log& log)
    : impl_(std::make_unique<Impl>(io, std::move(settings), store, log)) {}
Runtime::~Runtime() = default;
Result<void> Runtime::listen() { return impl_->listen(); }
void Runtime::lead(core::Recovered recovered) { impl_->lead(std::move(recovered)); }
void Runtime::stop() { impl_->stop(); }

}  // namespace pilotlight::master
