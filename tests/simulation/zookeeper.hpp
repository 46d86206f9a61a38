// ZooKeeper for the masters of a simulated cluster: the ensemble in memory, and one client shell per master.
//
// The shell does what src/zk/client.hpp promises, with a network in between: requests travel, answers travel, a lost
// connection answers what is outstanding before it is reported, pings keep the session, a silent server is left after
// two thirds of the timeout. A request that was on its way when the connection broke may still be carried out.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "simulation/network.hpp"
#include "zk/faults.hpp"
#include "zk/memory_ensemble.hpp"

namespace pilotlight::simulation {

class ZkShell;

class ZooKeeper {
 public:
  /// Servers are the hosts `first_host`, `first_host` + 1, …
  ZooKeeper(Loop& loop, Random& random, Network& network, std::size_t servers, Host first_host);

  zk::MemoryEnsemble& ensemble() { return ensemble_; }
  [[nodiscard]] std::size_t servers() const { return servers_; }
  [[nodiscard]] Host host(zk::ServerIndex server) const { return first_host_ + static_cast<Host>(server); }
  /// How often a single request loses its connection, before or after it was carried out.
  void set_faults(double before, double after) { faults_ = zk::Faults(random_.next(), before, after); }
  /// What the leader has; there must be one.
  [[nodiscard]] const zk::Tree& truth() const;

  void crash(zk::ServerIndex server);
  void restart(zk::ServerIndex server);
  /// Servers that are up elect a leader, after a moment.
  void elect_soon();
  /// Something happened: whoever has news is told, each in its time.
  void stir();
  /// Asked before and told after each request that reaches a server.
  std::function<void(const ZkShell&, const zk::Request&)> before_request;
  std::function<void(const ZkShell&, const zk::Request&)> after_request;

 private:
  friend class ZkShell;
  void tick();

  Loop& loop_;
  Random& random_;
  Network& network_;
  std::size_t servers_;
  Host first_host_;
  zk::MemoryEnsemble ensemble_;
  zk::Faults faults_;
  std::vector<ZkShell*> shells_;
  bool electing_ = false;
};

class ZkShell {
 public:
  ZkShell(ZooKeeper& zookeeper, Process& owner, std::function<void(const zk::Event&)> on_event, Duration timeout);
  ~ZkShell();
  ZkShell(const ZkShell&) = delete;
  ZkShell& operator=(const ZkShell&) = delete;

  void start();
  void submit(zk::RequestId id, zk::Request request);
  /// The process ended: in order (the session ends at once when connected), or not.
  void end(bool in_order);
  /// The connection breaks, seen from here. The client goes to another server.
  void break_connection();
  [[nodiscard]] const Process& owner() const { return owner_; }

 private:
  friend class ZooKeeper;
  struct Travelling {
    Instant due;
    zk::RequestId id;
    zk::Request request;
  };
  void connect();
  void connect_soon(Duration least, Duration most);
  void travel();
  void news_soon();
  void take_news();
  void handle(const zk::Event& event);
  void ping();
  [[nodiscard]] bool cut_off() const;

  ZooKeeper& zookeeper_;
  Process& owner_;
  std::function<void(const zk::Event&)> on_event_;
  Duration timeout_;
  zk::ClientId client_;
  bool connected_ = false;  ///< as the owner has been told
  bool ended_ = false;
  bool connecting_ = false;
  bool news_coming_ = false;
  Instant heard_{};
  std::deque<Travelling> travelling_;
  std::uint64_t trip_ = 0;  ///< requests of an earlier connection do not arrive
  std::deque<zk::RequestId> outstanding_;
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);
};

}  // namespace pilotlight::simulation
