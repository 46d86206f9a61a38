#include "simulation/zookeeper.hpp"

#include <algorithm>
#include <utility>

namespace pilotlight::simulation {
namespace {

constexpr auto pulse = std::chrono::milliseconds(50);

}  // namespace

ZooKeeper::ZooKeeper(Loop& loop, Random& random, Network& network, std::size_t servers, Host first_host)
    : loop_(loop),
      random_(random),
      network_(network),
      servers_(servers),
      first_host_(first_host),
      ensemble_({servers}, loop.now()),
      faults_(0, 0, 0) {
  tick();
}

void ZooKeeper::tick() {
  ensemble_.advance(loop_.now());
  stir();
  loop_.after(pulse, [this] { tick(); });
}

const zk::Tree& ZooKeeper::truth() const { return ensemble_.tree(ensemble_.leader().value()); }

void ZooKeeper::crash(zk::ServerIndex server) {
  ensemble_.advance(loop_.now());
  ensemble_.crash(server);
  elect_soon();
  stir();
}

void ZooKeeper::restart(zk::ServerIndex server) {
  ensemble_.advance(loop_.now());
  ensemble_.restart(server);
  elect_soon();
}

void ZooKeeper::elect_soon() {
  if (electing_ || ensemble_.has_quorum()) return;
  electing_ = true;
  loop_.after(random_.between(std::chrono::milliseconds(200), std::chrono::seconds(2)), [this] {
    electing_ = false;
    ensemble_.advance(loop_.now());
    if (!ensemble_.has_quorum()) ensemble_.elect();
    stir();
  });
}

void ZooKeeper::stir() {
  for (auto* shell : shells_) shell->news_soon();
}

// ---- one client ----

ZkShell::ZkShell(ZooKeeper& zookeeper, Process& owner, std::function<void(const zk::Event&)> on_event, Duration timeout)
    : zookeeper_(zookeeper),
      owner_(owner),
      on_event_(std::move(on_event)),
      timeout_(timeout),
      client_(zookeeper.ensemble_.add_client(timeout)) {
  zookeeper_.shells_.push_back(this);
}

ZkShell::~ZkShell() {
  if (!ended_) end(false);
}

void ZkShell::start() {
  connect_soon({}, std::chrono::milliseconds(5));
  ping();
}

void ZkShell::end(bool in_order) {
  ended_ = true;
  *here_ = false;
  auto& ensemble = zookeeper_.ensemble_;
  ensemble.advance(zookeeper_.loop_.now());
  if (in_order && ensemble.connected(client_) && !cut_off()) ensemble.close(client_);
  ensemble.remove_client(client_);
  std::erase(zookeeper_.shells_, this);
  zookeeper_.stir();
}

bool ZkShell::cut_off() const {
  const auto server = zookeeper_.ensemble_.server_of(client_);
  if (!server) return true;
  const Host host = zookeeper_.host(*server);
  return zookeeper_.network_.blocked(owner_.host(), host) || zookeeper_.network_.blocked(host, owner_.host());
}

void ZkShell::connect_soon(Duration least, Duration most) {
  if (std::exchange(connecting_, true)) return;
  zookeeper_.loop_.after(zookeeper_.random_.between(least, most), [this, here = here_] {
    if (!*here) return;
    owner_.deliver([this, here] {
      if (*here) connect();
    });
  });
}

void ZkShell::connect() {
  connecting_ = false;
  auto& ensemble = zookeeper_.ensemble_;
  ensemble.advance(zookeeper_.loop_.now());
  if (ensemble.connected(client_)) return;
  const auto server = zookeeper_.random_.below(zookeeper_.servers_);
  const Host host = zookeeper_.host(server);
  const bool cut = zookeeper_.network_.blocked(owner_.host(), host) || zookeeper_.network_.blocked(host, owner_.host());
  const auto result = cut ? zk::Connected::refused : ensemble.connect(client_, server);
  if (result == zk::Connected::yes) {
    ++trip_;
    travelling_.clear();
    heard_ = zookeeper_.loop_.now();
  } else if (result == zk::Connected::expired) {
    connect_soon(std::chrono::milliseconds(1), std::chrono::milliseconds(20));
  } else {
    connect_soon(std::chrono::milliseconds(50), std::chrono::milliseconds(400));
  }
  zookeeper_.stir();
}

void ZkShell::submit(zk::RequestId id, zk::Request request) {
  auto& loop = zookeeper_.loop_;
  if (!connected_) {
    // Whoever asks again at once would otherwise never see the time pass.
    loop.after(std::chrono::microseconds(50), [this, here = here_, id] {
      if (!*here) return;
      owner_.deliver([this, here, id] {
        zk::Answered lost;
        lost.request = id;
        lost.code = zk::Code::connection_loss;
        if (*here) on_event_(lost);
      });
    });
    return;
  }
  outstanding_.push_back(id);
  Instant due = loop.now() + zookeeper_.network_.delay();
  if (!travelling_.empty()) due = std::max(due, travelling_.back().due);
  travelling_.push_back({due, id, std::move(request)});
  loop.at(due, [this, here = here_] {
    if (*here) travel();
  });
}

void ZkShell::travel() {
  auto& ensemble = zookeeper_.ensemble_;
  auto& loop = zookeeper_.loop_;
  while (!travelling_.empty() && travelling_.front().due <= loop.now()) {
    if (!ensemble.connected(client_)) return travelling_.clear();
    if (cut_off()) {
      loop.after(std::chrono::milliseconds(20), [this, here = here_] {
        if (*here) travel();
      });
      return;
    }
    auto next = std::move(travelling_.front());
    travelling_.pop_front();
    ensemble.advance(loop.now());
    if (!ensemble.connected(client_)) return travelling_.clear();  // the session ended just now
    const auto fault = zookeeper_.faults_.next();
    if (fault != zk::Fault::before && zookeeper_.before_request) zookeeper_.before_request(*this, next.request);
    ensemble.submit(client_, next.id, next.request, fault);
    if (fault != zk::Fault::before && zookeeper_.after_request) zookeeper_.after_request(*this, next.request);
    zookeeper_.stir();
  }
}

void ZkShell::break_connection() {
  auto& ensemble = zookeeper_.ensemble_;
  ensemble.advance(zookeeper_.loop_.now());
  if (!ensemble.connected(client_)) return;
  // Some of what is on its way is carried out all the same; nobody will tell.
  while (!travelling_.empty() && !cut_off() && zookeeper_.random_.chance(0.5)) {
    travelling_.front().due = zookeeper_.loop_.now();
    auto next = std::move(travelling_.front());
    travelling_.pop_front();
    if (zookeeper_.before_request) zookeeper_.before_request(*this, next.request);
    ensemble.submit(client_, next.id, next.request);
    if (zookeeper_.after_request) zookeeper_.after_request(*this, next.request);
  }
  travelling_.clear();
  ensemble.disconnect(client_);
  zookeeper_.stir();
}

void ZkShell::ping() {
  if (ended_) return;
  auto& ensemble = zookeeper_.ensemble_;
  auto& loop = zookeeper_.loop_;
  if (!owner_.frozen() && ensemble.connected(client_)) {
    if (!cut_off()) {
      heard_ = loop.now();
      loop.after(zookeeper_.network_.delay(), [this, here = here_] {
        if (!*here || !zookeeper_.ensemble_.connected(client_) || cut_off()) return;
        zookeeper_.ensemble_.advance(zookeeper_.loop_.now());
        zookeeper_.ensemble_.touch(client_);
      });
    } else if (loop.now() >= heard_ + timeout_ * 2 / 3) {
      break_connection();
    }
  }
  loop.after(timeout_ / 6, [this, here = here_] {
    if (*here) ping();
  });
}

void ZkShell::news_soon() {
  if (std::exchange(news_coming_, true)) return;
  zookeeper_.loop_.after(zookeeper_.network_.delay(), [this, here = here_] {
    if (!*here) return;
    news_coming_ = false;
    take_news();
  });
}

void ZkShell::take_news() {
  // What a server says does not get through; what the client finds out by itself does.
  if (zookeeper_.ensemble_.connected(client_) && cut_off()) return;
  while (auto event = zookeeper_.ensemble_.take_event(client_))
    owner_.deliver([this, here = here_, event = std::move(*event)] {
      if (*here) handle(event);
    });
}

void ZkShell::handle(const zk::Event& event) {
  if (const auto* answered = std::get_if<zk::Answered>(&event)) {
    const auto found = std::find(outstanding_.begin(), outstanding_.end(), answered->request);
    if (found == outstanding_.end()) return;  // answered already, with the connection's end
    outstanding_.erase(found);
  } else if (const auto* change = std::get_if<zk::SessionChanged>(&event)) {
    if (change->state == zk::SessionState::connected) connected_ = true;
    if (change->state == zk::SessionState::suspended || change->state == zk::SessionState::expired) {
      connected_ = false;
      travelling_.clear();
      for (const auto id : std::exchange(outstanding_, {})) {
        zk::Answered lost;
        lost.request = id;
        lost.code = change->state == zk::SessionState::expired ? zk::Code::session_expired : zk::Code::connection_loss;
        on_event_(lost);
        if (ended_) return;
      }
      connect_soon(std::chrono::milliseconds(1), std::chrono::milliseconds(200));
    }
  }
  on_event_(event);
}

}  // namespace pilotlight::simulation
