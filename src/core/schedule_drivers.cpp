#include <algorithm>

#include "core/schedule.hpp"
#include "core/step.hpp"

namespace pilotlight::core {
namespace {

/// What a JVM of 17 and later needs and Spark 3's submit client forgets (the launcher adds it to everything else).
const std::vector<std::string>& module_options() {
  static const std::vector<std::string> options = [] {
    std::vector<std::string> all{"-XX:+IgnoreUnrecognizedVMOptions"};  // first: makes the rest harmless to Java 8
    for (const char* package :
         {"java.base/java.lang", "java.base/java.lang.invoke", "java.base/java.lang.reflect", "java.base/java.io",
          "java.base/java.net", "java.base/java.nio", "java.base/java.util", "java.base/java.util.concurrent",
          "java.base/java.util.concurrent.atomic", "java.base/jdk.internal.ref", "java.base/sun.nio.ch",
          "java.base/sun.nio.cs", "java.base/sun.security.action", "java.base/sun.util.calendar",
          "java.security.jgss/sun.security.krb5"})
      all.push_back("--add-opens=" + std::string(package) + "=ALL-UNNAMED");
    all.emplace_back("-Djdk.reflect.useDirectMethodHandle=false");
    return all;
  }();
  return options;
}

bool opens_modules(const std::vector<std::string>& options) {
  return std::any_of(options.begin(), options.end(),
                     [](const std::string& option) { return option.find("--add-opens") != std::string::npos; });
}

Amounts amounts_of(const deploy::DriverDescription& description) {
  Amounts amounts;
  for (const auto& need : description.resources)
    if (need.amount > 0) amounts[need.name] += need.amount;
  return amounts;
}

/// The workers that drivers of one Scala version may go to, and where the next one begins to look.
struct Round {
  std::vector<WorkerInfo*> workers;
  std::size_t next = 0;
  Hopeless hopeless;
};

WorkerInfo* take_place(Round& round, const deploy::DriverDescription& wanted, const Amounts& custom, bool spread_out) {
  if (round.hopeless.contains(wanted.cores, wanted.memory_mb)) return nullptr;
  if (!spread_out) round.next = 0;
  for (std::size_t visited = 0; visited < round.workers.size(); ++visited) {
    WorkerInfo* worker = round.workers[round.next];
    round.next = (round.next + 1) % round.workers.size();
    if (worker->cores_free() >= wanted.cores && worker->memory_free_mb() >= wanted.memory_mb &&
        fits(worker->record.resources, worker->resources_used, custom))
      return worker;
  }
  if (custom.empty()) round.hopeless.add(wanted.cores, wanted.memory_mb);
  return nullptr;
}

}  // namespace

std::uint64_t Step::next_random() {
  // splitmix64: the same seed and events give the same choices.
  std::uint64_t value = indexes_.random += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

void Step::schedule_drivers() {
  if (state_.waiting_drivers.empty()) return;
  const bool spread_out = state_.settings.spread_out_drivers;
  std::map<deploy::Scala, Round> rounds;
  for (const auto scala : {deploy::Scala::v2_12, deploy::Scala::v2_13}) {
    // A submit client does not show its version: its driver goes where most workers are, to the newer among equals.
    std::optional<deploy::Dialect> best;
    for (const auto dialect : deploy::all_dialects)
      if (deploy::scala_of(dialect) == scala && indexes_.capacity.registered_as_newest(dialect) > 0 &&
          (!best || indexes_.capacity.registered_as_newest(dialect) >= indexes_.capacity.registered_as_newest(*best)))
        best = dialect;
    if (!best) continue;
    const auto known = indexes_.driver_dialect.find(scala);
    const bool all = indexes_.drivers_changed || known == indexes_.driver_dialect.end() || known->second != *best;
    indexes_.driver_dialect[scala] = *best;
    Round& round = rounds[scala];
    if (all) {
      indexes_.capacity.walk(*best, [&](WorkerInfo& worker) {
        round.workers.push_back(&worker);
        return true;
      });
    } else {
      round.workers = indexes_.capacity.grown(*best);
    }
    std::erase_if(round.workers, [&](const WorkerInfo* worker) { return worker->record.dialects.back() != *best; });
    std::sort(round.workers.begin(), round.workers.end(),
              [](const WorkerInfo* a, const WorkerInfo* b) { return a->record.id < b->record.id; });
    if (spread_out)
      for (std::size_t i = round.workers.size(); i > 1; --i)
        std::swap(round.workers[i - 1], round.workers[next_random() % i]);
  }
  indexes_.drivers_changed = false;

  const std::vector<DriverId> waiting = state_.waiting_drivers;
  for (const auto& id : waiting) {
    if (static_cast<std::int64_t>(state_.drivers.size() - state_.waiting_drivers.size()) >= state_.settings.max_drivers)
      break;
    DriverInfo& driver = state_.drivers.at(id);
    const auto& wanted = driver.record.description;
    const auto round = rounds.find(wanted.scala);
    if (round == rounds.end()) {
      if (!indexes_.recovery_open && indexes_.told_once.insert("waiting driver " + id.text).second)
        warn("Driver " + id.text + " waits: no worker of Spark " +
             (wanted.scala == deploy::Scala::v2_12 ? "3 (Scala 2.12)" : "4 (Scala 2.13)") + " is registered.");
      continue;
    }
    const Amounts custom = amounts_of(wanted);
    if (auto* worker = take_place(round->second, wanted, custom, spread_out)) {
      driver.record.resources = choose(worker->record.resources, worker->resources_used, custom);
      launch_driver(driver, *worker);
    }
  }
}

void Step::expect_launch(DriverInfo& driver) {
  driver.launching = true;
  indexes_.deadlines.set(Wait::driver_answer, driver.record.id.text,
                         now_.instant + state_.settings.launch_answer_timeout);
}

void Step::launch_driver(DriverInfo& driver, WorkerInfo& worker) {
  const DriverId id = driver.record.id;
  info("Launching driver " + id.text + " on worker " + worker.record.id.text);
  driver.record.worker = worker.record.id;
  driver.record.worker_address = deploy::Address{worker.record.host, worker.record.port};
  driver.record.state = deploy::DriverState::running;
  expect_launch(driver);
  std::erase(state_.waiting_drivers, id);
  place_driver(driver, worker);
  persist(driver.record);
  send_launch(driver, worker);
}

void Step::send_launch(const DriverInfo& driver, const WorkerInfo& worker) {
  const auto& description = driver.record.description;
  send(worker.peer, deploy::ToWorker{deploy::LaunchDriver{
                        driver.record.id, description, driver.record.resources,
                        opens_modules(description.java_opts) ? std::vector<std::string>{} : module_options()}});
}

}  // namespace pilotlight::core
