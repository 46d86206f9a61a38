#include "core/deadlines.hpp"

namespace pilotlight::core {

void Deadlines::set(Wait wait, const std::string& id, Instant at) {
  const auto [entry, inserted] = when_.try_emplace({wait, id}, at);
  if (!inserted) {
    if (entry->second == at) return;
    order_.erase(Deadline{entry->second, wait, id});
    entry->second = at;
  }
  order_.insert(Deadline{at, wait, id});
}

void Deadlines::cancel(Wait wait, const std::string& id) {
  const auto entry = when_.find({wait, id});
  if (entry == when_.end()) return;
  order_.erase(Deadline{entry->second, wait, id});
  when_.erase(entry);
}

std::optional<Instant> Deadlines::get(Wait wait, const std::string& id) const {
  const auto entry = when_.find({wait, id});
  return entry == when_.end() ? std::nullopt : std::optional(entry->second);
}

std::optional<Instant> Deadlines::earliest() const {
  return order_.empty() ? std::nullopt : std::optional(order_.begin()->at);
}

std::optional<Deadline> Deadlines::pop_due(Instant now) {
  if (order_.empty() || order_.begin()->at > now) return std::nullopt;
  Deadline due = std::move(order_.extract(order_.begin()).value());
  when_.erase({due.wait, due.id});
  return due;
}

std::vector<Deadline> Deadlines::due(Instant now) const {
  std::vector<Deadline> due;
  for (auto entry = order_.begin(); entry != order_.end() && entry->at <= now; ++entry) due.push_back(*entry);
  return due;
}

void Deadlines::clear() {
  order_.clear();
  when_.clear();
}

}  // namespace pilotlight::core
