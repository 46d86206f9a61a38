// What goes wrong in a simulated night. Each fault ends by itself; all that is still wrong ends with the night.
#include <algorithm>

#include "simulation/world.hpp"

namespace pilotlight::simulation {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

}  // namespace

const std::vector<World::FaultKind>& World::fault_kinds() {
  static const std::vector<FaultKind> kinds = {{"kill a master", &World::kill_master},
                                               {"kill the leader", &World::kill_leader},
                                               {"SIGTERM to the leader", &World::terminate_leader},
                                               {"hand over", &World::hand_over},
                                               {"freeze a master", &World::freeze_master},
                                               {"freeze the leader", &World::freeze_leader},
                                               {"freeze the leader between check and write", &World::freeze_in_write},
                                               {"crash a ZooKeeper server", &World::crash_zk_server},
                                               {"crash ZooKeeper's leader", &World::crash_zk_leader},
                                               {"ZooKeeper without a majority", &World::lose_zk_quorum},
                                               {"a ZooKeeper server lags", &World::lag_zk_server},
                                               {"a session moves", &World::break_zk_session},
                                               {"cut a master off from ZooKeeper", &World::cut_master_from_zk},
                                               {"cut two masters apart", &World::cut_masters},
                                               {"isolate a master from masters", &World::isolate_master},
                                               {"the leader sees its peers only", &World::cut_leader_off},
                                               {"cut a peer off from a master", &World::cut_peer},
                                               {"reset a connection", &World::reset_connection},
                                               {"a firewall resets between masters", &World::reset_masters},
                                               {"crash a worker", &World::crash_worker},
                                               {"crash a driver", &World::crash_app},
                                               {"a slow network", &World::slow_network},
                                               {"two at once", &World::two_at_once}};
  return kinds;
}

void World::later(Duration delay, std::function<void()> work) {
  loop.after(delay, [this, work = std::move(work)] {
    if (!faults_over_) work();
  });
}

void World::begin_faults() {
  zookeeper.set_faults(setup.zk_lost_before, setup.zk_lost_after);
  later(seconds(2), [this] { next_fault(); });
}

void World::next_fault() {
  double sum = 0;
  for (const auto weight : setup.fault_weights) sum += weight;
  double drawn = random.fraction() * sum;
  std::size_t kind = 0;
  while (kind + 1 < setup.fault_weights.size() && drawn >= setup.fault_weights[kind])
    drawn -= setup.fault_weights[kind++];
  trace.say([&] { return std::string("---- ") + fault_kinds()[kind].name; });
  (this->*fault_kinds()[kind].happen)();
  // Often the next one comes while the last one is being repaired.
  later(random.chance(0.3) ? random.between(microseconds(100), milliseconds(100))
                           : random.between({}, setup.fault_pause * 2),
        [this] { next_fault(); });
}

void World::two_at_once() {
  for (int i = 0; i < 2; ++i) {
    const auto kind = random.below(fault_kinds().size() - 1);
    trace.say([&] { return std::string("---- at once: ") + fault_kinds()[kind].name; });
    (this->*fault_kinds()[kind].happen)();
  }
}

void World::stop_faults() {
  trace.say([] { return "==== the faults are over"; });
  faults_over_ = true;
  network.heal();
  network.set_delay(microseconds(50), microseconds(400));
  zookeeper.set_faults(0, 0);
  for (zk::ServerIndex server = 0; server < zookeeper.servers(); ++server) {
    zookeeper.restart(server);
    if (zookeeper.ensemble().leader() != server) zookeeper.ensemble().set_lagging(server, false);
  }
  zookeeper.elect_soon();
  for (std::size_t place = 0; place < setup.masters; ++place) {
    if (!masters_[place]->alive()) start_master(place);
    masters_[place]->thaw();
  }
  for (std::size_t place = 0; place < setup.workers; ++place)
    if (!workers_[place]->alive()) start_worker(place);
}

// ---- masters ----

