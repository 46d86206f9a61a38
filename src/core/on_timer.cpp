#include <algorithm>

#include "core/step.hpp"

namespace pilotlight::core {
namespace {

/// How much later than asked the timer may fire before the process is taken to have stood still.
Duration tolerated_delay(const Settings& settings) {
  return std::chrono::milliseconds(50) + settings.worker_timeout / 20;
}

/// Spark's workers send a heartbeat every quarter of the timeout. Half a quarter more is no silence yet: else every
/// other heartbeat would cross a call.
Duration quarter_of(const Settings& settings) { return settings.worker_timeout / 4; }
Duration overdue_after(const Settings& settings) { return quarter_of(settings) * 3 / 2; }

constexpr auto second_probe = std::chrono::seconds(4);  ///< after the first, which is 1 s after the driver's answer

std::string seconds_text(Duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

}  // namespace

void Step::handle(const TimerFired&) {
  const auto asked = indexes_.deadlines.earliest();
  if (asked && now_.instant - *asked > tolerated_delay(state_.settings)) resume_after_pause();
  while (const auto deadline = indexes_.deadlines.pop_due(now_.instant)) due(*deadline);
}

void Step::resume_after_pause() {
  // The process stood still (stopped, swapped out, a paused virtual machine): the peers' messages of that time may
  // lie unread behind this event. Their silence proves nothing, so everybody gets a full period again.
  indexes_.resumed = now_.instant;
  const auto& settings = state_.settings;
  const auto extend = [&](Wait wait, Duration period) {
    for (const auto& id : indexes_.deadlines.ids_of(wait)) indexes_.deadlines.set(wait, id, now_.instant + period);
  };
  extend(Wait::worker_silent, overdue_after(settings));
  extend(Wait::worker_repair, settings.repair_timeout);
  extend(Wait::app_repair, settings.repair_timeout);
  extend(Wait::driver_answer, settings.launch_answer_timeout);
  extend(Wait::launch_answer, settings.launch_answer_timeout);
  extend(Wait::recovery_grace, std::min(settings.repair_timeout, settings.recovery_timeout));
  extend(Wait::recovery_end, settings.recovery_timeout);
  for (auto& launch : indexes_.launches) {
    launch.at = now_.instant;
    if (auto* executor = find_executor(launch.executor); executor != nullptr && executor->launched)
      executor->launched = now_.instant;
  }
}

void Step::due(const Deadline& deadline) {
  switch (deadline.wait) {
    case Wait::worker_silent: return worker_silent(deadline.id);
    case Wait::worker_repair:
      if (auto* worker = find_worker(WorkerId(deadline.id))) repair_failed(*worker);
      return;
    case Wait::worker_call:
      if (auto* worker = find_worker(WorkerId(deadline.id))) call_again(*worker, Wait::worker_call, deadline.id);
      return;
    case Wait::app_repair:
      if (auto* app = find_app(AppId(deadline.id))) repair_failed(*app);
      return;
    case Wait::app_call:
      if (auto* app = find_app(AppId(deadline.id))) call_again(*app, Wait::app_call, deadline.id);
      return;
    case Wait::app_probe:
      if (auto* app = find_app(AppId(deadline.id))) probe(*app);
      return;
    case Wait::dead_sweep: return sweep_dead_workers();
    case Wait::driver_answer: {
      const auto* driver = find_driver(DriverId(deadline.id));
      if (driver == nullptr || !driver->launched || !driver->record.worker) return;
      if (const auto* worker = find_worker(*driver->record.worker)) call_back(*worker);
      return;
    }
    case Wait::launch_answer: return check_launches();
    case Wait::recovery_repeat:
      call_unknown_peers();
      indexes_.repeat_pause *= 2;
      indexes_.deadlines.set(Wait::recovery_repeat, {}, now_.instant + indexes_.repeat_pause);
      return;
    case Wait::recovery_grace:
      // Those who are silent do not hold the others back; they may still answer until recovery_end.
      if (state_.recovery == RecoveryState::recovering) complete_recovery();
      return;
    case Wait::recovery_end:
      indexes_.deadlines.cancel(Wait::recovery_repeat, {});
      if (state_.recovery == RecoveryState::recovering) complete_recovery();
      return give_up_unknown_peers();
  }
}

void Step::worker_silent(const std::string& id) {
  auto* worker = find_worker(WorkerId(id));
  if (worker == nullptr) return;
  // A heartbeat only notes its time: the deadline is moved when it comes, once a period and not once a heartbeat.
  const auto& settings = state_.settings;
  const Instant heard = std::max(worker->last_heartbeat, indexes_.resumed);
  const Instant dead = heard + settings.worker_timeout;
  const Duration silence = now_.instant - heard;
  if (silence < overdue_after(settings))
    return indexes_.deadlines.set(Wait::worker_silent, id, heard + overdue_after(settings));
  if (now_.instant < dead) {
    // It may have obeyed a frame that a deposed master sent late, and sends its heartbeats there: who speaks last is
    // obeyed. Every other call makes a new connection, in case the known one is dead without a sign.
    if (!worker->repair_deadline) {
      info("Worker " + id + " has sent no heartbeat for " + seconds_text(silence) + " seconds, calling it.");
      Peer to = worker->peer;
      if (silence / quarter_of(settings) % 2 == 0) to.connection = {};
      send_master_changed(to, true);
    }
    return indexes_.deadlines.set(Wait::worker_silent, id, std::min(now_.instant + quarter_of(settings), dead));
  }
  const std::string seconds = seconds_text(settings.worker_timeout);
  warn("Removing " + id + " because we got no heartbeat in " + seconds + " seconds");
  remove_worker(*worker, "Not receiving heartbeat for " + seconds + " seconds");
  check_recovery();
}

void Step::watch(const WorkerInfo& worker) {
  indexes_.deadlines.set(Wait::worker_silent, worker.record.id.text, now_.instant + overdue_after(state_.settings));
}

void Step::probe(AppInfo& app) {
  // Nothing of a driver's shows which master it obeys, it may be silent for hours. One line in its log is the price.
  if (!app.repair_deadline) call_back(app);
  if (--app.probes_left > 0) indexes_.deadlines.set(Wait::app_probe, app.record.id.text, now_.instant + second_probe);
}

void Step::repair_failed(WorkerInfo& worker) {
  if (!worker.repair_deadline) return;
  const std::string address = deploy::to_string(worker.record.ref.address);
  info(address + " got disassociated, removing it.");
  remove_worker(worker, address + " got disassociated");
}

void Step::repair_failed(AppInfo& app) {
  if (!app.repair_deadline) return;
  info(deploy::to_string(app.record.driver.address) + " got disassociated, removing it.");
  finish_app(app, AppState::finished);
}

template <typename Info>
void Step::call_again(Info& info, Wait wait, const std::string& id) {
  if (!info.repair_deadline) return;
  call_back(info);
  // Twice as long each time: what has passed since the connection broke is how long to wait from here.
  const Duration passed = now_.instant - (*info.repair_deadline - state_.settings.repair_timeout);
  indexes_.deadlines.set(wait, id, now_.instant + std::max<Duration>(passed, std::chrono::seconds(1)));
}

void Step::arm_dead_sweep() {
  if (indexes_.deadlines.get(Wait::dead_sweep) || state_.dead_workers.empty()) return;
  const auto& settings = state_.settings;
  Instant first = Instant::max();
  for (const auto& dead : state_.dead_workers) first = std::min(first, dead.last_heartbeat);
  const Instant gone = first + settings.worker_timeout * (settings.dead_worker_persistence + 1);
  // Never one sweep for each worker of a rack that died together.
  indexes_.deadlines.set(Wait::dead_sweep, {}, std::max(gone, now_.instant + settings.worker_timeout / 4));
}

void Step::sweep_dead_workers() {
  const Instant oldest = now_.instant - state_.settings.worker_timeout * (state_.settings.dead_worker_persistence + 1);
  std::erase_if(state_.dead_workers, [&](const WorkerInfo& dead) { return dead.last_heartbeat <= oldest; });
  arm_dead_sweep();
}

void Step::check_launches() {
  const auto& timeout = state_.settings.launch_answer_timeout;
  std::set<WorkerId> asked;
  while (!indexes_.launches.empty() && indexes_.launches.front().at + timeout <= now_.instant) {
    const PendingLaunch launch = std::move(indexes_.launches.front());
    indexes_.launches.pop_front();
    const auto* executor = find_executor(launch.executor);
    const auto* worker = find_worker(launch.worker);
    if (executor == nullptr || worker == nullptr || !executor->launched || !asked.insert(launch.worker).second)
      continue;
    // Did it not understand, or is it only slow? Its answer to MasterChanged comes after it has handled the launch
    // and lists what runs there: reconcile() draws the conclusion.
    info("Worker " + launch.worker.text + " has not answered the launch of executor " + launch.executor.app.text + "/" +
         std::to_string(launch.executor.executor.value) + ", asking it what it runs.");
    call_back(*worker);
  }
  if (!indexes_.launches.empty())
    indexes_.deadlines.set(Wait::launch_answer, {}, indexes_.launches.front().at + timeout);
}

}  // namespace pilotlight::core
