#include <algorithm>
#include <utility>

#include "core/step.hpp"

namespace pilotlight::core {
namespace {

/// Spark's workers send a heartbeat every quarter of the timeout. Half a quarter more is no silence yet: else every
/// other heartbeat would cross a call.
Duration quarter_of(const Settings& settings) { return settings.worker_timeout / 4; }
Duration overdue_after(const Settings& settings) { return quarter_of(settings) * 3 / 2; }

constexpr auto rehearsal_pause = std::chrono::seconds(1);  ///< after a registration: a JVM is busy with its start
constexpr auto second_probe = std::chrono::seconds(4);     ///< after the first, which is 1 s after the driver's answer

std::string seconds_text(Duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

}  // namespace

void Step::handle(const TimerFired&) {
  while (const auto deadline = indexes_.deadlines.pop_due(now_.instant)) due(*deadline);
}

void Step::due(const Deadline& deadline) {
  switch (deadline.wait) {
    case Wait::worker_silent: return worker_silent(deadline);
    case Wait::worker_repair:
      if (postponed(deadline)) return;
      if (auto* worker = find_worker(WorkerId(deadline.id))) repair_failed(*worker);
      return;
    case Wait::worker_call:
      if (auto* worker = find_worker(WorkerId(deadline.id))) call_again(*worker, Wait::worker_call, deadline.id);
      return;
    case Wait::worker_rehearsal:
      if (const auto* worker = find_worker(WorkerId(deadline.id))) rehearse(*worker);
      return;
    case Wait::app_repair:
      if (postponed(deadline)) return;
      if (auto* app = find_app(AppId(deadline.id))) repair_failed(*app);
      return;
    case Wait::app_call:
      if (auto* app = find_app(AppId(deadline.id))) call_again(*app, Wait::app_call, deadline.id);
      return;
    case Wait::app_probe:
      if (auto* app = find_app(AppId(deadline.id))) probe(*app);
      return;
    case Wait::dead_sweep: return sweep_dead_workers();
    case Wait::driver_answer:
      if (auto* driver = find_driver(DriverId(deadline.id))) check_driver_launch(*driver);
      return;
    case Wait::launch_answer: return check_launches();
    case Wait::recovery_repeat: return repeat_recovery();
    case Wait::recovery_grace:
      // Those who are silent do not hold the others back; they may still answer until recovery_end.
      if (state_.recovery == RecoveryState::recovering) complete_recovery();
      return;
    case Wait::recovery_end:
      if (postponed(deadline)) return;
      indexes_.deadlines.cancel(Wait::recovery_repeat, {});
      if (state_.recovery == RecoveryState::recovering) complete_recovery();
      return give_up_unknown_peers();
  }
}

void Step::repeat_recovery() {
  const Instant next = now_.instant + call_again();
  const auto end = indexes_.deadlines.get(Wait::recovery_end);
  if (end && *end - awake_before_verdict > now_.instant)
    indexes_.deadlines.set(Wait::recovery_repeat, {}, std::min(next, *end - awake_before_verdict));
}

void Step::worker_silent(const Deadline& deadline) {
  const std::string& id = deadline.id;
  auto* worker = find_worker(WorkerId(id));
  if (worker == nullptr) return;
  // A heartbeat only notes its time: the deadline is moved when it comes, once a period and not once a heartbeat.
  const auto& settings = state_.settings;
  const Instant heard = worker->last_heartbeat;
  const Instant dead = heard + settings.worker_timeout;
  const Duration silence = now_.instant - heard;
  if (silence < overdue_after(settings))
    return indexes_.deadlines.set(Wait::worker_silent, id, heard + overdue_after(settings));
  if (now_.instant < dead - awake_before_verdict) {
    // It may have obeyed a frame that a deposed master sent late, and sends its heartbeats there: who speaks last is
    // obeyed. Every other call makes a new connection, in case the known one is dead without a sign.
    if (!worker->repair_deadline) {
      info("Worker " + id + " has sent no heartbeat for " + seconds_text(silence) + " seconds, calling it.");
      Peer to = worker->peer;
      if (silence / quarter_of(settings) % 2 == 0) to.connection = {};
      send_master_changed(to, true);
    }
    const Instant next = now_.instant + quarter_of(settings);
    return indexes_.deadlines.set(Wait::worker_silent, id, std::min(next, dead - awake_before_verdict));
  }
  if (now_.instant < dead) return indexes_.deadlines.set(Wait::worker_silent, id, dead);
  if (postponed(deadline)) return;
  const std::string seconds = seconds_text(settings.worker_timeout);
  warn("Removing " + id + " because we got no heartbeat in " + seconds + " seconds");
  remove_worker(*worker, "Not receiving heartbeat for " + seconds + " seconds");
  check_recovery();
}

void Step::watch(const WorkerInfo& worker) {
  indexes_.deadlines.set(Wait::worker_silent, worker.record.id.text, now_.instant + overdue_after(state_.settings));
}

// A JVM loads and interprets code when it runs for the first time: a worker's first MasterChanged costs it 20 to 66 ms,
// a later one a fifth (docs/BENCHMARKS.md). MasterChanged from its own leader changes nothing there and is answered
// with all that runs, so the first one need not be that of a failover. One line in its log is the price.
void Step::rehearse_soon(const WorkerInfo& worker) {
  if (!state_.settings.rehearse) return;
  indexes_.deadlines.set(Wait::worker_rehearsal, worker.record.id.text, now_.instant + rehearsal_pause);
}

void Step::rehearse_soon(AppInfo& app) {
  if (!state_.settings.rehearse) return;
  app.probes_left = 1;
  indexes_.deadlines.set(Wait::app_probe, app.record.id.text, now_.instant + rehearsal_pause);
}

void Step::rehearse(const WorkerInfo& worker) {
  if (worker.state != WorkerState::unknown && !worker.repair_deadline) call_back(worker);
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
  // Twice as long each time: what has passed since the connection broke is how long to wait from here. The last one
  // comes shortly before the end.
  const Duration passed = now_.instant - (*info.repair_deadline - state_.settings.repair_timeout);
  const Instant next = now_.instant + std::max<Duration>(passed, std::chrono::seconds(1));
  const Instant last = *info.repair_deadline - awake_before_verdict;
  if (last > now_.instant) indexes_.deadlines.set(wait, id, std::min(next, last));
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

void Step::expect_answer(const WorkerId& worker, const ExecutorKey& executor) {
  indexes_.launches.push_back({now_.instant, worker, executor});
  if (!indexes_.deadlines.get(Wait::launch_answer))
    indexes_.deadlines.set(Wait::launch_answer, {},
                           indexes_.launches.front().at + state_.settings.launch_answer_timeout);
}

void Step::check_launches() {
  const auto& timeout = state_.settings.launch_answer_timeout;
  std::set<WorkerId> asked;
  while (!indexes_.launches.empty() && indexes_.launches.front().at + timeout <= now_.instant) {
    const PendingLaunch launch = std::move(indexes_.launches.front());
    indexes_.launches.pop_front();
    auto* executor = find_executor(launch.executor);
    const auto* worker = find_worker(launch.worker);
    if (executor == nullptr || worker == nullptr || (!executor->launched && !executor->doubted)) continue;
    executor->overdue = executor->launched.has_value();
    if (!asked.insert(launch.worker).second) continue;
    // Did it not understand, or is it only slow? Its answer to MasterChanged comes after it has handled the launch
    // and lists what runs there: reconcile() draws the conclusion.
    info("Worker " + launch.worker.text +
         (executor->overdue ? " has not answered the launch of executor " : " did not report executor ") +
         launch.executor.app.text + "/" + std::to_string(launch.executor.executor.value) + ", asking it what it runs.");
    call_back(*worker);
  }
  if (!indexes_.launches.empty())
    indexes_.deadlines.set(Wait::launch_answer, {}, indexes_.launches.front().at + timeout);
}

void Step::check_driver_launch(DriverInfo& driver) {
  driver.launching = false;
  if (!std::exchange(driver.missed, false) || !driver.record.worker) return;
  if (const auto* worker = find_worker(*driver.record.worker)) call_back(*worker);
}

}  // namespace pilotlight::core
