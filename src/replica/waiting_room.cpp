#include "replica/waiting_room.hpp"

namespace pilotlight::replica {
namespace {

constexpr std::size_t most_registrations = 20'000;
constexpr std::size_t most_asks = 1'000;
/// A worker or driver is one sender of its connection.
constexpr std::size_t most_senders = 16;

template <typename... Kinds>
bool is_any_of(const deploy::ToMaster& message) {
  return (std::holds_alternative<Kinds>(message) || ...);
}

bool is_registration(const deploy::ToMaster& message) {
  return is_any_of<deploy::RegisterWorker, deploy::RegisterApplication>(message);
}

bool is_ask_of_a_client(const deploy::ToMaster& message) {
  return is_any_of<deploy::RequestSubmitDriver, deploy::RequestKillDriver, deploy::RequestDriverStatus,
                   deploy::RequestKillAllDrivers, deploy::RequestExecutors, deploy::KillExecutors>(message);
}

}  // namespace

WaitingRoom::Fate WaitingRoom::arrived(const core::MessageReceived& message, const Now& now, WallTime at, Epoch seen) {
  if (is_registration(message.message) && message.sender && registrations_.size() < most_registrations) {
    auto& latest = latest_[deploy::to_string(*message.sender)];
    registrations_.erase(latest);
    latest = ++next_;
    registrations_.emplace(latest, message).first->second.arrived = at;
    return Fate::pass;
  }
  if (!message.ask || !is_ask_of_a_client(message.message) || asks_.size() >= most_asks) return Fate::pass;
  auto& kept = asks_.emplace(++next_, Ask{now.instant, message, seen}).first->second.message;
  kept.arrived = at;
  return Fate::keep;
}

void WaitingRoom::heard(const core::MessageReceived& message) {
  if (!message.sender ||
      !is_any_of<deploy::RegisterWorker, deploy::RegisterApplication, deploy::WorkerLatestState,
                 deploy::WorkerSchedulerStateResponse, deploy::MasterChangeAcknowledged>(message.message))
    return;
  const std::string sender = deploy::to_string(*message.sender);
  const auto same = connections_.find(sender);
  if (same != connections_.end() && same->second.second == message.connection) return;
  if (senders_.count(message.connection.value) >= most_senders) return;
  connections_[sender] = {*message.sender, message.connection};
  senders_.emplace(message.connection.value, sender);
}

void WaitingRoom::closed(ConnectionId connection) {
  const auto [first, last] = senders_.equal_range(connection.value);
  for (auto entry = first; entry != last; ++entry) {
    const auto known = connections_.find(entry->second);
    if (known != connections_.end() && known->second.second == connection) connections_.erase(known);
    const auto latest = latest_.find(entry->second);
    if (latest == latest_.end()) continue;
    const auto kept = registrations_.find(latest->second);
    if (kept != registrations_.end() && kept->second.connection != connection) continue;
    if (kept != registrations_.end()) registrations_.erase(kept);
    latest_.erase(latest);
  }
  senders_.erase(first, last);
  std::erase_if(asks_, [&](const auto& ask) { return ask.second.message.connection == connection; });
}

std::vector<core::MessageReceived> WaitingRoom::take_all() {
  auto all = std::exchange(registrations_, {});
  for (auto& [number, ask] : asks_) all.emplace(number, std::move(ask.message));
  asks_.clear();
  latest_.clear();
  std::vector<core::MessageReceived> messages;
  for (auto& [number, message] : all) messages.push_back(std::move(message));
  return messages;
}

std::vector<core::MessageReceived> WaitingRoom::take_outdated(Epoch won) {
  std::vector<core::MessageReceived> messages;
  std::erase_if(asks_, [&](auto& entry) {
    auto& ask = entry.second;
    const bool outdated = is_any_of<deploy::RequestExecutors, deploy::KillExecutors>(ask.message.message) &&
                          ask.seen.value + 1 < won.value;
    if (outdated) messages.push_back(std::move(ask.message));
    return outdated;
  });
  return messages;
}

std::vector<core::MessageReceived> WaitingRoom::take_asks(Instant before) {
  std::vector<core::MessageReceived> messages;
  while (!asks_.empty() && asks_.begin()->second.at <= before) {
    messages.push_back(std::move(asks_.begin()->second.message));
    asks_.erase(asks_.begin());
  }
  return messages;
}

}  // namespace pilotlight::replica
