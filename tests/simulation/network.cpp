#include "simulation/network.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace pilotlight::simulation {
namespace {

constexpr auto connect_timeout = std::chrono::seconds(10);
constexpr auto connect_again = std::chrono::seconds(1);

}  // namespace

// ---- one process's side ----

Stack::Stack(Network& network, Process& process, User& user, deploy::Address address)
    : network_(network), process_(process), user_(user), address_(std::move(address)) {
  network_.listeners_[address_] = this;
}

Stack::~Stack() {
  const auto found = network_.listeners_.find(address_);
  if (found != network_.listeners_.end() && found->second == this) network_.listeners_.erase(found);
}

bool Stack::open(ConnectionId id) const {
  const auto connection = network_.find(id, *this);
  return connection && connection->side[Network::side_of(*connection, *this)].open;
}

ConnectionId Stack::send(ConnectionId id, const deploy::Address& address, Frame frame, bool guarded) {
  auto connection = network_.find(id, *this);
  if (!connection && !address.empty()) {
    const auto found = outgoing_.find(address);
    if (found != outgoing_.end()) connection = network_.find(found->second, *this);
    if (!connection) {
      id = network_.dial(*this, address);
      outgoing_[address] = id;
      connection = network_.find(id, *this);
    }
  }
  if (!connection) return {};
  send_over(connection->id, std::move(frame), guarded);
  return connection->id;
}

void Stack::reach(const deploy::Address& address) {
  const auto found = outgoing_.find(address);
  if (found == outgoing_.end() || !network_.find(found->second, *this))
    outgoing_[address] = network_.dial(*this, address);
}

void Stack::send_over(ConnectionId id, Frame frame, bool guarded) {
  const auto connection = network_.find(id, *this);
  if (!connection) return;
  connection->side[Network::side_of(*connection, *this)].queue.push_back({std::move(frame), guarded});
  unwritten_.insert(id);
}

void Stack::flush() {
  for (const auto id : std::vector(unwritten_.begin(), unwritten_.end())) network_.flush(*this, id);
}

void Stack::guard_changed() { flush(); }

void Stack::drop_guarded() {
  for (const auto id : unwritten_)
    if (const auto connection = network_.find(id, *this))
      std::erase_if(connection->side[Network::side_of(*connection, *this)].queue,
                    [](const auto& waiting) { return waiting.guarded; });
  // As the transport: what the kernel holds and the peer has not acknowledged is taken back with its connection.
  for (const auto& [number, connection] : std::map(network_.connections_)) {
    const int side = Network::side_of(*connection, *this);
    const auto& own = connection->side[side];
    if (own.stack == this && own.open && !own.pipe.empty()) network_.reset(connection, true);
  }
}

void Stack::thawed() {
  if (!begun_) return;
  auto [id, frame] = std::move(*begun_);
  begun_.reset();
  const auto connection = network_.find(id, *this);
  if (!connection) return;
  const int side = Network::side_of(*connection, *this);
  if (!connection->side[side].open) return;
  user_.on_wire(frame, true);
  network_.write(connection, side, std::move(frame));
}

void Stack::died() {
  const auto found = network_.listeners_.find(address_);
  if (found != network_.listeners_.end() && found->second == this) network_.listeners_.erase(found);
  const auto connections = network_.connections_;
  for (const auto& [id, connection] : connections) {
    for (int side = 0; side < 2; ++side) {
      if (connection->side[side].stack != this) continue;
      // A kernel that still holds what the peer sent resets instead of closing: then what was on its way is lost.
      if (network_.random_.chance(0.3)) connection->side[side].pipe.clear();
      connection->side[side].queue.clear();
      const bool was_open = std::exchange(connection->side[side].open, false);
      connection->side[side].stack = nullptr;
      if (was_open) network_.write(connection, side, std::nullopt);
    }
    if (connection->side[0].stack == nullptr && connection->side[1].stack == nullptr) network_.connections_.erase(id);
  }
}

// ---- the wires ----

/// Of this process, and not yet known to it to be closed.
Network::Shared Network::find(ConnectionId id, const Stack& of) const {
  const auto found = connections_.find(id.value);
  if (found == connections_.end()) return nullptr;
  const auto& side = found->second->side;
  return side[0].stack == &of || side[1].stack == &of ? found->second : nullptr;
}

void Network::unblock(Host from, Host to) {
  if (blocked_.erase({from, to}) == 0) return;
  const auto connections = connections_;
  for (const auto& [id, connection] : connections)
    for (int side = 0; side < 2; ++side) pump(connection, side);
}

void Network::heal() {
  firewall_.clear();
  const auto blocked = blocked_;
  for (const auto& [from, to] : blocked) unblock(from, to);
}

void Network::reset_firewall(Host from, Host to) {
  firewall_.insert({from, to});
  const auto connections = connections_;
  for (const auto& [id, connection] : connections) {
    const Host opener = connection->side[0].host;
    const Host acceptor = connection->side[1].host;
    if ((opener == from && acceptor == to) || (opener == to && acceptor == from)) reset(connection, true);
  }
}

void Network::reset_some(Process& of, bool data_lost) {
  std::vector<Shared> open;
  for (const auto& [id, connection] : connections_)
    for (const auto& side : connection->side)
      if (side.open && side.stack != nullptr && &side.stack->process_ == &of) open.push_back(connection);
  if (!open.empty()) reset(random_.pick(open), data_lost);
}

