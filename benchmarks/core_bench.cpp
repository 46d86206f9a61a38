// What one step of the core costs with thousands of workers and applications, without wire, store or clock.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <memory>

#include "core/master.hpp"

namespace pilotlight::core {
namespace {

class Load {
 public:
  Load() : master_(settings()) {
    now_.instant = Instant{} + std::chrono::hours(1);
    step(LeadershipGained{Epoch(1), {}});
  }

  Effects step(decltype(Event::what) what) { return master_.step(Event{now_, std::move(what)}); }

  Effects worker(int number, std::int32_t cores = 8, deploy::Dialect dialect = deploy::Dialect::spark_3_4) {
    const std::string host = "10.0." + std::to_string(number / 250) + "." + std::to_string(number % 250);
    deploy::RegisterWorker registration;
    registration.id = WorkerId("worker-20260101000000-" + host + "-7078");
    registration.host = host;
    registration.port = 7078;
    registration.worker = {"Worker", {host, 7078}};
    registration.cores = cores;
    registration.memory_mb = 16384;
    registration.web_ui_url = "http://" + host + ":8081";
    registration.master_address = {"m1", 7077};
    return message(number, registration.worker.address, dialect, registration);
  }
  Effects heartbeat(int number) {
    const std::string host = "10.0." + std::to_string(number / 250) + "." + std::to_string(number % 250);
    return message(number, {host, 7078}, deploy::Dialect::spark_3_4,
                   deploy::Heartbeat{WorkerId("worker-20260101000000-" + host + "-7078"), {"Worker", {host, 7078}}});
  }
  /// max_cores 0 = as many as there are.
  Effects app(int number, std::int32_t max_cores, std::int32_t memory_mb = 1024,
              std::optional<std::int32_t> limit = {}) {
    static const auto raw = std::make_shared<const std::string>(4096, 'x');
    deploy::RegisterApplication registration;
    registration.driver = {"AppClient", {"10.1.0.1", 10000 + number}};
    auto& description = registration.description;
    description.name = "an application with a name " + std::to_string(number);
    description.user = "somebody";
    description.app_ui_url = "http://10.1.0.1:4040";
    if (max_cores > 0) description.max_cores = max_cores;
    description.initial_executor_limit = limit;
    description.default_profile.memory_mb = memory_mb;
    description.default_profile.cores = 1;
    if (max_cores == 0) description.default_profile.cores.reset();
    description.raw = std::make_shared<const std::string>(*raw);
    return message(100'000 + number, registration.driver.address, deploy::Dialect::spark_3_4, registration);
  }
  Effects unregister(const AppId& id, int number) {
    return message(100'000 + number, {"10.1.0.1", 10000 + number}, deploy::Dialect::spark_3_4,
                   deploy::UnregisterApplication{id});
  }
  const State& state() const { return master_.state(); }

 private:
  static Settings settings() {
    Settings settings;
    settings.address = {"m1", 7077};
    return settings;
  }
  Effects message(int connection, deploy::Address sender, deploy::Dialect dialect, deploy::ToMaster message) {
    MessageReceived event;
    event.connection = ConnectionId(static_cast<std::uint64_t>(connection) + 1);
    event.sender = std::move(sender);
    event.candidates = {dialect};
    event.message = std::move(message);
    return step(std::move(event));
  }

  Master master_;
  Now now_;
};

void RegisterWorkers(benchmark::State& state) {
  const int count = static_cast<int>(state.range(0));
  for (auto _ : state) {
    auto load = std::make_unique<Load>();
    for (int i = 0; i < count; ++i) benchmark::DoNotOptimize(load->worker(i));
    state.PauseTiming();
    load.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * count);
}
BENCHMARK(RegisterWorkers)->Arg(1000)->Arg(10'000)->Unit(benchmark::kMillisecond);

/// The same while 1,000 applications wait for workers larger than these.
void RegisterWorkersWhileAppsWait(benchmark::State& state) {
  const int count = static_cast<int>(state.range(0));
  for (auto _ : state) {
    state.PauseTiming();
    auto load = std::make_unique<Load>();
    for (int i = 0; i < 1000; ++i) load->app(i, 4, 65536);
    state.ResumeTiming();
    for (int i = 0; i < count; ++i) benchmark::DoNotOptimize(load->worker(i));
    state.PauseTiming();
    load.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * count);
}
BENCHMARK(RegisterWorkersWhileAppsWait)->Arg(10'000)->Unit(benchmark::kMillisecond)->Iterations(3);

void Heartbeats(benchmark::State& state) {
  const int count = static_cast<int>(state.range(0));
  Load load;
  for (int i = 0; i < count; ++i) load.worker(i);
  int next = 0;
  for (auto _ : state) benchmark::DoNotOptimize(load.heartbeat(next++ % count));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(Heartbeats)->Arg(10'000);

/// One application of 8 cores, with thousands of free workers to choose from.
void ScheduleOneApp(benchmark::State& state) {
  const int count = static_cast<int>(state.range(0));
  Load load;
  for (int i = 0; i < count; ++i) load.worker(i);
  int number = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(load.app(number, 8));
    state.PauseTiming();
    load.unregister(load.state().app_order.front(), number++);
    state.ResumeTiming();
  }
}
BENCHMARK(ScheduleOneApp)->Arg(1000)->Arg(10'000)->Unit(benchmark::kMicrosecond);

/// A pass that has to look at every worker and finds no place: the longest search there is.
void SearchAllWorkersInVain(benchmark::State& state) {
  const int count = static_cast<int>(state.range(0));
  Load load;
  for (int i = 0; i < count; ++i) load.worker(i);
  int number = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(load.app(number, 8, 65536));
    state.PauseTiming();
    load.unregister(load.state().app_order.front(), number++);
    state.ResumeTiming();
  }
}
BENCHMARK(SearchAllWorkersInVain)->Arg(10'000)->Unit(benchmark::kMicrosecond);

/// One application takes an executor on every worker: one step with as many launches.
void LaunchEverywhere(benchmark::State& state) {
  const int count = static_cast<int>(state.range(0));
  Load load;
  for (int i = 0; i < count; ++i) load.worker(i);
  int number = 0;
  for (auto _ : state) {
    Effects effects = load.app(number, 0);
    state.PauseTiming();
    if (effects.outputs.size() < static_cast<std::size_t>(count) * 2) state.SkipWithError("not launched");
    effects = {};
    load.unregister(load.state().app_order.front(), number++);
    state.ResumeTiming();
  }
}
BENCHMARK(LaunchEverywhere)->Arg(1000)->Arg(10'000)->Unit(benchmark::kMillisecond);

/// 1,000 applications wait while one holds all cores of 1,000 workers; it ends, and one pass serves them all.
void ServeWaitingApps(benchmark::State& state) {
  constexpr int count = 1000;
  for (auto _ : state) {
    state.PauseTiming();
    auto load = std::make_unique<Load>();
    for (int i = 0; i < count; ++i) load->worker(i);
    load->app(count, 0);
    const AppId holder = load->state().app_order.front();
    for (int i = 0; i < count; ++i) load->app(i, 8);
    state.ResumeTiming();
    Effects effects = load->unregister(holder, count);
    state.PauseTiming();
    if (load->state().apps.size() != count || effects.outputs.size() < count * 8 * 2) state.SkipWithError("not served");
    effects = {};
    load.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * count);
}
BENCHMARK(ServeWaitingApps)->Unit(benchmark::kMillisecond);

/// Bytes on the heap for 10,000 workers and 1,000 applications with 8 executors each.
void Memory(benchmark::State& state) {
  for (auto _ : state) {
    const auto before = mallinfo2().uordblks;
    auto load = std::make_unique<Load>();
    for (int i = 0; i < 10'000; ++i) load->worker(i);
    const auto workers = mallinfo2().uordblks;
    for (int i = 0; i < 1000; ++i) load->app(i, 8);
    const auto all = mallinfo2().uordblks;
    state.counters["workers_MB"] = static_cast<double>(workers - before) / 1e6;
    state.counters["all_MB"] = static_cast<double>(all - before) / 1e6;
  }
}
BENCHMARK(Memory)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pilotlight::core
