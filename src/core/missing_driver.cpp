// A driver that its worker does not list (any more): it never came there, or its end was told to a master that was
// dead.
//
// LaunchDriver is not acknowledged and DriverStateChanged is told once (spec §7.4), so only the worker's page knows
// which of the two it was. Spark gives both up as ERROR.
#include <algorithm>
#include <utility>

#include "core/step.hpp"

namespace pilotlight::core {

void Step::missing_driver(DriverInfo& driver, ConnectionId over) {
  if (!driver.launching && may_be_older(over, driver.seen)) expect_launch(driver);
  if (driver.launching) {
    // Its LaunchDriver may be under way, or was lost with a connection. Nothing acknowledges it: ask again later.
    driver.missed = true;
    return;
  }
  if (driver.page_asked) return;
  warn("Driver " + driver.record.id.text + " no longer runs on worker " + driver.record.worker->text);
  const auto* worker = find_worker(*driver.record.worker);
  if (driver.record.kill_requested || worker == nullptr || worker->record.web_ui_url.empty()) return driver_lost(driver);
  const bool under_way = std::any_of(worker->drivers.begin(), worker->drivers.end(),
                                     [&](const DriverId& id) { return find_driver(id)->page_asked; });
  driver.page_asked = true;
  if (under_way) return;
  effects_.outputs.push_back(ReadWorkerDrivers{worker->record.id, worker->record.web_ui_url});
}

void Step::handle(const WorkerDriversRead& event) {
  const auto* worker = find_worker(event.worker);
  if (standby() || worker == nullptr) return;
  std::vector<DriverId> asked;
  for (auto& [id, driver] : state_.drivers)
    if (driver.record.worker == event.worker && std::exchange(driver.page_asked, false)) asked.push_back(id);
  bool runs = false;
  for (const auto& id : asked) {
    auto& driver = *find_driver(id);
    if (!event.drivers) {
      warn("What became of driver " + id.text + " could not be read from " + worker->record.web_ui_url);
      driver_lost(driver);
      continue;
    }
    const auto listed = event.drivers->find(id);
    if (listed == event.drivers->end()) {
      launch_again(driver, *worker);
    } else if (deploy::is_final(listed->second)) {
      info("Driver " + id.text + " ended as " + std::string(deploy::to_string(listed->second)) + " on worker " +
           event.worker.text + " while no master heard it");
      remove_driver(driver, listed->second, {});
    } else {
      runs = true;
    }
  }
  if (runs) call_back(*worker);
}

/// It was recorded as launched, and the leader died before it had sent it: the same attempt, at the same place.
void Step::launch_again(DriverInfo& driver, const WorkerInfo& worker) {
  if (driver.record.kill_requested || !worker.drivers.contains(driver.record.id)) return driver_lost(driver);
  info("Driver " + driver.record.id.text + " never reached worker " + worker.record.id.text + ", launching it again");
  expect_launch(driver);
  persist(driver.record);  // a command follows a write of this leader
  send_launch(driver, worker);
}

}  // namespace pilotlight::core
