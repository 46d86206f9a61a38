#include <algorithm>

#include "core/step.hpp"

namespace pilotlight::core {

void Step::on(const deploy::ExecutorStateChanged& change, const Message& from) {
  // The answer only says that the report arrived: a worker that gets none for long enough ends itself (spec §7.4).
  answer_at_once(from, deploy::BooleanReply{true});
  const ExecutorKey key{change.app, change.executor};
  const std::string name = key.app.text + "/" + std::to_string(key.executor.value);
  auto* worker = sending_worker(from);
  auto* app = find_app(key.app);
  auto* executor = find_executor(key);
  if (worker != nullptr) heard_from(*worker, from);
  if (executor == nullptr || (worker != nullptr && executor->worker != worker->record.id)) {
    if (standby()) return;
    warn("Got status update for unknown executor " + name);
    // One that was given up meanwhile holds cores that nobody counts.
    if (worker != nullptr && worker->state != WorkerState::unknown && change.state == deploy::ExecutorState::running)
      kill_executor_on(*worker, key);
    return;
  }

  executor->confirmed = true;
  executor->seen = {from.connection, now_.instant};
  executor->doubted = false;
  launch_confirmed(*executor, *app);
  const auto old_state = executor->state;
  if (change.state == old_state || change.state == deploy::ExecutorState::launching) return;  // a repeated report
  if (!deploy::is_finished(change.state)) {
    if (old_state == deploy::ExecutorState::decommissioned) return;
    executor->state = change.state;
    if (change.state == deploy::ExecutorState::running) app->retry_count = 0;
    if (change.state == deploy::ExecutorState::decommissioned) {
      executor->state = old_state;
      retire_executor(*app, *executor);
    }
  }
  send(app->driver,
       deploy::ExecutorUpdated{key.executor, change.state, change.message, change.exit_status, std::nullopt});
  if (!deploy::is_finished(change.state)) return;

  info("Removing executor " + name + " because it is " + std::string(to_string(change.state)));
  release_executor(*app, key.executor, change.state);
  const bool normal_exit = change.exit_status == 0;
  if (normal_exit || old_state == deploy::ExecutorState::decommissioned) return;
  ++app->retry_count;
  const auto limit = state_.settings.max_executor_retries;
  const bool any_running = std::any_of(app->executors.begin(), app->executors.end(), [](const auto& entry) {
    return entry.second.state == deploy::ExecutorState::running || !entry.second.confirmed;
  });
  if (limit < 0 || app->retry_count < limit || any_running) return;
  error("Application " + app->record.description.name + " with ID " + app->record.id.text + " failed " +
        std::to_string(app->retry_count) + " times; removing it");
  finish_app(*app, AppState::failed);
}

}  // namespace pilotlight::core
