// The process stood still: stopped, swapped out, a paused virtual machine, or a very long step. The peers' messages of
// that time lie unread behind this event, and their silence proves nothing.
#include <algorithm>

#include "core/step.hpp"

namespace pilotlight::core {
namespace {

/// A timer that is later than this was not just waiting for its turn.
constexpr auto tolerated_delay = std::chrono::milliseconds(50);
/// What lies unread has at least so long to be read before anybody is given up.
constexpr auto least_reading_time = std::chrono::seconds(1);

}  // namespace

void Step::notice_pause() {
  const auto asked = indexes_.deadlines.earliest();
  if (!asked || now_.instant - *asked <= tolerated_delay) return;
  // What fell due gets its full period. What comes next gets the length of the pause, which for a loop that is only a
  // little late, again and again, is little enough for the dead to be found.
  const Duration most = std::max<Duration>(state_.settings.repair_timeout, least_reading_time);
  const Duration reading = std::clamp<Duration>(now_.instant - *asked, least_reading_time, most);
  indexes_.verdicts_from = std::max(indexes_.verdicts_from, now_.instant + reading);
  for (const auto& missed : indexes_.deadlines.due(now_.instant)) rearm(missed);
}

void Step::rearm(const Deadline& missed) {
  const auto& settings = state_.settings;
  const auto again = [&](Duration period) { indexes_.deadlines.set(missed.wait, missed.id, now_.instant + period); };
  switch (missed.wait) {
    case Wait::worker_silent:
      if (auto* worker = find_worker(WorkerId(missed.id))) {
        worker->last_heartbeat = now_.instant;
        watch(*worker);
      }
      return;
    case Wait::worker_repair:
      indexes_.deadlines.set(Wait::worker_call, missed.id, now_.instant);
      if (auto* worker = find_worker(WorkerId(missed.id)))
        worker->repair_deadline = now_.instant + settings.repair_timeout;
      return again(settings.repair_timeout);
    case Wait::app_repair:
      indexes_.deadlines.set(Wait::app_call, missed.id, now_.instant);
      if (auto* app = find_app(AppId(missed.id))) app->repair_deadline = now_.instant + settings.repair_timeout;
      return again(settings.repair_timeout);
    case Wait::driver_answer: return again(settings.launch_answer_timeout);
    case Wait::launch_answer: {
      auto& launches = indexes_.launches;
      const Instant oldest = now_.instant - settings.launch_answer_timeout;
      while (!launches.empty() && launches.front().at <= oldest) {
        auto launch = std::move(launches.front());
        launches.pop_front();
        launch.at = now_.instant;
        launches.push_back(std::move(launch));
      }
      return again(launches.empty() ? settings.launch_answer_timeout
                                    : launches.front().at + settings.launch_answer_timeout - now_.instant);
    }
    case Wait::recovery_end:
      indexes_.deadlines.set(Wait::recovery_repeat, {}, now_.instant);
      return again(settings.recovery_timeout);
    // These judge nobody: calls, and what is shown.
    case Wait::worker_call:
    case Wait::app_call:
    case Wait::worker_rehearsal:
    case Wait::app_probe:
    case Wait::dead_sweep:
    case Wait::recovery_repeat:
    case Wait::recovery_grace: return;
  }
}

bool Step::postponed(const Deadline& deadline) {
  if (now_.instant >= indexes_.verdicts_from) return false;
  indexes_.deadlines.set(deadline.wait, deadline.id, indexes_.verdicts_from);
  return true;
}

}  // namespace pilotlight::core
