#include <algorithm>

#include "core/ids.hpp"
#include "core/step.hpp"

namespace pilotlight::core {
namespace {

std::string text_of(const deploy::Exception& exception) {
  if (exception.class_name.empty() || exception.class_name == "java.lang.Exception") return exception.message;
  return exception.class_name + (exception.message.empty() ? "" : ": " + exception.message);
}

}  // namespace

void Step::on(const deploy::RequestSubmitDriver& request, const Message& from) {
  const auto refuse = [&](std::string why) {
    answer_at_once(from, deploy::SubmitDriverResponse{false, std::nullopt, std::move(why)});
  };
  if (standby()) return refuse(not_alive("accept driver submissions"));
  const auto& wanted = request.description;
  if (wanted.cores <= 0 || wanted.memory_mb <= 0)
    return refuse("A driver needs at least 1 core and 1 MiB of memory, this one asks for " +
                  std::to_string(wanted.cores) + " cores and " + std::to_string(wanted.memory_mb) + " MiB.");
  // The class that a submit client has the worker run: the user's own comes as its argument (spec §8.2).
  info("Driver submitted org.apache.spark.deploy.worker.DriverWrapper");
  answer_submission(from, create_driver(wanted).record.id);
}

void Step::answer_submission(const Message& from, const DriverId& driver) {
  answer(from, deploy::SubmitDriverResponse{true, driver, "Driver successfully submitted as " + driver.text});
}

DriverInfo& Step::create_driver(const deploy::DriverDescription& description) {
  DriverId id;
  const auto taken = [this](const DriverId& candidate) {
    return state_.drivers.contains(candidate) ||
           std::any_of(state_.completed_drivers.begin(), state_.completed_drivers.end(),
                       [&](const DriverInfo& driver) { return driver.record.id == candidate; });
  };
  do {
    const std::int32_t number = state_.counters.next_driver_number++;
    id = DriverId(format_id(state_.settings.driver_id_pattern, id_timestamp(now_), number));
    if (taken(id) && state_.settings.driver_id_pattern.find("d") == std::string::npos)
      id = DriverId(id.text + "-" + std::to_string(number));
  } while (taken(id));
  DriverInfo& driver = state_.drivers[id];
  driver.record.id = id;
  driver.record.description = description;
  driver.record.submitted = now_.wall;
  state_.waiting_drivers.push_back(id);
  persist_counters();
  persist(driver.record);
  indexes_.drivers_changed = true;
  schedule_soon();
  return driver;
}

void Step::on(const deploy::DriverStateChanged& change, const Message& from) {
  if (standby()) return;
  auto* worker = sending_worker(from);
  if (worker != nullptr) heard_from(*worker, from);
  if (!deploy::is_final(change.state)) {
    warn("Received unexpected state update for driver " + change.driver.text + ": " +
         std::string(to_string(change.state)));
    return;
  }
  auto* driver = find_driver(change.driver);
  if (driver == nullptr) {
    warn("Asked to remove unknown driver: " + change.driver.text);
    return;
  }
  // An attempt that was told to go elsewhere says nothing about the one that is wanted.
  if (worker != nullptr && driver->record.worker && *driver->record.worker != worker->record.id) {
    warn("Ignoring state " + std::string(to_string(change.state)) + " of driver " + change.driver.text +
         " from worker " + worker->record.id.text + ": it runs on " + driver->record.worker->text);
    return;
  }
  remove_driver(*driver, change.state, change.exception ? text_of(*change.exception) : std::string());
}

void Step::on(const deploy::RequestKillDriver& request, const Message& from) {
  if (standby())
    return answer_at_once(from, deploy::KillDriverResponse{request.driver, false, not_alive("kill drivers")});
  info("Asked to kill driver " + request.driver.text);
  auto* driver = find_driver(request.driver);
  if (driver == nullptr) {
    const std::string sentence = "Driver " + request.driver.text + " has already finished or does not exist";
    warn(sentence);
    return answer(from, deploy::KillDriverResponse{request.driver, false, sentence});
  }
  kill_driver(*driver);
  answer(from,
         deploy::KillDriverResponse{request.driver, true, "Kill request for " + request.driver.text + " submitted"});
}

void Step::kill_driver(DriverInfo& driver) {
  info("Kill request for " + driver.record.id.text + " submitted");
  if (!driver.record.worker) {
    remove_driver(driver, deploy::DriverState::killed, {});
    return;
  }
  // The worker reports the end; should the message be lost, its next report of what runs there brings another, also
  // to the next leader.
  driver.record.kill_requested = true;
  persist(driver.record);
  if (const auto* worker = find_worker(*driver.record.worker)) send(worker->peer, deploy::KillDriver{driver.record.id});
}

void Step::handle(const KillDriverRequested& event) {
  if (standby()) return;
  info("Asked to kill driver " + event.driver.text);
  if (auto* driver = find_driver(event.driver))
    kill_driver(*driver);
  else
    warn("Driver " + event.driver.text + " has already finished or does not exist");
}

void Step::on(const deploy::RequestKillAllDrivers&, const Message& from) {
  if (standby()) return answer_at_once(from, deploy::KillAllDriversResponse{false, not_alive("kill drivers")});
  info("Asked to kill all drivers");
  std::vector<DriverId> all;
  for (const auto& [id, driver] : state_.drivers) all.push_back(id);
  for (const auto& id : all) kill_driver(*find_driver(id));
  answer(from, deploy::KillAllDriversResponse{true, "Kill request for all drivers submitted"});
}

void Step::on(const deploy::RequestDriverStatus& request, const Message& from) {
  deploy::DriverStatusResponse status;
  if (standby()) {
    status.exception.emplace();
    status.exception->message = not_alive("request driver status");
    return answer_at_once(from, std::move(status));
  }
  const DriverInfo* driver = find_driver(request.driver);
  const bool active = driver != nullptr;
  if (driver == nullptr) {
    const auto found = std::find_if(state_.completed_drivers.rbegin(), state_.completed_drivers.rend(),
                                    [&](const DriverInfo& info) { return info.record.id == request.driver; });
    if (found != state_.completed_drivers.rend()) driver = &*found;
  }
  if (driver != nullptr) {
    status.found = true;
    status.state = driver->record.state;
    status.worker = driver->record.worker;
    status.worker_address = driver->record.worker_address;
    if (!driver->record.exception.empty()) {
      status.exception.emplace();
      status.exception->message = driver->record.exception;
    }
  }
  // An end that is not durable yet must not be told: the client goes away and nobody could ask again.
  if (driver == nullptr || active)
    answer_at_once(from, std::move(status));
  else
    answer(from, std::move(status));
}

}  // namespace pilotlight::core
