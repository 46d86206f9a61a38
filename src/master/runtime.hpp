// The running master: one thread, one event loop, around the pure replica.
//
// Wires transport → inbound → replica → store or ZooKeeper → transport, links to the other masters, and HTTP beside
// it. Every function runs on the thread that runs the io_context; the store, ZooKeeper's client and the log have
// threads of their own and come back by posting. Outputs are carried out in the order in which the replica yields them.
// Made, started and stopped by run_master; outlives nothing that it was given.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "config/master_settings.hpp"
#include "recovery/store.hpp"

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

class Runtime {
 public:
  /// `store` is absent in recovery mode ZOOKEEPER.
  Runtime(boost::asio::io_context& io, config::MasterSettings settings, recovery::Store* store, Log& log);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  /// Binds both ports. An Error names the port and what to do; nothing listens then.
  Result<void> listen();
  /// Takes the lead with what the store holds (recovery modes NONE and FILESYSTEM elect themselves).
  void lead(core::Recovered recovered);
  /// Stands for election on ZooKeeper.
  void stand();
  /// Hands leadership over where there is somebody to take it; `left` is called when the process may end, within a
  /// few seconds.
  void leave(std::function<void()> left);
  /// Calls `at` with what is so at this moment; not before listen() nor after stop().
  void look(const std::function<void(const core::State&, const replica::Cluster&)>& at);
  /// Stops listening and closes every connection; what was acknowledged is durable already.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pilotlight::master
