// Java streams of typical messages (1 to 4 KB), read and written: bytes of stream per second.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "javaser/reader.hpp"
#include "javaser/writer.hpp"

namespace pilotlight::javaser {
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

void read_stream(benchmark::State& state, const char* name) {
  const std::string bytes = golden(name);
  for (auto _ : state) benchmark::DoNotOptimize(read(bytes));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes.size()));
  state.SetLabel(std::to_string(bytes.size()) + " bytes");
}

void write_stream(benchmark::State& state, const char* name, Sharing sharing) {
  const auto stream = read(golden(name));
  std::size_t bytes = 0;
  for (auto _ : state) bytes += write(stream->root, sharing).size();
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

BENCHMARK_CAPTURE(read_stream, register_worker_3_5, "3.5.6/RegisterWorker.bin");
BENCHMARK_CAPTURE(read_stream, heartbeat_4_1, "4.1.4/Heartbeat.bin");
BENCHMARK_CAPTURE(read_stream, register_application_3_5, "3.5.6/RegisterApplication.bin");
BENCHMARK_CAPTURE(read_stream, register_application_4_1, "4.1.4/RegisterApplication.bin");
BENCHMARK_CAPTURE(read_stream, executor_state_changed_3_5, "3.5.6/ExecutorStateChanged-exited.bin");
BENCHMARK_CAPTURE(read_stream, submit_driver_3_5, "3.5.6/RequestSubmitDriver-map50.bin");
BENCHMARK_CAPTURE(read_stream, exception_3_5, "3.5.6/RpcFailure-SparkException.bin");
BENCHMARK_CAPTURE(write_stream, echo_application_3_5, "3.5.6/RegisterApplication.bin", Sharing::by_identity);
BENCHMARK_CAPTURE(write_stream, launch_executor_3_5, "3.5.6/foreign/LaunchExecutor.bin", Sharing::by_value);
BENCHMARK_CAPTURE(write_stream, launch_executor_4_1, "4.1.4/foreign/LaunchExecutor.bin", Sharing::by_value);
BENCHMARK_CAPTURE(write_stream, registered_worker_3_5, "3.5.6/foreign/RegisteredWorker.bin", Sharing::by_value);

}  // namespace
}  // namespace pilotlight::javaser
