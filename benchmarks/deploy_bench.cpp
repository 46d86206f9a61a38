// Messages of the hot paths, decoded and encoded: a registration is one RegisterWorker in, one RegisteredWorker out.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "deploy/codec.hpp"

namespace pilotlight::deploy {
namespace {

std::string golden(const std::string& name) {
  const std::string path = PILOTLIGHT_TESTS_DIR "/golden/" + name;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "%s: cannot be read\n", path.c_str());
    std::exit(1);
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

void decode_message(benchmark::State& state, const char* name) {
  const std::string content = golden(name);
  for (auto _ : state) benchmark::DoNotOptimize(decode_to_master(content));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * content.size()));
}

template <typename Message>
void encode_message(benchmark::State& state, const Message& message, Dialect dialect) {
  std::size_t bytes = 0;
  for (auto _ : state) bytes += encode(message, dialect).size();
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

const EndpointRef master{"Master", {"10.0.0.1", 7077}};

void registered_worker(benchmark::State& state, Dialect dialect) {
  encode_message(state, ToWorker(RegisteredWorker{master, "http://10.0.0.1:8080", {"10.0.0.1", 7077}, false}), dialect);
}

void executor_updated(benchmark::State& state, Dialect dialect) {
  ExecutorUpdated message;
  message.state = ExecutorState::running;
  encode_message(state, ToDriver(message), dialect);
}

void launch_executor(benchmark::State& state, const char* name, Dialect dialect) {
  const auto decoded = decode_to_worker(golden(name));
  encode_message(state, std::get<Decoded<ToWorker>>(decoded).message, dialect);
}

void boolean_reply(benchmark::State& state, Dialect dialect) {
  encode_message(state, Reply(BooleanReply{true}), dialect);
}

BENCHMARK_CAPTURE(decode_message, register_worker_3_5, "3.5.6/RegisterWorker.bin");
BENCHMARK_CAPTURE(decode_message, register_worker_4_1, "4.1.4/RegisterWorker.bin");
BENCHMARK_CAPTURE(decode_message, heartbeat_3_5, "3.5.6/Heartbeat.bin");
BENCHMARK_CAPTURE(decode_message, heartbeat_4_1, "4.1.4/Heartbeat.bin");
BENCHMARK_CAPTURE(decode_message, executor_state_changed_3_5, "3.5.6/ExecutorStateChanged-running.bin");
BENCHMARK_CAPTURE(decode_message, register_application_3_5, "3.5.6/RegisterApplication.bin");
BENCHMARK_CAPTURE(registered_worker, 3_5, Dialect::spark_3_4);
BENCHMARK_CAPTURE(registered_worker, 4_1, Dialect::spark_4_1);
BENCHMARK_CAPTURE(executor_updated, 4_1, Dialect::spark_4_1);
BENCHMARK_CAPTURE(launch_executor, 3_5, "3.5.6/LaunchExecutor.bin", Dialect::spark_3_4);
BENCHMARK_CAPTURE(boolean_reply, 3_5, Dialect::spark_3_4);

}  // namespace
}  // namespace pilotlight::deploy
