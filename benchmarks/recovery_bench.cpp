// What a standby of 10,000 workers and 1,000 applications pays: to follow, to take over, to join; and what the leader
// pays to write. No ZooKeeper, no wire: the machines alone, and once an ensemble in memory.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "deploy/codec.hpp"
#include "recovery/zk_journal.hpp"
#include "recovery/zk_reader.hpp"
#include "zk/memory_ensemble.hpp"

namespace pilotlight::recovery {
namespace {

constexpr int workers = 10'000;
constexpr int apps = 1'000;

deploy::ApplicationDescription description() {
  const std::string path = PILOTLIGHT_TESTS_DIR "/golden/3.5.6/RegisterApplication.bin";
  std::ifstream file(path, std::ios::binary);
  const auto decoded = deploy::decode_to_master(std::string{std::istreambuf_iterator<char>(file), {}});
  const auto* message = std::get_if<deploy::Decoded<deploy::ToMaster>>(&decoded);
  if (message == nullptr) {
    std::fprintf(stderr, "%s: cannot be read\n", path.c_str());
    std::exit(1);
  }
  return std::get<deploy::RegisterApplication>(message->message).description;
}

core::WorkerRecord worker(int number) {
  const std::string host = "10.0." + std::to_string(number / 250) + "." + std::to_string(number % 250);
  core::WorkerRecord worker;
  worker.id = WorkerId("worker-20260101000000-" + host + "-7078");
  worker.host = host;
  worker.port = 7078;
  worker.cores = 16;
  worker.memory_mb = 65536;
  worker.web_ui_url = "http://" + host + ":8081";
  worker.ref = {"Worker", {host, 7078}};
  worker.dialects = {deploy::Dialect::spark_3_4};
  return worker;
}

std::vector<core::RecordOp> everything() {
  std::vector<core::RecordOp> operations;
  for (int i = 0; i < workers; ++i) operations.emplace_back(worker(i));
  const auto described = description();
  for (int i = 0; i < apps; ++i) {
    core::AppRecord app;
    app.id = AppId("app-20260101000000-" + std::to_string(i));
    app.description = described;
    app.driver = {"AppClient", {"10.1.0.1", 10000 + i}};
    app.dialect = described.dialect;
    core::AppProgress progress;
    progress.id = app.id;
    progress.state = core::AppState::running;
    operations.emplace_back(app);
    operations.emplace_back(progress);
  }
  operations.emplace_back(core::Counters{apps, 0});
  return operations;
}

Mirror empty_mirror() {
  Chunk nothing;
  nothing.first = nothing.last = true;
  Mirror mirror;
  if (!mirror.load(nothing)) std::abort();
  return mirror;
}

const Commit& one_commit() {
  static const Commit commit = [] {
    Commit all;
    all.number = 1;
    for (const auto& operation : everything()) append_row_changes(operation, all.changes);
    return all;
  }();
  return commit;
}

const Mirror& full_mirror() {
  static const Mirror mirror = [] {
    auto full = empty_mirror();
    if (!full.apply(one_commit())) std::abort();
    return full;
  }();
  return mirror;
}

/// All that happens between "commit has the mirror's number" and LeadershipGained.
void TakeOver(benchmark::State& state) {
  const auto& mirror = full_mirror();
  for (auto _ : state) {
    auto recovered = mirror.recovered();
    benchmark::DoNotOptimize(recovered);
    state.PauseTiming();
    recovered = {};
    state.ResumeTiming();
  }
}
BENCHMARK(TakeOver)->Unit(benchmark::kMillisecond);

/// A standby decodes the leader's stream.
void Follow(benchmark::State& state) {
  const auto& commit = one_commit();
  for (auto _ : state) {
    auto mirror = empty_mirror();
    benchmark::DoNotOptimize(mirror.apply(commit));
    state.PauseTiming();
    mirror = {};
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * commit.changes.size()));
}
BENCHMARK(Follow)->Unit(benchmark::kMillisecond);

/// The leader writes a snapshot for one that joins.
void Snapshot(benchmark::State& state) {
  const auto& mirror = full_mirror();
  std::size_t longest = 0;
  for (auto _ : state) {
    for (Place after;;) {
      const auto chunk = mirror.snapshot(after, std::size_t{256} << 10U);
      longest = std::max(longest, chunk.rows.size());
      if (chunk.last) break;
      after = chunk.rows.back().created;
    }
  }
  state.counters["rows_in_chunk"] = static_cast<double>(longest);
}
BENCHMARK(Snapshot)->Unit(benchmark::kMillisecond);

/// The leader plans, encodes and settles a batch of registrations; ZooKeeper says yes at once.
void Journal(benchmark::State& state) {
  const int batch = static_cast<int>(state.range(0));
  auto mirror = empty_mirror();
  std::uint64_t last = 0;
  ZkJournal journal(ZkLayout("/spark"), mirror, [&] { return zk::RequestId(++last); });
  journal.lead({1, 1, 0, 0});
  int number = 0;
  for (auto _ : state) {
    std::vector<core::RecordOp> operations;
    for (int i = 0; i < batch; ++i) operations.emplace_back(worker(number++ % workers));
    auto news = journal.begin(operations);
    for (const auto& ask : news.asks) {
      zk::Answered answer;
      answer.request = ask.id;
      news = journal.on_answer(answer);
    }
    if (news.what != JournalNews::What::durable) std::abort();
  }
  state.SetItemsProcessed(state.iterations() * batch);
}
BENCHMARK(Journal)->Arg(1)->Arg(100);

/// Everything read anew, as by a master without a mirror; the ensemble in memory is part of the time.
void FullReading(benchmark::State& state) {
  zk::MemoryEnsemble ensemble{{}};
  const auto client = ensemble.add_client(std::chrono::seconds(10));
  if (ensemble.connect(client, 0) != zk::Connected::yes) std::abort();
  std::uint64_t last = 0;
  const auto next = [&] { return zk::RequestId(++last); };
  const auto run = [&](ZkAsks asks, auto& machine, auto wanted) {
    while (!asks.empty()) {
      for (const auto& ask : asks) ensemble.submit(client, ask.id, ask.request);
      asks.clear();
      for (auto& event : ensemble.take_events(client))
        if (const auto* answer = std::get_if<zk::Answered>(&event)) wanted(machine.on_answer(*answer), asks);
    }
  };
  const auto read = [&] {
    ZkReader reader(ZkLayout("/spark"), next);
    run(reader.start(), reader, [](ZkAsks more, ZkAsks& asks) {
      for (auto& ask : more) asks.push_back(std::move(ask));
    });
    return reader.take();
  };
  auto before = read();
  ensemble.submit(client, next(), zk::Create{"/spark/pilotlight/epoch", {}, false, false});
  ZkJournal journal(ZkLayout("/spark"), before.mirror, next);
  journal.lead({0, 1, before.commit_version, before.commit.number});
  run(journal.begin(everything()).asks, journal, [](const JournalNews&, ZkAsks&) {});
  for (auto _ : state) {
    auto full = read();
    if (full.mirror.rows().size() != workers + 2 * apps + 1) std::abort();
    state.PauseTiming();
    full = {};
    state.ResumeTiming();
  }
}
BENCHMARK(FullReading)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pilotlight::recovery
