#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <sstream>
#include <string>

#include "load/scenarios.hpp"

namespace {

using pilotlight::load::Options;

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

struct Words {
  std::string master = "127.0.0.1:7077";
  std::string spark = "3.5";
  long hold_s = 30;
  long limit_s = 120;
};

void add_common(CLI::App& command, Options& options, Words& words) {
  command.add_option("--master", words.master, "host:port of the master, an IPv4 address");
  command.add_option("--workers", options.workers, "simulated workers")->check(CLI::Range(0, 19'000));
  command.add_option("--window", options.window, "how many are under way at once")->check(CLI::Range(1, 100'000));
  command.add_option("--spark", words.spark, "the Spark version that is spoken, such as 3.5 or 4.0");
  command.add_option("--cores", options.shape.cores, "cores of a worker")->check(CLI::Range(1, 1'000'000));
  command.add_option("--memory", options.shape.memory_mb, "memory of a worker, MiB")->check(CLI::Range(1, 100'000'000));
  command.add_option("--pid", options.master_pid, "the master's process id, when its CPU time is wanted as well");
  command.add_flag("--stay", options.stay, "keep the connections after the last line, until SIGTERM or the time limit");
  command.add_option("--timeout", words.limit_s, "seconds after which the run has failed")
      ->check(CLI::Range(1, 86'400));
}

void add_applications(CLI::App& command, Options& options) {
  command.add_option("--apps", options.apps, "simulated applications, of two executors with two cores and 1 GiB each")
      ->check(CLI::Range(0, 19'000));
}

void add_dynamic_applications(CLI::App& command, Options& options) {
  add_applications(command, options);
  command.add_flag("--dynamic", options.dynamic, "applications ask for their executors with RequestExecutors");
}

/// Empty when all is well.
std::string understand(const Words& words, Options& options) {
  auto dialect = pilotlight::deploy::dialect_of_version(words.spark);
  if (!dialect) dialect = pilotlight::deploy::dialect_of_version(words.spark + ".0");
  if (!dialect) return "--spark: " + words.spark + " is none of " + std::string(pilotlight::deploy::served_versions());
  std::istringstream masters(words.master);
  for (std::string text; std::getline(masters, text, ',');) {
    const auto master = pilotlight::deploy::parse_address(text);
    if (!master) return "--master: " + text + " is not host:port";
    options.masters.push_back({*master, *dialect});
  }
  if (options.masters.empty()) return "--master: names none";
  options.target = options.masters.front();
  options.hold = std::chrono::seconds(words.hold_s);
  options.limit = std::chrono::seconds(words.limit_s);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  Words words;
  CLI::App app("Simulated Spark workers and applications over real sockets, against any standalone master.");
  app.require_subcommand(1);

  auto* reg = app.add_subcommand("register", "registrations per second, and how long the answer takes");
  add_common(*reg, options, words);
  reg->add_option("--warm-up", options.warm_up, "of the workers, how many come before the clock starts");
  reg->add_flag("--cold", options.cold, "connecting is part of what is measured");
  bool bare = false;
  reg->add_flag("--bare", bare, "no WorkerLatestState and heartbeat after the registration");

  auto* hold = app.add_subcommand("hold", "registers, then only heartbeats: watch the master meanwhile");
  add_common(*hold, options, words);
  add_dynamic_applications(*hold, options);
  hold->add_option("--seconds", words.hold_s, "how long; SIGTERM ends it earlier")->check(CLI::Range(0, 86'400));

  auto* schedule = app.add_subcommand("schedule", "how long applications wait for their executors");
  add_common(*schedule, options, words);
  add_dynamic_applications(*schedule, options);
  schedule->add_option("--warm-up", options.warm_up,
                       "of the applications, how many come and go before the clock starts");
  auto* apps_first =
      schedule->add_flag("--apps-first", options.apps_first, "the applications wait, then the workers come");
  schedule->add_flag("--one-by-one", options.one_by_one, "the next application comes when this one has its executors")
      ->excludes(apps_first);
  schedule->add_flag("--end", options.end, "then all applications end, which is measured as well");

  auto* failover = app.add_subcommand("failover", "workers of several masters (--master a:1,b:2), the leader first");
  add_common(*failover, options, words);
  failover->add_option("--first", options.first, "number of the first worker, when several generators share them")
      ->check(CLI::Range(0, 60'000));
  add_applications(*failover, options);
  failover->add_flag("--newcomers", options.newcomers,
                     "whenever the leader is lost a new application registers, and stays; its first executor is timed");
  failover->footer("SIGUSR1: one executor of each application ends and has to be replaced.");

  CLI11_PARSE(app, argc, argv);
  options.shape.reports_at_once = !bare;
  if (const auto wrong = understand(words, options); !wrong.empty()) {
    std::fprintf(stderr, "pilotlight_load: %s\n", wrong.c_str());
    return 2;
  }
  raise_descriptor_limit();
  pilotlight::load::stop_on_signals();
  if (reg->parsed()) return run_register(options);
  if (hold->parsed()) return run_hold(options);
  if (failover->parsed()) return run_failover(options);
  return run_schedule(options);
}