MasterNode* World::some_master() {
  const auto living = masters();
  return living.empty() ? nullptr : living[random.below(living.size())];
}

MasterNode* World::some_leader() {
  for (auto* master : masters())
    if (master->leads()) return master;
  return some_master();
}

void World::restart_later(std::size_t place) {
  later(random.chance(0.3) ? random.between(milliseconds(5), milliseconds(300))
                           : random.between(milliseconds(300), seconds(8)),
        [this, place] {
          if (!masters_[place]->alive()) start_master(place);
        });
}

void World::kill_master() {
  if (auto* master = some_master()) {
    trace.say([&] { return master->name() + " is killed"; });
    master->die();
    restart_later(static_cast<std::size_t>(master->host()));
  }
}

void World::kill_leader() {
  if (auto* master = some_leader()) {
    trace.say([&] { return master->name() + " is killed"; });
    master->die();
    restart_later(static_cast<std::size_t>(master->host()));
  }
}

void World::terminate_leader() {
  if (auto* master = some_leader()) {
    trace.say([&] { return master->name() + " is told to end"; });
    master->terminate();
  }
}

void World::hand_over() {
  if (auto* master = some_leader()) master->transfer();
}

void World::freeze_master() {
  if (auto* master = some_master()) freeze(*master, random.between(milliseconds(20), seconds(8)));
}

void World::freeze_leader() {
  auto* master = some_leader();
  if (master == nullptr) return;
  freeze(*master, random.chance(0.5) ? random.between(milliseconds(20), seconds(1))
                                     : random.between(milliseconds(400), seconds(12)));
}

void World::freeze_in_write() {
  if (auto* master = some_leader()) master->stand_still(random.between(milliseconds(100), seconds(8)), true);
}

// ---- ZooKeeper ----

void World::crash_zk_server() {
  const auto server = random.below(zookeeper.servers());
  zookeeper.crash(server);
  later(random.between(milliseconds(500), seconds(6)), [this, server] { zookeeper.restart(server); });
}

void World::crash_zk_leader() {
  const auto leader = zookeeper.ensemble().leader();
  if (!leader) return;
  zookeeper.crash(*leader);
  later(random.between(milliseconds(500), seconds(6)), [this, server = *leader] { zookeeper.restart(server); });
}

void World::lose_zk_quorum() {
  const Duration away = random.between(milliseconds(200), random.chance(0.3) ? seconds(15) : seconds(4));
  for (zk::ServerIndex server = 0; server <= zookeeper.servers() / 2; ++server) {
    zookeeper.crash(server);
    later(away, [this, server] { zookeeper.restart(server); });
  }
}

void World::lag_zk_server() {
  const auto server = random.below(zookeeper.servers());
  if (zookeeper.ensemble().leader() == server || !zookeeper.ensemble().is_up(server)) return;
  zookeeper.ensemble().set_lagging(server, true);
  later(random.between(milliseconds(100), seconds(6)), [this, server] {
    if (zookeeper.ensemble().leader() != server) zookeeper.ensemble().set_lagging(server, false);
    zookeeper.stir();
  });
}

void World::break_zk_session() {
  if (auto* master = some_master()) master->zookeeper().break_connection();
}

void World::cut_master_from_zk() {
  auto* master = some_master();
  if (master == nullptr) return;
  const bool all = random.chance(0.6);
  const bool one_way = random.chance(0.3);
  const Duration away = random.between(milliseconds(100), seconds(10));
  for (zk::ServerIndex server = 0; server < zookeeper.servers(); ++server) {
    if (!all && random.chance(0.5)) continue;
    const Host there = zookeeper.host(server);
    const Host here = master->host();
    if (!one_way) network.block(here, there);
    network.block(there, here);
    later(away, [this, here, there] {
      network.unblock(here, there);
      network.unblock(there, here);
    });
  }
}

// ---- the network ----

