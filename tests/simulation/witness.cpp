// Rules about masters: their state, their writes, their words.
#include "simulation/witness.hpp"

#include <algorithm>
#include <string_view>

#include "base/overloaded.hpp"
#include "recovery/zk_layout.hpp"
#include "simulation/world.hpp"

namespace pilotlight::simulation {
namespace {

const recovery::ZkLayout& layout() {
  static const recovery::ZkLayout paths("/spark");
  return paths;
}

/// Nodes that any master may make, in any order: they hold nothing.
bool is_parent(std::string_view path) {
  for (const auto& parent : {layout().root(), layout().records(), layout().set_aside(), layout().commit(),
                             layout().epoch(), layout().root() + "/failovers"})
    if (path == parent) return true;
  for (const auto kind : recovery::record_kinds)
    if (path == layout().records(kind) || path == layout().set_aside(kind)) return true;
  return false;
}

std::string name_of(const std::string& nonce) { return nonce.substr(0, 4); }

}  // namespace

void Witness::fail(std::string sentence) {
  if (violation_) return;
  world_.trace.say([&] { return "VIOLATION: " + sentence; });
  violation_ = std::move(sentence);
}

// ---- state ----

void Witness::turned(const MasterNode& master) {
  world_.trace.count(static_cast<std::uint64_t>(master.host()) + 2);
  const auto& replica = master.replica();
  if (auto violated = replica.check()) return fail(master.name() + ": " + *violated);
  const auto& state = replica.state();
  auto& before = before_[&master];
  if (auto violated = core::check_delta(before, state)) return fail(master.name() + ": " + *violated);
  const bool leads = master.leads();
  if (leads || before.recovery != core::RecoveryState::standby) before = core::snapshot(state);
  if (!leads) return;
  const auto [leader, first] = leaders_.emplace(state.epoch.value, master.nonce());
  if (leader->second != master.nonce()) return fail("two masters lead in epoch " + std::to_string(state.epoch.value));
  auto& checked = checked_[&master];
  if (first || world_.loop.now() >= checked + std::chrono::milliseconds(200)) {
    checked = world_.loop.now();
    check_survivors(master);
  }
}

/// What was acknowledged is there, in the state of whoever may write.
void Witness::check_survivors(const MasterNode& master) {
  const auto& state = master.replica().state();
  if (!master.leads() || epoch_.leader.nonce != master.nonce() || epoch_.epoch != state.epoch) return;
  for (const auto& [id, app] : apps_)
    if (!ended_apps_.contains(app) && !state.apps.contains(id))
      return fail(master.name() + " leads and does not know the application " + id.text + " of " + app->name());
  for (const auto& [id, asked] : drivers_) {
    const bool completed = std::any_of(state.completed_drivers.begin(), state.completed_drivers.end(),
                                       [&](const auto& driver) { return driver.record.id == id; });
    if (!completed && !state.drivers.contains(id))
      return fail(master.name() + " leads and does not know the driver " + id.text + ", which was acknowledged");
  }
}

// ---- words ----

void Witness::said(const MasterNode& master, const Frame& frame, bool late) {
  world_.trace.count(frame.epoch + frame.body.index());
  if (frame.epoch == 0) return;
  if (frame.epoch < spoken_) {
    // The residue that stays in any case (failover protocol, right to speak): one frame, checked before the process
    // stood still, leaves afterwards.
    if (late) return void(++residues_.stood_still_in_write);
    return fail(master.name() + " gives an order of epoch " + std::to_string(frame.epoch) +
                " after its successor gave one of epoch " + std::to_string(spoken_));
  }
  read_epoch();
  if (frame.epoch > epoch_.epoch.value)
    return fail(master.name() + " gives an order of epoch " + std::to_string(frame.epoch) + ", which it has not won");
  spoken_ = frame.epoch;
}

// ---- writes ----

void Witness::read_epoch() {
  if (!world_.zookeeper.ensemble().has_quorum()) return;  // servers that come back know less
  const auto* node = world_.zookeeper.truth().find(layout().epoch());
  if (node == nullptr || node->version == epoch_version_) return;
  epoch_version_ = node->version;
  const auto record = election::epoch_from_json(node->data);
  if (!record) return fail("the epoch node cannot be read");
  if (record->epoch < epoch_.epoch) return fail("the epoch went back to " + std::to_string(record->epoch.value));
  if (record->epoch != epoch_.epoch)
    world_.trace.say([&] {
      return "==== epoch " + std::to_string(record->epoch.value) + ": " + record->leader.url() + "/" +
             name_of(record->leader.nonce) + " (" + record->cause + "), " + std::to_string(record->voters.size()) +
             " voters";
    });
  epoch_ = *record;
}

bool Witness::is_gone(const zk::Operation& operation) const {
  const auto missing = [&](const std::string& path) { return world_.zookeeper.truth().find(path) == nullptr; };
  const auto* place = std::get_if<zk::Check>(&operation);
  const auto* removal = std::get_if<zk::Delete>(&operation);
  return (place != nullptr && missing(place->path)) || (removal != nullptr && missing(removal->path));
}

void Witness::before_write(const std::string& nonce, const zk::Request& request) {
  read_epoch();
  std::visit(overloaded{[&](const zk::Create& one) { check_operation(nonce, one, std::nullopt); },
                        [&](const zk::Set& one) { check_operation(nonce, one, std::nullopt); },
                        [&](const zk::Delete& one) { check_operation(nonce, one, std::nullopt); },
                        [&](const zk::Multi& multi) {
                          // One that refers to a node that is gone will be refused, whatever else it says.
                          if (std::any_of(multi.operations.begin(), multi.operations.end(),
                                          [&](const auto& operation) { return is_gone(operation); }))
                            return;
                          std::optional<std::int32_t> check;
                          for (const auto& operation : multi.operations) {
                            const auto* fence = std::get_if<zk::Check>(&operation);
                            if (fence != nullptr && fence->path == layout().epoch()) check = fence->version;
                            check_operation(nonce, operation, check);
                          }
                        },
                        [](const auto&) {}},
             request);
}

void Witness::check_operation(const std::string& nonce, const zk::Operation& operation,
                              std::optional<std::int32_t> check) {
  const auto& path = std::visit([](const auto& one) -> const std::string& { return one.path; }, operation);
  if (!path.starts_with(layout().root() + "/") || std::holds_alternative<zk::Check>(operation)) return;
  if (std::holds_alternative<zk::Create>(operation) && is_parent(path)) return;
  if (path == layout().epoch()) {
    if (const auto* set = std::get_if<zk::Set>(&operation)) return check_epoch_write(nonce, *set);
    return fail(name_of(nonce) + " deletes the epoch node");
  }
  if (!check || *check < 0) return fail(name_of(nonce) + " writes " + path + " without a check of the epoch");
  if (*check == epoch_version_ && epoch_.leader.nonce != nonce)
    return fail(name_of(nonce) + " writes " + path + " in the epoch of " + name_of(epoch_.leader.nonce));
}

void Witness::check_epoch_write(const std::string& nonce, const zk::Set& set) {
  if (set.version < 0) return fail(name_of(nonce) + " writes the epoch node in any version");
  if (set.version != epoch_version_) return;  // it will be refused
  const auto next = election::epoch_from_json(set.data);
  if (!next) return fail(name_of(nonce) + " writes an epoch that cannot be read");
  const bool is_leader = epoch_.leader.nonce == nonce;
  const bool same = next->epoch == epoch_.epoch && is_leader && next->leader.nonce == nonce;
  const bool claim = next->epoch.value == epoch_.epoch.value + 1 && (is_leader || next->leader.nonce == nonce);
  if (!same && !claim) fail(name_of(nonce) + " writes epoch " + std::to_string(next->epoch.value) + " of another");
}

void Witness::after_write() {
  read_epoch();
  const auto* node = world_.zookeeper.truth().find(layout().commit());
  if (node == nullptr) return;
  const auto mark = recovery::read_commit(node->data);
  if (!mark) return fail("the commit number cannot be read");
  if (mark->number == commit_) return;
  if (mark->number != commit_ + 1)
    return fail("commit " + std::to_string(mark->number) + " follows on " + std::to_string(commit_));
  if (mark->epoch != epoch_.epoch.value)
    return fail("a commit of epoch " + std::to_string(mark->epoch) + " in epoch " + std::to_string(epoch_.epoch.value));
  commit_ = mark->number;
}

const MasterNode* Witness::leader() const {
  for (const auto* master : world_.masters())
    if (master->nonce() == epoch_.leader.nonce) return master;
  return nullptr;
}

}  // namespace pilotlight::simulation