void Network::reset(const Shared& connection, bool data_lost) {
  for (int side = 0; side < 2; ++side) {
    if (!connection->side[side].open) continue;
    if (data_lost) connection->side[side].pipe.clear();
    write(connection, side, std::nullopt);
  }
}

Network::Found Network::probe(Host from, const deploy::Address& address) const {
  const auto found = listeners_.find(address);
  if (found == listeners_.end()) return Found::nobody;
  const Host to = found->second->process_.host();
  if (firewall_.contains({from, to})) return Found::nobody;
  return blocked(from, to) || blocked(to, from) ? Found::unknown : Found::somebody;
}

ConnectionId Network::dial(Stack& from, const deploy::Address& to) {
  auto connection = std::make_shared<Connection>();
  connection->id = ConnectionId(++last_);
  connection->address = to;
  connection->dialed = loop_.now();
  connection->side[0].stack = &from;
  connection->side[0].host = from.process_.host();
  connections_[last_] = connection;
  loop_.after(delay(), [this, connection] { attempt(connection, 0); });
  return connection->id;
}

void Network::attempt(const Shared& connection, int number) {
  Side& opener = connection->side[0];
  if (opener.stack == nullptr) return;
  const auto found = listeners_.find(connection->address);
  const bool listens = found != listeners_.end();
  const Host to = listens ? found->second->process_.host() : -1;
  const auto failed = [&](bool refused) {
    connections_.erase(connection->id.value);
    Stack* stack = opener.stack;
    stack->process_.deliver([this, stack, connection, refused] {
      forget(connection, stack);
      stack->user_.on_unreachable(connection->address, refused);
    });
  };
  if (listens && (blocked(opener.host, to) || blocked(to, opener.host))) {
    if (loop_.now() >= connection->dialed + connect_timeout) return failed(false);
    return loop_.after(connect_again, [this, connection, number] { attempt(connection, number + 1); });
  }
  if (!listens || firewall_.contains({opener.host, to})) return failed(true);
  connection->side[1].stack = found->second;
  connection->side[1].host = to;
  connection->side[0].open = connection->side[1].open = true;
  Stack* stack = opener.stack;
  stack->process_.deliver([this, stack, id = connection->id] { flush(*stack, id); });
}

void Network::write(const Shared& connection, int side, std::optional<Frame> frame) {
  Side& from = connection->side[side];
  from.last = std::max(from.last, loop_.now() + delay());
  from.pipe.push_back({from.last, std::move(frame)});
  pump(connection, side);
}

void Network::pump(const Shared& connection, int side) {
  Side& from = connection->side[side];
  Side& to = connection->side[1 - side];
  if (from.pumping || from.pipe.empty() || blocked(from.host, to.host)) return;
  from.pumping = true;
  loop_.at(from.pipe.front().due, [this, connection, side] {
    Side& sender = connection->side[side];
    sender.pumping = false;
    if (sender.pipe.empty() || blocked(sender.host, connection->side[1 - side].host)) return;
    if (sender.pipe.front().due > loop_.now()) return pump(connection, side);
    Item item = std::move(sender.pipe.front());
    sender.pipe.pop_front();
    arrived(connection, 1 - side, std::move(item.frame));
    pump(connection, side);
  });
}

void Network::arrived(const Shared& connection, int to, std::optional<Frame> frame) {
  Stack* stack = connection->side[to].stack;
  if (stack == nullptr) return;
  stack->process_.deliver([this, connection, to, stack, frame = std::move(frame)]() mutable {
    Side& side = connection->side[to];
    if (!side.open) return;
    if (frame) return stack->user_.on_frame(connection->id, *frame);
    side.open = false;
    side.stack = nullptr;
    side.queue.clear();
    if (connection->side[1 - to].stack == nullptr) connections_.erase(connection->id.value);
    forget(connection, stack);
    stack->user_.on_closed(connection->id, to == 0 ? connection->address : deploy::Address{});
  });
}

void Network::forget(const Shared& connection, Stack* stack) {
  stack->unwritten_.erase(connection->id);
  const auto found = stack->outgoing_.find(connection->address);
  if (found != stack->outgoing_.end() && found->second == connection->id) stack->outgoing_.erase(found);
}

void Network::flush(Stack& stack, ConnectionId id) {
  const auto connection = find(id, stack);
  if (!connection) return void(stack.unwritten_.erase(id));
  const int index = side_of(*connection, stack);
  Side& side = connection->side[index];
  if (side.stack != &stack) return void(stack.unwritten_.erase(id));
  if (!side.open) return;
  while (!side.queue.empty() && !stack.process_.frozen()) {
    if (side.queue.front().guarded && !stack.user_.may_speak()) return;
    Waiting waiting = std::move(side.queue.front());
    side.queue.pop_front();
    if (waiting.guarded && stack.user_.stands_still()) {
      stack.begun_ = {id, std::move(waiting.frame)};
      return;
    }
    stack.user_.on_wire(waiting.frame, false);
    write(connection, index, std::move(waiting.frame));
  }
  if (side.queue.empty()) stack.unwritten_.erase(id);
}

}  // namespace pilotlight::simulation
