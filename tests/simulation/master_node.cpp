#include "simulation/master_node.hpp"

#include <utility>

#include "base/overloaded.hpp"
#include "simulation/world.hpp"

namespace pilotlight::simulation {
namespace {

constexpr auto probe_timeout = std::chrono::milliseconds(200);
constexpr auto posted = std::chrono::microseconds(10);
constexpr auto longest_leave = std::chrono::seconds(3);
constexpr std::int32_t web_port = 8080;

}  // namespace

MasterNode::MasterNode(World& world, Host host, deploy::Address address, std::string nonce)
    : Process(world.loop, world.random, "master " + address.host + "/" + nonce.substr(0, 4), host),
      world_(world),
      nonce_(std::move(nonce)),
      stack_(world.network, *this, *this, address),
      zk_(
          world.zookeeper, *this,
          [this](const zk::Event& event) {
            zk::Event seen = event;
            if (bug_ && !bug_->on_zk_event(seen)) return;
            turn([&](const Now& at) { replica_->on_zk(at, seen); });
          },
          world.setup.session_timeout),
      bug_(world.make_bug()) {
  auto settings = world.master_settings(address);
  if (bug_) bug_->on_settings(settings);
  election::Member self{nonce_, address, settings.core.web_ui_url, web_port, "simulated"};
  replica_.emplace(std::move(settings), std::move(self));
  loop_.after({}, [this] {
    deliver([this] {
      turn([this](const Now& at) { replica_->start(at); });
      zk_.start();
    });
  });
}

MasterNode::~MasterNode() = default;

bool MasterNode::leads() const { return alive() && replica_->state().recovery != core::RecoveryState::standby; }
bool MasterNode::may_speak_now() const { return replica_->may_speak(local()); }

Now MasterNode::now() const { return {local(), world_.wall(*this), {}}; }

void MasterNode::terminate() {
  if (std::exchange(terminating_, true)) return;
  deliver([this] {
    turn([this](const Now& at) { replica_->leave(at); });
    loop_.after(longest_leave, [this] { deliver([this] { end_in_order(); }); });
  });
}

void MasterNode::transfer() {
  deliver([this] { turn([this](const Now& at) { static_cast<void>(replica_->transfer(at, std::nullopt)); }); });
}

void MasterNode::end_in_order() {
  if (!alive()) return;
  world_.trace.say([&] { return name() + " ends"; });
  zk_.end(true);
  Process::die();
  stack_.died();
  world_.master_ended(*this);
}

void MasterNode::die() {
  if (!alive()) return;
  zk_.end(false);
  Process::die();
  stack_.died();
}

void MasterNode::stand_still(Duration duration, bool between_check_and_write) {
  if (between_check_and_write) {
    stand_still_ = duration;
    // When nothing is written, it stands still all the same.
    loop_.after(std::chrono::milliseconds(300), [this] {
      if (alive() && stand_still_ && !frozen()) world_.freeze(*this, *std::exchange(stand_still_, std::nullopt));
    });
  } else {
    world_.freeze(*this, duration);
  }
}

bool MasterNode::stands_still() {
  if (!stand_still_) return false;
  world_.freeze(*this, *std::exchange(stand_still_, std::nullopt));
  return true;
}

void MasterNode::thawed() { stack_.thawed(); }

void MasterNode::look_at_timers() {
  const auto due = replica_->wake_at();
  if (due && *due <= local()) turn([this](const Now& at) { replica_->on_timer(at); });
  stack_.flush();
}

// ---- what arrives ----

void MasterNode::on_frame(ConnectionId connection, Frame& frame) {
  std::visit(overloaded{[&](election::LinkFrame& link) {
                          masters_[connection.value] = link.sender;
                          if (bug_) bug_->on_link_received(link.message);
                          turn([&](const Now& at) { replica_->on_link(at, link.sender, link.message); });
                        },
                        [&](deploy::ToMaster& message) {
                          core::MessageReceived received{
                              connection, frame.sender, {deploy::Dialect::spark_3_4}, std::nullopt, std::move(message)};
                          if (frame.ask != 0) received.ask = core::AskId{connection, frame.ask};
                          turn([&](const Now& at) { replica_->on_core(at, std::move(received)); });
                        },
                        [](auto&) {}},
             frame.body);
}

void MasterNode::on_closed(ConnectionId connection, const deploy::Address&) {
  const auto found = masters_.find(connection.value);
  if (found != masters_.end()) {
    const auto other = std::move(found->second);
    masters_.erase(found);
    return link_broken(other);
  }
  turn([&](const Now& at) { replica_->on_core(at, core::ConnectionClosed{connection}); });
}

void MasterNode::on_unreachable(const deploy::Address& address, bool refused) {
  if (const auto found = addresses_.find(address); found != addresses_.end()) return link_broken(found->second);
  turn([&](const Now& at) {
    replica_->on_core(at, core::PeerUnreachable{address, refused, refused ? "Connection refused" : "timed out"});
  });
}

void MasterNode::link_broken(const std::string& other) {
  turn([&](const Now& at) { replica_->on_link_broken(at, other); });
}

bool MasterNode::may_speak() {
  bool may = replica_->may_speak(local());
  if (bug_) may = bug_->may_speak(may);
  tongue_held_ |= !may;
  return may;
}

void MasterNode::on_wire(const Frame& frame, bool late) { world_.witness.said(*this, frame, late); }

// ---- what goes out ----

template <typename Input>
void MasterNode::turn(Input input) {
  if (!alive()) return;
  Now at = now();
  if (bug_) bug_->on_time(at);
  input(at);
  carry_out();
}

void MasterNode::carry_out() {
  for (auto& output : replica_->take_outputs()) {
    std::visit([this](auto& what) { carry_out(what); }, output);
    if (!alive()) return;
  }
  world_.witness.turned(*this);
  if (tongue_held_ && may_speak()) tongue_held_ = false;
  stack_.flush();
  commit_soon();
  arm();
}

void MasterNode::carry_out(core::LogLine& line) {
  world_.trace.say([&] { return name() + ": " + line.text; });
}

void MasterNode::carry_out(replica::Carry& carry) {
  bool guarded = carry.guarded;
  if (bug_ && !bug_->on_carry(carry.output, guarded)) return;
  const std::uint64_t epoch = carry.guarded ? replica_->state().epoch.value : 0;
  std::visit(
      overloaded{[&](core::Send& send) {
                   Frame frame{address(), {}, 0, epoch};
                   std::visit([&](auto& message) { frame.body = std::move(message); }, send.message);
                   stack_.send(send.to.connection, send.to.ref.address, std::move(frame), guarded);
                 },
                 [&](core::Answer& answer) {
                   Frame frame{address(), Answer{answer.ask.request, std::move(answer.reply)}, 0, 0};
                   stack_.send_over(answer.ask.connection, std::move(frame), guarded);
                 },
                 [&](core::ReadWorkerVersion& read) {
                   loop_.after(std::chrono::milliseconds(3), [this, worker = read.worker] {
                     deliver([this, worker] {
                       turn([&](const Now& at) { replica_->on_core(at, core::WorkerVersionRead{worker, "3.5.6"}); });
                     });
                   });
                 },
                 [&](core::ReadWorkerDrivers& read) {
                   loop_.after(std::chrono::milliseconds(3), [this, worker = read.worker] {
                     deliver([this, worker] {
                       core::WorkerDriversRead page{worker, std::nullopt};
                       for (const auto* node : world_.workers())
                         if (node->id() == worker && node->alive() && !node->frozen()) page.drivers = node->page();
                       turn([&](const Now& at) { replica_->on_core(at, std::move(page)); });
                     });
                   });
                 }},
      carry.output);
}

void MasterNode::carry_out(replica::ForgetGuarded&) {
  if (bug_ && !bug_->forgets_guarded()) return;
  tongue_held_ = false;
  stack_.drop_guarded();
}

void MasterNode::carry_out(replica::Reach& wanted) { stack_.reach(wanted.peer); }

void MasterNode::carry_out(replica::Left&) {
  loop_.after(posted, [this] { deliver([this] { end_in_order(); }); });
}

void MasterNode::carry_out(election::SubmitZk& ask) {
  if (bug_) bug_->on_zk_request(ask.id, ask.request);
  zk_.submit(ask.id, std::move(ask.request));
}

void MasterNode::carry_out(election::SendLink& message) {
  if (bug_) bug_->on_link_sent(message.message);
  send_link(message.to, message.message);
}

void MasterNode::send_link(const election::Member& to, const election::LinkMessage& message) {
  addresses_[to.address] = to.nonce;
  const auto connection = stack_.send({}, to.address, {address(), election::LinkFrame{nonce_, message}, 0, 0});
  if (connection.value != 0) masters_[connection.value] = to.nonce;
}

void MasterNode::carry_out(election::Probe& wanted) {
  const auto answer = [this, nonce = wanted.member.nonce](Duration delay, election::Found found) {
    loop_.after(delay, [this, nonce, found] {
      deliver([this, nonce, found] { turn([&](const Now& at) { replica_->on_probe(at, nonce, found); }); });
    });
  };
  const auto delay = world_.network.delay() * 2;
  switch (world_.network.probe(host(), wanted.member.address)) {
    case Network::Found::nobody: return answer(delay, election::Found::nobody);
    case Network::Found::somebody: return answer(delay, election::Found::somebody);
    case Network::Found::unknown: return answer(probe_timeout, election::Found::unknown);
  }
}

void MasterNode::commit_soon() {
  if (commit_posted_ || !replica_->wants_end_turn()) return;
  commit_posted_ = true;
  loop_.after(posted, [this] {
    deliver([this] {
      commit_posted_ = false;
      turn([this](const Now& at) { replica_->end_turn(at); });
    });
  });
}

void MasterNode::arm() {
  const auto wake_at = replica_->wake_at();
  if (!wake_at || (armed_ && *armed_ <= *wake_at)) return;
  armed_ = wake_at;
  loop_.at(std::max(global(*wake_at), loop_.now() + std::chrono::microseconds(20)) +
               random_.between({}, std::chrono::microseconds(300)),
           [this] {
             deliver([this] {
               armed_.reset();
               const auto due = replica_->wake_at();
               if (due && *due <= local()) return turn([this](const Now& at) { replica_->on_timer(at); });
               carry_out();
             });
           });
}

}  // namespace pilotlight::simulation
