#include <algorithm>
#include <map>
#include <utility>

#include "core/step.hpp"

namespace pilotlight::core {
namespace {

constexpr auto first_repeat = std::chrono::milliseconds(200);
constexpr auto first_probe = std::chrono::seconds(1);
/// RECOVERING for so long at most. Nothing waits for it: requests are served and work is launched since the state was
/// ready. One dead worker or slow driver must not keep such a master from being called ALIVE.
constexpr auto recovery_grace = std::chrono::milliseconds(100);
/// MasterChanged said again, in one turn: each may cost a new connection, and there are not so many descriptors.
constexpr std::size_t calls_at_once = 1000;
/// Workers without a connection to this master are called in portions: those whose leader died call by themselves
/// meanwhile, and a second connection to each would be work for nothing.
constexpr std::size_t first_calls_at_once = 1024;
constexpr auto first_calls_pause = std::chrono::milliseconds(20);
constexpr std::size_t many_answers = 64;

}  // namespace

void Step::handle(const LeadershipGained& event) {
  Settings settings = state_.settings;
  state_ = State{};
  state_.settings = std::move(settings);
  indexes_.clear();
  state_.epoch = event.epoch;
  state_.counters = event.recovered.counters;
  // Restoring must not start anything: what is ready is known when everything is there.
  state_.recovery = RecoveryState::recovering;

  const auto& recovered = event.recovered;
  std::map<AppId, const AppProgress*> progress;
  for (const auto& entry : recovered.progress) progress[entry.id] = &entry;
  const bool empty = recovered.workers.empty() && recovered.apps.empty() && recovered.drivers.empty();
  info("I have been elected leader! New state: " + std::string(empty ? "ALIVE" : "RECOVERING"));
  for (const auto& worker : recovered.workers) restore_worker(worker);
  for (const auto& app : recovered.apps) {
    const auto found = progress.find(app.id);
    AppProgress known;
    known.id = app.id;
    if (found != progress.end())
      known = *found->second;
    else if (app.description.initial_executor_limit)
      known.targets[app.description.default_profile.id] = std::max(0, *app.description.initial_executor_limit);
    restore_app(app, std::move(known));
  }
  for (const auto& driver : recovered.drivers) restore_driver(driver);
  for (const auto& executor : recovered.executors) restore_executor(executor);
  for (const auto& known : event.connections) restore_connection(known);

  if (empty) {
    state_.recovery = RecoveryState::alive;
    return handle_held(event.held);
  }
  indexes_.recovery_open = true;
  indexes_.repeat_pause = first_repeat;
  const auto& timeouts = state_.settings;
  indexes_.deadlines.set(Wait::recovery_grace, {},
                         now_.instant + std::min<Duration>(recovery_grace, timeouts.recovery_timeout));
  indexes_.deadlines.set(Wait::recovery_end, {}, now_.instant + timeouts.recovery_timeout);
  indexes_.deadlines.set(Wait::recovery_repeat, {}, now_.instant + call_unknown_peers());
  handle_held(event.held);
  schedule_soon();
  check_recovery();
}

void Step::handle(const LeadershipLost& event) {
  if (standby()) return;
  warn("Leadership has been revoked (" + event.reason + "). New state: STANDBY");
  Settings settings = state_.settings;
  const Epoch epoch = state_.epoch;
  state_ = State{};
  state_.settings = std::move(settings);
  state_.epoch = epoch;
  indexes_.clear();
}

Duration Step::call_unknown_peers() {
  for (const auto& id : indexes_.unknown_apps) send_master_changed(find_app(id)->driver, false);
  for (const auto& id : indexes_.unknown_workers)
    if (const auto& peer = find_worker(id)->peer; peer.connection.value != 0) send_master_changed(peer, true);
  indexes_.first_calls = true;
  indexes_.call_anew = true;
  return call_unconnected_workers();
}

Duration Step::call_again() { return indexes_.first_calls ? call_unconnected_workers() : repeat_calls(); }

Duration Step::call_unconnected_workers() {
  std::size_t called = 0;
  const auto& unknown = indexes_.unknown_workers;
  if (answers_come() && !indexes_.called_last.empty()) return first_calls_pause;
  for (auto next = unknown.upper_bound(indexes_.called_last); next != unknown.end(); ++next) {
    const auto& peer = find_worker(*next)->peer;
    if (peer.connection.value != 0) continue;
    send_master_changed(peer, true);
    if (++called < first_calls_at_once) continue;
    indexes_.called_last = *next;
    return first_calls_pause;
  }
  indexes_.first_calls = false;
  indexes_.called_last = {};
  return indexes_.repeat_pause;
}

/// So many since it was asked last that the next will come without being called.
bool Step::answers_come() {
  const auto count = indexes_.unknown_workers.size();
  return count + many_answers <= std::exchange(indexes_.unknown_before, count);
}

Duration Step::repeat_calls() {
  const auto& unknown = indexes_.unknown_workers;
  // Of so many, most only wait for their turn.
  if (answers_come() && unknown.size() > calls_at_once) return indexes_.repeat_pause;
  // A connection that a peer made long ago may be dead without a sign: every other round of calls makes new ones.
  const auto call = [&](Peer to, bool worker) {
    if (indexes_.call_anew) to.connection = {};
    send_master_changed(to, worker);
  };
  if (indexes_.called_last.empty())
    for (const auto& id : indexes_.unknown_apps) call(find_app(id)->driver, false);
  std::size_t called = 0;
  auto next = unknown.upper_bound(indexes_.called_last);
  for (; next != unknown.end() && called < calls_at_once; ++next, ++called) call(find_worker(*next)->peer, true);
  if (next != unknown.end()) {
    indexes_.called_last = *std::prev(next);
    return indexes_.repeat_pause;
  }
  indexes_.called_last = {};
  indexes_.call_anew = !indexes_.call_anew;
  return indexes_.repeat_pause *= 2;
}

void Step::check_recovery() {
  if (!indexes_.recovery_open || !indexes_.unknown_workers.empty() || !indexes_.unknown_apps.empty()) return;
  indexes_.recovery_open = false;
  if (indexes_.unclaimed_drivers.empty())
    for (const auto wait : {Wait::recovery_repeat, Wait::recovery_end}) indexes_.deadlines.cancel(wait, {});
  if (state_.recovery == RecoveryState::recovering) complete_recovery();
}

void Step::complete_recovery() {
  state_.recovery = RecoveryState::completing_recovery;
  indexes_.deadlines.cancel(Wait::recovery_grace, {});
  state_.recovery = RecoveryState::alive;
  for (auto& [id, app] : state_.apps) {
    if (app.state == AppState::waiting && (!app.executors.empty() || app.progress.state == AppState::running))
      app.state = AppState::running;
    wishes_changed(app);
  }
  indexes_.drivers_changed = true;
  schedule_soon();
  const auto count = [](std::size_t number, const char* what) {
    return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
  };
  std::string silent;
  if (indexes_.recovery_open)
    silent = " Still silent: " + count(indexes_.unknown_workers.size(), "worker") + ", " +
             count(indexes_.unknown_apps.size(), "application") + ".";
  info("Recovery complete - resuming operations!" + silent);
}

void Step::driver_answered(AppInfo& app) {
  if (app.state != AppState::unknown) return;
  indexes_.unknown_apps.erase(app.record.id);
  const bool runs = !app.executors.empty() || app.progress.state == AppState::running;
  app.state = runs && state_.recovery == RecoveryState::alive ? AppState::running : AppState::waiting;
  wishes_changed(app);
  // A frame of the deposed master may come after ours, and a driver obeys whoever spoke last.
  app.probes_left = 2;
  indexes_.deadlines.set(Wait::app_probe, app.record.id.text, now_.instant + first_probe);
}

void Step::give_up_unclaimed_drivers() {
  // Their workers have no record (a decommissioned one has none) and did not turn up in time either.
  const auto unclaimed = std::exchange(indexes_.unclaimed_drivers, {});
  for (const auto& id : unclaimed) {
    if (indexes_.deadlines.get(Wait::driver_relaunch, id.text)) {
      indexes_.unclaimed_drivers.insert(id);
      continue;
    }
    warn("Driver " + id.text + " was not found after master recovery");
    driver_out_of_sight(*find_driver(id));
  }
}

void Step::give_up_unknown_peers() {
  const auto workers = indexes_.unknown_workers;
  const auto apps = indexes_.unknown_apps;
  for (const auto& id : apps) finish_app(*find_app(id), AppState::finished);
  for (const auto& id : workers) remove_worker(*find_worker(id), "Not responding for recovery", Sign::silent);
  give_up_unclaimed_drivers();
  check_recovery();
}

}  // namespace pilotlight::core