void World::cut_masters() {
  const auto one = static_cast<Host>(random.below(setup.masters));
  const auto other = static_cast<Host>(random.below(setup.masters));
  if (one == other) return;
  network.block(one, other);
  if (random.chance(0.6)) network.block(other, one);
  later(random.between(milliseconds(50), seconds(6)), [this, one, other] {
    network.unblock(one, other);
    network.unblock(other, one);
  });
}

void World::isolate_master() {
  auto* master = random.chance(0.6) ? some_leader() : some_master();
  if (master == nullptr) return;
  const Host one = master->host();
  const bool out = random.chance(0.8);
  const bool in = !out || random.chance(0.7);
  const Duration away = random.between(milliseconds(50), seconds(8));
  for (Host other = 0; other < static_cast<Host>(setup.masters); ++other) {
    if (other == one) continue;
    if (out) network.block(one, other);
    if (in) network.block(other, one);
    later(away, [this, one, other] {
      network.unblock(one, other);
      network.unblock(other, one);
    });
  }
}

/// Neither masters nor ZooKeeper: nothing but the lease tells it to be silent, and workers and drivers still listen.
void World::cut_leader_off() {
  auto* master = some_leader();
  if (master == nullptr) return;
  const Host one = master->host();
  const Duration away = random.between(milliseconds(300), seconds(5));
  std::vector<Host> others;
  for (std::size_t place = 0; place < setup.masters; ++place) others.push_back(static_cast<Host>(place));
  for (zk::ServerIndex server = 0; server < zookeeper.servers(); ++server) others.push_back(zookeeper.host(server));
  for (const Host other : others) {
    if (other == one) continue;
    network.block(one, other);
    network.block(other, one);
    later(away, [this, one, other] {
      network.unblock(one, other);
      network.unblock(other, one);
    });
  }
  // Something to say, soon: a connection that breaks is called back.
  for (int i = 1; i <= 3; ++i)
    later(milliseconds(450 * i), [this, master] {
      if (master->alive()) network.reset_some(*master, false);
    });
}

void World::cut_peer() {
  const auto place = random.below(setup.workers);
  // Longer, and a living worker would rightly be given up.
  if (peer_free_[place] > loop.now()) return;
  peer_free_[place] = loop.now() + seconds(15);
  const Host peer = workers_[place]->host();
  const auto master = static_cast<Host>(random.below(setup.masters));
  network.block(peer, master);
  if (random.chance(0.6)) network.block(master, peer);
  later(random.between(milliseconds(50), seconds(4)), [this, peer, master] {
    network.unblock(peer, master);
    network.unblock(master, peer);
  });
}

void World::reset_connection() {
  if (auto* master = random.chance(0.7) ? some_leader() : some_master())
    network.reset_some(*master, random.chance(0.5));
}

void World::reset_masters() {
  const auto one = static_cast<Host>(random.below(setup.masters));
  const auto other = static_cast<Host>(random.below(setup.masters));
  if (one == other) return;
  network.reset_firewall(one, other);
  if (random.chance(0.5)) network.reset_firewall(other, one);
  later(random.between(milliseconds(20), seconds(3)), [this, one, other] {
    network.lift_firewall(one, other);
    network.lift_firewall(other, one);
  });
}

void World::slow_network() {
  network.set_delay(milliseconds(random.below(5)), milliseconds(5 + random.below(60)));
  later(random.between(milliseconds(200), seconds(5)),
        [this] { network.set_delay(microseconds(50), microseconds(400)); });
}

// ---- peers ----

void World::crash_worker() {
  const auto place = random.below(setup.workers);
  auto* worker = workers_[place];
  if (!worker->alive()) return;
  trace.say([&] { return worker->name() + " is killed"; });
  worker->die();
  later(random.between(milliseconds(100), seconds(10)), [this, place] {
    if (!workers_[place]->alive()) start_worker(place);
  });
}

void World::crash_app() {
  const auto running = apps();
  if (running.empty()) return;
  auto* app = running[random.below(running.size())];
  trace.say([&] { return app->name() + " is killed"; });
  app->die();
}

}  // namespace pilotlight::simulation
