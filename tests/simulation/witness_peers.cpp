// Rules about workers, applications and drivers: what they are told, what becomes of them, what clients hear.
#include <algorithm>

#include "simulation/witness.hpp"
#include "simulation/world.hpp"

namespace pilotlight::simulation {
namespace {

constexpr auto settling = std::chrono::seconds(15);  // the time of a launch's answer, and some
constexpr auto same_submission = std::chrono::seconds(5);

std::string name_of(const core::ExecutorKey& key) { return key.app.text + "/" + std::to_string(key.executor.value); }

/// How far in its life a driver is; an answer never goes back. That it runs is told before it is durable, on purpose (a
/// launch that is lost is made again), so it is no further than that it was submitted.
int rank_of(deploy::DriverState state) {
  switch (state) {
    case deploy::DriverState::submitted:
    case deploy::DriverState::running: return DriverRegister::placed;
    case deploy::DriverState::unknown: return DriverRegister::accepted;
    case deploy::DriverState::relaunching:
    case deploy::DriverState::finished:
    case deploy::DriverState::killed:
    case deploy::DriverState::failed:
    case deploy::DriverState::error: break;
  }
  return DriverRegister::over;
}

}  // namespace

bool Witness::over(const AppId& id) const {
  const auto app = apps_.find(id);
  return app == apps_.end() || ended_apps_.contains(app->second);
}

/// A residue: what a leader sent to a worker that had just died reaches the next process at the same address. It obeys,
/// and its first reports put that right.
bool Witness::took_over_address(const WorkerNode& worker) {
  if (worker.started() == Instant{} || world_.loop.now() > worker.started() + settling) return false;
  ++residues_.reused_address;
  return true;
}

// ---- executors ----

void Witness::executor_started(const WorkerNode& worker, const core::ExecutorKey& key, std::int32_t) {
  world_.trace.say([&] { return worker.name() + " starts executor " + name_of(key); });
  if (!executor_ids_.insert(key).second)
    return fail("executor " + name_of(key) + " is launched a second time, on " + worker.name());
  executors_[key] = &worker;
}

void Witness::executor_killed(const WorkerNode& worker, const core::ExecutorKey& key) {
  world_.trace.say([&] { return worker.name() + " kills executor " + name_of(key); });
  if (apps_.contains(key.app) && !over(key.app) && !took_over_address(worker))
    fail(worker.name() + " is told to kill executor " + name_of(key) + " of a living application");
}

void Witness::executor_ended(const WorkerNode& worker, const core::ExecutorKey& key) {
  world_.trace.say([&] { return "executor " + name_of(key) + " on " + worker.name() + " has ended"; });
  executors_.erase(key);
}

void Witness::executor_added(const AppNode&, const deploy::ExecutorAdded&) {}

void Witness::executor_updated(const AppNode& app, const deploy::ExecutorUpdated& updated) {
  if (!app.id() || !deploy::is_finished(updated.state)) return;
  const core::ExecutorKey key{*app.id(), updated.executor};
  const auto found = executors_.find(key);
  if (found != executors_.end() && found->second->alive() && !took_over_address(*found->second))
    fail(app.name() + " is told that executor " + name_of(key) + " is " + std::string(to_string(updated.state)) +
         ", and it runs on " + found->second->name());
}

void Witness::worker_removed(const AppNode& app, const deploy::WorkerRemoved& removed) {
  for (const auto* worker : world_.workers())
    if (worker->id() == removed.worker)
      fail(app.name() + " is told that worker " + removed.worker.text + " is gone, and it lives: " + removed.message);
}

// ---- drivers ----

void Witness::driver_started(const WorkerNode& worker, const deploy::LaunchDriver& launch, std::uint64_t epoch) {
  const std::string& job = launch.description.jar_url;
  world_.trace.say([&] { return worker.name() + " starts driver " + launch.driver.text + " of " + job; });
  const bool again = !driver_ids_.insert(launch.driver).second;
  if (epoch < spoken_) {
    // The residue of a frame that was under way while its leader was deposed (it stood still in the write, or the
    // network held it): LaunchDriver names no master, so the worker cannot tell. LaunchExecutor does.
    ++residues_.late_launch;
    late_.insert(launch.driver);
    return;
  }
  if (again && !late(launch.driver))
    return fail("driver " + launch.driver.text + " is launched a second time, on " + worker.name());
  const auto twin = std::find_if(attempts_.begin(), attempts_.end(), [&](const auto& entry) {
    return entry.second.job == job && entry.second.worker->alive();
  });
  if (twin != attempts_.end() && !doubled_.contains(job) && !took_over_address(worker) &&
      !took_over_address(*twin->second.worker))
    return fail("driver " + launch.driver.text + " is launched on " + worker.name() + " while its other attempt " +
                twin->first.text + " lives on " + twin->second.worker->name());
  attempts_[launch.driver] = {&worker, job};
}

void Witness::driver_killed(const WorkerNode& worker, const DriverId& driver) {
  world_.trace.say([&] { return worker.name() + " kills driver " + driver.text; });
  if (!kill_asked_.contains(driver) && !late_.contains(driver) && !took_over_address(worker))
    fail(worker.name() + " is told to kill driver " + driver.text + ": nobody asked");
}

void Witness::driver_ended(const WorkerNode& worker, const DriverId& driver) {
  world_.trace.say([&] { return "driver " + driver.text + " on " + worker.name() + " has ended"; });
  attempts_.erase(driver);
}

void Witness::worker_died(const WorkerNode& worker) {
  std::erase_if(executors_, [&](const auto& entry) { return entry.second == &worker; });
  std::erase_if(attempts_, [&](const auto& entry) { return entry.second.worker == &worker; });
}

// ---- applications ----

void Witness::app_registered(const AppNode& app, const AppId& id) {
  world_.trace.say([&] { return app.name() + " is registered as " + id.text; });
  const auto [known, first] = apps_.emplace(id, &app);
  if (known->second != &app) return fail("application id " + id.text + " is given twice");
  if (app.id() && *app.id() != id)
    return fail(app.name() + " is registered as " + id.text + " and was " + app.id()->text + " before");
  if (first) check_survivors(*world_.masters().front());
}

/// A residue: a MasterChanged that was under way while its leader was deposed. A driver never tells its master anything
/// by itself, so nobody can know.
void Witness::app_follows(const AppNode& app, std::uint64_t epoch) {
  if (epoch < spoken_) {
    ++residues_.misled;
    misled_.insert(&app);
  } else {
    misled_.erase(&app);
  }
}

void Witness::app_ended(const AppNode& app) {
  world_.trace.say([&] { return app.name() + " ends"; });
  ended_apps_.insert(&app);
}

void Witness::app_removed(const AppNode& app, const std::string& message) {
  if (!ended_apps_.contains(&app)) fail(app.name() + " is told that it was removed: " + message);
}

// ---- clients: each driver is a register whose life only goes forward ----

std::vector<DriverId> Witness::submitted() const {
  std::vector<DriverId> ids;
  for (const auto& [id, driver] : drivers_) ids.push_back(id);
  return ids;
}

void Witness::answered(const Question& question, const deploy::Reply& reply, const std::string& by) {
  const Instant now = world_.loop.now();
  if (const auto* accepted = std::get_if<deploy::SubmitDriverResponse>(&reply)) {
    if (!accepted->success || !accepted->driver) return;
    world_.trace.say([&] { return question.job + " is accepted as " + accepted->driver->text + " by " + by; });
    const auto [known, first] = drivers_.emplace(*accepted->driver, Asked{question.job, {}, false});
    // The same submission may be answered by two masters, with the one id it has.
    if (known->second.job != question.job) return fail("driver id " + accepted->driver->text + " is given twice");
    said(known->first, DriverRegister::accepted, DriverRegister::over, question, by + " accepts");
    if (!first) return;
    auto& ids = jobs_[question.job];
    ids.insert(*accepted->driver);
    if (ids.size() == 1) return;
    doubled_.insert(question.job);
    // The id of a supervised driver changes when it is started again.
    if (question.job.find("supervised") != std::string::npos) return;
    // A residue: a master that stood still does not know how old an ask is, and takes it for another submission.
    if (now > question.asked + same_submission) return void(++residues_.asked_again);
    fail("the submission of " + question.job + " is accepted twice: " + ids.begin()->text + " and " +
         ids.rbegin()->text);
    return;
  }
  if (const auto* killed = std::get_if<deploy::KillDriverResponse>(&reply)) {
    world_.trace.say([&] { return "kill of " + question.driver.text + ": " + killed->message + " by " + by; });
    const auto known = drivers_.find(question.driver);
    if (known == drivers_.end()) return;
    if (killed->success) {
      known->second.to_be_killed = true;
      said(known->first, DriverRegister::accepted, DriverRegister::placed, question, by + " is going to kill");
    } else if (killed->message.find("already finished") != std::string::npos) {
      said(known->first, DriverRegister::over, DriverRegister::over, question, by + " has seen the end of");
    }
    return;
  }
  const auto* status = std::get_if<deploy::DriverStatusResponse>(&reply);
  const auto known = drivers_.find(question.driver);
  if (status == nullptr || known == drivers_.end()) return;
  if (!status->found) {
    if (status->exception) return;  // a STANDBY's refusal: no information
    return said(known->first, DriverRegister::absent, DriverRegister::absent, question, by + " does not know");
  }
  if (!status->state) return;
  const int rank = rank_of(*status->state);
  said(known->first, rank, rank, question, by + " says " + std::string(to_string(*status->state)) + " of");
}

void Witness::said(const DriverId& driver, int least, int most, const Question& question, const std::string& what) {
  if (!drivers_.at(driver).history.explains(least, most, question.asked, world_.loop.now()))
    fail(what + " driver " + driver.text + ", though somebody was told before that it is further");
}

}  // namespace pilotlight::simulation
