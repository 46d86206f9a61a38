// What must be so again, some time after the last fault.
#include <algorithm>

#include "recovery/mirror.hpp"
#include "recovery/zk_layout.hpp"
#include "simulation/witness.hpp"
#include "simulation/world.hpp"

namespace pilotlight::simulation {

std::optional<std::string> Witness::unsettled() {
  read_epoch();
  const auto* leader = this->leader();
  if (leader == nullptr) return "the leader of ZooKeeper's epoch is no living process";
  std::size_t alive = 0;
  for (const auto* master : world_.masters())
    if (master->leads()) ++alive;
  if (alive != 1) return std::to_string(alive) + " masters lead";
  const auto& state = leader->replica().state();
  if (state.recovery != core::RecoveryState::alive) return leader->name() + " is not ALIVE";
  if (!leader->may_speak_now()) return leader->name() + " may not speak";
  if (epoch_.voters.size() != world_.setup.masters) return std::to_string(epoch_.voters.size()) + " voters";

  for (const auto* worker : world_.workers()) {
    const auto known = state.workers.find(worker->id());
    if (known == state.workers.end()) return worker->name() + " is not known to the leader";
    if (known->second.state != core::WorkerState::alive) return worker->name() + " is not ALIVE";
    if (worker->master() != leader->address() || !worker->connected())
      return worker->name() + " does not follow the leader";
    for (const auto& key : worker->executors())
      if (!known->second.executors.contains(key))
        return worker->name() + " runs an executor of which the leader does not know";
    if (known->second.executors.size() != worker->executors().size())
      return worker->name() + " does not run the executors that the leader has there";
    // Whether one that was launched late (a residue) is known depends on which report was the last: on neither side.
    const auto running = worker->drivers();
    std::set<DriverId> runs(running.begin(), running.end());
    std::set<DriverId> counted = known->second.drivers;
    for (auto* drivers : {&runs, &counted}) std::erase_if(*drivers, [this](const auto& id) { return late(id); });
    if (counted != runs) return worker->name() + " does not run the drivers that the leader has there";
  }
  for (const auto& [id, driver] : drivers_)
    if (driver.to_be_killed && state.drivers.contains(id) && !late(id))
      return "driver " + id.text + " was to be killed, and lives";
  if (state.workers.size() != world_.workers().size()) return "the leader has workers that do not live";
  if (auto apps = unsettled_apps(*leader)) return apps;
  return unsettled_records();
}

std::optional<std::string> Witness::unsettled_apps(const MasterNode& leader) const {
  const auto& state = leader.replica().state();
  for (const auto* app : world_.apps()) {
    if (!app->id()) return app->name() + " is not registered";
    const auto known = state.apps.find(*app->id());
    if (known == state.apps.end()) return app->name() + " is not known to the leader";
    const auto& info = known->second;
    if (info.state == core::AppState::unknown) return app->name() + " has not answered the leader";
    if (misled_.contains(app)) continue;
    if (app->master() != leader.address() || !app->connected()) return app->name() + " does not follow the leader";
    const auto& profile = info.record.description.default_profile;
    const auto target = info.progress.targets.find(profile.id);
    if (app->target() && (target == info.progress.targets.end() || target->second != *app->target()))
      return app->name() + " was promised " + std::to_string(*app->target()) + " executors";
    const auto live = info.live.find(profile.id);
    const auto count = live == info.live.end() ? 0 : live->second;
    const auto cores = profile.cores.value_or(1);
    const bool wants = info.cores_left() >= cores && (target == info.progress.targets.end() || count < target->second);
    const bool fits = std::any_of(state.workers.begin(), state.workers.end(), [&](const auto& entry) {
      return entry.second.state == core::WorkerState::alive && entry.second.cores_free() >= cores;
    });
    if (wants && fits) return app->name() + " wants an executor, there is room, and it gets none";
  }
  return std::nullopt;
}

/// Every master holds in memory what ZooKeeper holds, row for row.
std::optional<std::string> Witness::unsettled_records() const {
  const recovery::ZkLayout layout("/spark");
  const auto& tree = world_.zookeeper.truth();
  std::map<std::string, std::string> recorded;
  for (const auto kind : recovery::record_kinds) {
    const auto* parent = tree.find(layout.records(kind));
    if (parent == nullptr) continue;
    for (const auto& name : parent->children) {
      const auto* node = tree.find(recovery::ZkLayout::below(layout.records(kind), name));
      const auto id = recovery::read_name(name);
      const auto envelope = node == nullptr ? fatal("gone") : recovery::read_node(node->data);
      if (!id || !envelope) return "the record " + name + " in ZooKeeper cannot be read";
      recorded[recovery::key_of(kind, id->id)] = std::string(envelope->value);
    }
  }
  for (const auto* master : world_.masters()) {
    const auto* mirror = master->replica().records();
    if (mirror == nullptr || !mirror->complete()) return master->name() + " has no complete mirror";
    if (mirror->number() != commit_)
      return master->name() + " has commit " + std::to_string(mirror->number()) + " of " + std::to_string(commit_);
    if (mirror->rows().size() != recorded.size())
      return master->name() + " has " + std::to_string(mirror->rows().size()) + " records of " +
             std::to_string(recorded.size());
    for (const auto& [place, row] : mirror->rows()) {
      const auto found = recorded.find(*row.key);
      if (found == recorded.end() || found->second != recovery::text_of(row))
        return master->name() + " has another record " + *row.key + " than ZooKeeper";
    }
  }
  return std::nullopt;
}

}  // namespace pilotlight::simulation
