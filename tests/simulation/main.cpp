// The simulator's command line: replays one seed, explores, or runs what `make test` runs.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "simulation/world.hpp"

namespace pilotlight::simulation {
namespace {

constexpr const char* usage =
    "simulation seed N [verbose]          replay one night\n"
    "simulation explore SECONDS [N]       nights for so long, from seed N or a random one\n"
    "simulation test NIGHTS               that many fixed seeds, and all of seeds.txt\n"
    "simulation bugs NIGHTS [NAME]        each planted bug must be seen within so many nights\n"
    "simulation bug NAME N                replay one night with a planted bug\n";

constexpr std::uint64_t nights_of_a_case = 50;

using Clock = std::chrono::steady_clock;

double seconds_of(Instant instant) { return std::chrono::duration<double>(instant.time_since_epoch()).count(); }
double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

Outcome night(std::uint64_t seed, const NamedBug* bug = nullptr, bool verbose = false) {
  return World(seed, bug, verbose).run();
}

std::string failure(std::uint64_t seed, const Outcome& outcome) {
  std::ostringstream text;
  text << "seed " << seed << " fails after " << seconds_of(outcome.at) << " s: " << *outcome.violation
       << "\n  replay: make sim SEED=" << seed << " VERBOSE=1\n";
  return text.str();
}

int replay(std::uint64_t seed, const NamedBug* bug, bool verbose) {
  const auto outcome = night(seed, bug, verbose);
  if (outcome.violation) {
    std::fputs(failure(seed, outcome).c_str(), stdout);
    return 1;
  }
  std::printf("seed %llu: %.1f simulated seconds, %llu epochs, all is well (trace %016llx)\n",
              static_cast<unsigned long long>(seed), seconds_of(outcome.at),
              static_cast<unsigned long long>(outcome.failovers), static_cast<unsigned long long>(outcome.trace));
  return 0;
}

// ---- many nights, on all cores ----

struct Tally {
  std::mutex mutex;
  std::uint64_t nights = 0;
  std::uint64_t failed = 0;
  std::uint64_t epochs = 0;
  double hours = 0;

