// Messages that a standby kept: what becomes of them when it leads.
#include <algorithm>
#include <chrono>

#include "core/step.hpp"

namespace pilotlight::core {

bool worth_holding(const deploy::ToMaster& message) {
  return std::holds_alternative<deploy::RegisterWorker>(message) ||
         std::holds_alternative<deploy::RegisterApplication>(message) ||
         std::holds_alternative<deploy::RequestSubmitDriver>(message);
}

namespace {

/// A submit client asks all masters at once and stays for at least 5 s: a recorded driver that is older than its ask by
/// more than this is another submission of the same job. Masters' clocks may differ by as much. A younger one may be
/// its own, however young: where nobody led for long, another master may have kept the ask as well, and have led first.
constexpr auto same_submission = std::chrono::seconds(5);
constexpr auto clocks_differ_by = std::chrono::seconds(5);

struct Submitted {
  DriverId driver;
  deploy::RawBytes raw;
  WallTime at;
};

std::vector<Submitted> submitted_so_far(const State& state) {
  std::vector<Submitted> all;
  const auto add = [&](const DriverRecord& record) {
    all.push_back({record.id, record.description.raw, record.submitted});
  };
  for (const auto& [id, driver] : state.drivers) add(driver.record);
  for (const auto& driver : state.completed_drivers) add(driver.record);
  return all;
}

/// The driver that the last leader made of the same ask; each answers for one ask only.
std::optional<DriverId> take_submitted(std::vector<Submitted>& drivers, const deploy::RawBytes& raw, WallTime arrived) {
  const auto found = std::find_if(drivers.begin(), drivers.end(), [&](const Submitted& driver) {
    return raw && driver.raw && *driver.raw == *raw && arrived - driver.at <= same_submission;
  });
  if (found == drivers.end()) return std::nullopt;
  DriverId id = std::move(found->driver);
  drivers.erase(found);
  return id;
}

}  // namespace

void Step::handle_held(const std::vector<MessageReceived>& held) {
  if (held.empty()) return;
  auto submitted = submitted_so_far(state_);
  for (const auto& event : held) {
    if (!worth_holding(event.message) || is_settled(event)) continue;
    const auto* submission = std::get_if<deploy::RequestSubmitDriver>(&event.message);
    const auto known = submission == nullptr
                           ? std::nullopt
                           : take_submitted(submitted, submission->description.raw, event.arrived.value_or(now_.wall));
    if (known)
      answer_submission(event, *known);
    else
      handle(event);
  }
}

bool Step::is_settled(const MessageReceived& held) {
  // Workers and drivers register with all masters when they start, so most of these are as old as their senders, and
  // the leader of that time has long recorded them.
  if (const auto* worker = std::get_if<deploy::RegisterWorker>(&held.message)) {
    if (const auto* known = find_worker(worker->id))
      return same_offer(known->record, *worker) && same_build(known->record, held);
    // A machine that lost its power leaves its connections half open: this may be the word of a process that is long
    // gone, and the recorded worker its successor. If not, the new one shows itself when MasterChanged reaches it.
    const auto successor = state_.worker_by_address.find(deploy::to_string(worker->worker.address));
    if (successor == state_.worker_by_address.end()) return false;
    return held.arrived.value_or(now_.wall) <= find_worker(successor->second)->record.registered + clocks_differ_by;
  }
  if (const auto* registration = std::get_if<deploy::RegisterApplication>(&held.message)) {
    if (state_.app_by_address.contains(deploy::to_string(registration->driver.address))) return true;
    // The process lives on after its application has ended: it must not come back to life.
    const auto& raw = registration->description.raw;
    return raw && std::any_of(state_.completed_apps.begin(), state_.completed_apps.end(), [&](const AppInfo& app) {
             const auto& known = app.record.description.raw;
             return app.record.driver == registration->driver && known && *known == *raw;
           });
  }
  return false;
}

}  // namespace pilotlight::core
