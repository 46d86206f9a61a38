#include "master/supervised.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <utility>

#include "config/changes.hpp"
#include "core/state.hpp"
#include "master/log.hpp"
#include "replica/cluster.hpp"
#include "system/notify.hpp"

namespace pilotlight::master {
namespace {

using std::chrono::microseconds;
constexpr microseconds until_ready = std::chrono::milliseconds(20);
constexpr microseconds refresh = std::chrono::seconds(1);

std::string counted(std::size_t count, const char* one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

bool serves(const core::State& state) { return state.recovery != core::RecoveryState::standby; }

}  // namespace

bool is_ready(const core::State& state, const replica::Cluster& cluster) {
  if (!cluster.elected) return serves(state);
  return cluster.zookeeper == "connected" && cluster.in_queue;
}

std::string status_line(const core::State& state, const replica::Cluster& cluster) {
  if (cluster.elected && cluster.zookeeper != "connected" && !serves(state))
    return "STANDBY, ZooKeeper is " + cluster.zookeeper;
  if (cluster.elected && !cluster.in_queue && !serves(state)) return "STANDBY, taking its place in the election";
  std::string line(core::to_string(state.recovery));
  if (cluster.elected) {
    line += ", epoch " + std::to_string(cluster.epoch.value);
    if (!serves(state)) line += cluster.leader.empty() ? ", nobody leads" : ", the leader is " + cluster.leader;
    line += ", " + counted(cluster.members.size(), "master");
  }
  if (!cluster.held.empty()) line += ", silent because " + cluster.held;
  if (serves(state)) {
    line += ", " + counted(state.workers.size(), "worker");
    line += ", " + counted(state.apps.size(), "application");
    line += ", " + counted(state.drivers.size(), "driver");
  }
  return line;
}

class Supervised::Impl {
 public:
  Impl(boost::asio::io_context& io, Log& log, Look look, Reload reload, config::Merged started_with)
      : log_(log),
        look_(std::move(look)),
        reload_(std::move(reload)),
        running_with_(std::move(started_with)),
        notifier_(system::Notifier::from_environment()),
        timer_(io) {}

  void start() {
    if (notifier_.wanted()) turn();
  }

  void reload() {
    if (notifier_.wanted()) notifier_.send("RELOADING=1\n" + system::monotonic_usec());
    take(reload_());
    if (ready_) notifier_.send("READY=1");
  }

  void stopping() {
    stopping_ = true;
    timer_.cancel();
    notifier_.send("STOPPING=1\nSTATUS=Handing over and ending");
  }

 private:
  /// Every message carries all that is new; the watchdog is fed by each.
  void turn() {
    std::string message = "WATCHDOG=1";
    look_([&](const core::State& state, const replica::Cluster& cluster) {
      if (!ready_ && is_ready(state, cluster)) {
        ready_ = true;
        message += "\nREADY=1";
      }
      auto line = status_line(state, cluster);
      if (line == told_) return;
      message += "\nSTATUS=" + line;
      told_ = std::move(line);
    });
    notifier_.send(message);
    timer_.expires_after(ready_ ? std::min(refresh, notifier_.watchdog().value_or(2 * refresh) / 2) : until_ready);
    timer_.async_wait([this](boost::system::error_code error) {
      if (!error && !stopping_) turn();
    });
  }

  void take(const config::Loaded& loaded) {
    if (!loaded.settings) {
      for (const auto& error : loaded.errors) log_.error("Master", "Not reloaded: " + error);
      return;
    }
    for (const auto& warning : loaded.warnings) log_.warn("Master", warning);
    const auto changed = config::changes(running_with_, loaded.merged);
    if (changed.empty()) log_.info("Master", "The configuration was read again; nothing has changed.");
    for (const auto& change : changed) {
      const std::string what = change.name + ": " + change.before + " is now " + change.after;
      if (change.reloadable)
        log_.info("Master", what + ".");
      else
        log_.warn("Master", what + "; the running master keeps the old value until it is restarted.");
    }
    log_.set_level(loaded.settings->log_level);
    // What waits for a restart is compared with the running values next time too.
    for (const auto& change : changed) {
      if (!change.reloadable) continue;
      const auto found = loaded.merged.values.find(change.name);
      if (found == loaded.merged.values.end())
        running_with_.values.erase(change.name);
      else
        running_with_.values.insert_or_assign(found->first, found->second);
    }
  }

  Log& log_;
  Look look_;
  Reload reload_;
  config::Merged running_with_;
  system::Notifier notifier_;
  boost::asio::steady_timer timer_;
  std::string told_;
  bool ready_ = false;
  bool stopping_ = false;
};

Supervised::Supervised(boost::asio::io_context& io, Log& log, Look look, Reload reload, config::Merged started_with)
    : impl_(std::make_unique<Impl>(io, log, std::move(look), std::move(reload), std::move(started_with))) {}
Supervised::~Supervised() = default;
void Supervised::start() { impl_->start(); }
void Supervised::reload() { impl_->reload(); }
void Supervised::stopping() { impl_->stopping(); }

}  // namespace pilotlight::master