  void add(std::uint64_t seed, const Outcome& outcome) {
    const std::lock_guard lock(mutex);
    ++nights;
    epochs += outcome.failovers;
    hours += seconds_of(outcome.at) / 3600;
    if (!outcome.violation) return;
    ++failed;
    std::fputs(failure(seed, outcome).c_str(), stdout);
    std::fflush(stdout);
  }
};

/// `next` yields a seed, or nothing when it is over.
template <typename Next>
void run_all(Tally& tally, Next next) {
  std::vector<std::thread> threads;
  for (unsigned count = std::max(1U, std::thread::hardware_concurrency()); count > 0; --count)
    threads.emplace_back([&] {
      while (const auto seed = next()) tally.add(*seed, night(*seed));
    });
  for (auto& thread : threads) thread.join();
}

int explore(double seconds, std::uint64_t first) {
  const auto start = Clock::now();
  std::atomic<std::uint64_t> seed = first;
  Tally tally;
  std::printf("from seed %llu\n", static_cast<unsigned long long>(first));
  run_all(tally, [&]() -> std::optional<std::uint64_t> {
    return seconds_since(start) < seconds ? std::optional(seed++) : std::nullopt;
  });
  std::printf("%llu nights, %.1f simulated hours, %llu epochs, %llu failed\n",
              static_cast<unsigned long long>(tally.nights), tally.hours, static_cast<unsigned long long>(tally.epochs),
              static_cast<unsigned long long>(tally.failed));
  return tally.failed == 0 ? 0 : 1;
}

/// Seeds that failed once: a number first on each line, then why.
std::vector<std::uint64_t> remembered_seeds() {
  std::vector<std::uint64_t> seeds;
  std::ifstream file(std::string(PILOTLIGHT_TESTS_DIR) + "/simulation/seeds.txt");
  for (std::string line; std::getline(file, line);)
    if (!line.empty() && line[0] != '#') seeds.push_back(std::strtoull(line.c_str(), nullptr, 10));
  return seeds;
}

int test(std::uint64_t nights) {
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  const auto count = [&](bool good) { ++(good ? passed : failed); };
  const auto start = Clock::now();
  Tally all;
  for (std::uint64_t first = 1; first <= nights; first += nights_of_a_case) {
    std::atomic<std::uint64_t> seed = first;
    const auto before = all.failed;
    run_all(all, [&]() -> std::optional<std::uint64_t> {
      const auto next = seed++;
      return next < first + nights_of_a_case && next <= nights ? std::optional(next) : std::nullopt;
    });
    count(all.failed == before);
  }
  for (const auto seed : remembered_seeds()) {
    const auto before = all.failed;
    all.add(seed, night(seed));
    count(all.failed == before);
  }
  const bool same = night(7).trace == night(7).trace;
  if (!same) std::puts("one seed gives two different nights");
  count(same);
  std::printf("%llu nights, %.1f simulated hours, %llu epochs in %.0f s\n%llu passed, %llu failed\n",
              static_cast<unsigned long long>(all.nights), all.hours, static_cast<unsigned long long>(all.epochs),
              seconds_since(start), static_cast<unsigned long long>(passed), static_cast<unsigned long long>(failed));
  return failed == 0 ? 0 : 1;
}

// ---- planted bugs ----

/// In a process of its own: a bug may run into an assertion, which sees it as well.
bool is_seen(const NamedBug& bug, std::uint64_t nights) {
  std::fflush(stdout);
  const auto start = Clock::now();
  const pid_t child = fork();
  if (child == 0) {
    NamedBug sound = bug;
    sound.make = [] { return nullptr; };
    for (std::uint64_t seed = 1; seed <= nights; ++seed) {
      const auto outcome = night(seed, &bug);
      // What fails without the bug shows nothing.
      if (!outcome.violation || night(seed, &sound).violation) continue;
      std::printf("seen   %-22s %s\n       night %llu: %s\n", bug.name.c_str(), bug.what.c_str(),
                  static_cast<unsigned long long>(seed), outcome.violation->c_str());
      std::fflush(stdout);
      _exit(0);
    }
    _exit(1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  const bool asserted = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
  if (asserted) std::printf("seen   %-22s %s\n       an assertion failed\n", bug.name.c_str(), bug.what.c_str());
  const bool seen = asserted || (WIFEXITED(status) && WEXITSTATUS(status) == 0);
  if (!seen)
    std::printf("UNSEEN %-22s %s, %llu nights\n", bug.name.c_str(), bug.what.c_str(),
                static_cast<unsigned long long>(nights));
  std::printf("       %.1f s\n", seconds_since(start));
  return seen;
}

int show_bugs(std::uint64_t nights, const std::string& name) {
  int seen = 0;
  int unseen = 0;
  for (const auto& bug : bugs())
    if (name.empty() || bug.name == name) ++(is_seen(bug, nights) ? seen : unseen);
  std::printf("%d passed, %d failed\n", seen, unseen);
  return unseen == 0 ? 0 : 1;
}

const NamedBug* bug_named(const std::string& name) {
  for (const auto& bug : bugs())
    if (bug.name == name) return &bug;
  return nullptr;
}

}  // namespace
}  // namespace pilotlight::simulation

int main(int count, char** words) {
  using namespace pilotlight::simulation;
  const std::vector<std::string> arguments(words + 1, words + count);
  const auto number = [&](std::size_t place) { return std::strtoull(arguments[place].c_str(), nullptr, 10); };
  const auto is = [&](const char* word, std::size_t least) { return arguments.size() > least && arguments[0] == word; };
  if (is("seed", 1)) return replay(number(1), nullptr, arguments.size() > 2);
  if (is("explore", 1))
    return explore(std::strtod(arguments[1].c_str(), nullptr),
                   arguments.size() > 2 ? number(2) : std::random_device{}() & 0x7fffffffU);
  if (is("test", 1)) return test(number(1));
  if (is("bugs", 1)) return show_bugs(number(1), arguments.size() > 2 ? arguments[2] : std::string());
  if (is("bug", 2) && bug_named(arguments[1]) != nullptr) return replay(number(2), bug_named(arguments[1]), true);
  std::fputs(usage, stderr);
  return 2;
}
