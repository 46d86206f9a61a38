// The master as its service manager sees it (systemd): when it is ready, what it is doing, that its loop turns, and
// that it takes changed settings at SIGHUP.
//
// Made by run_master and used on the runtime's thread; `look` is called there, never after stopping(). The watchdog is
// fed by a timer of the same loop that handles Spark's messages: a master whose loop stands still is started again.
// Without a manager only reload() does anything.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "config/load.hpp"

namespace boost::asio {
class io_context;
}

namespace pilotlight::core {
struct State;
}
namespace pilotlight::replica {
struct Cluster;
}

namespace pilotlight::master {

class Log;

class Supervised {
 public:
  /// Calls its argument with what is so at this moment.
  using Look = std::function<void(const std::function<void(const core::State&, const replica::Cluster&)>&)>;
  /// Reads the configuration again, from the same sources.
  using Reload = std::function<config::Loaded()>;

  /// `started_with` is what the running settings were made of.
  Supervised(boost::asio::io_context& io, Log& log, Look look, Reload reload, config::Merged started_with);
  ~Supervised();
  Supervised(const Supervised&) = delete;
  Supervised& operator=(const Supervised&) = delete;

  /// READY follows once the master serves alone or stands in the election.
  void start();
  /// SIGHUP: takes what can be taken, says what needs a restart; a configuration with mistakes changes nothing.
  void reload();
  /// It is about to hand over and end.
  void stopping();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// As /readyz has it. Alone: it serves. Elected: ZooKeeper answers and it has its place in the election.
bool is_ready(const core::State& state, const replica::Cluster& cluster);
/// One line for `systemctl status`: role, epoch, counts, or what it waits for.
std::string status_line(const core::State& state, const replica::Cluster& cluster);

}  // namespace pilotlight::master
