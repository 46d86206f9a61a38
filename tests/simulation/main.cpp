// The simulator's command line: replays one seed, explores, or runs what `make test` runs.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "simulation/world.hpp"

namespace pilotlight::simulation {
namespace {

constexpr const char* usage =
    "simulation seed N [verbose]     replay one night\n"
    "simulation explore SECONDS [N]  nights for so long, from seed N or a random one\n"
    "simulation test                 what `make test` runs: fixed seeds, and those of seeds.txt\n"
    "simulation bugs [NAME [N]]      nights with planted bugs: each must be seen\n";

using Clock = std::chrono::steady_clock;

double seconds_of(Instant instant) { return std::chrono::duration<double>(instant.time_since_epoch()).count(); }

struct Tally {
  std::uint64_t nights = 0;
  std::uint64_t failovers = 0;
  double hours = 0;
  void add(const Outcome& outcome) {
    ++nights;
    failovers += outcome.failovers;
    hours += seconds_of(outcome.at) / 3600;
  }
};

Outcome night(std::uint64_t seed, const NamedBug* bug = nullptr, bool verbose = false) {
  return World(seed, bug, verbose).run();
}

void tell(std::uint64_t seed, const Outcome& outcome) {
  std::printf("seed %llu fails after %.3f s: %s\n  replay: make sim SEED=%llu VERBOSE=1\n",
              static_cast<unsigned long long>(seed), seconds_of(outcome.at), outcome.violation->c_str(),
              static_cast<unsigned long long>(seed));
  std::fflush(stdout);
}

int replay(std::uint64_t seed, bool verbose) {
  const auto outcome = night(seed, nullptr, verbose);
  if (outcome.violation) {
    tell(seed, outcome);
    return 1;
  }
  std::printf("seed %llu: %.1f simulated seconds, %llu epochs, all is well (trace %016llx)\n",
              static_cast<unsigned long long>(seed), seconds_of(outcome.at),
              static_cast<unsigned long long>(outcome.failovers), static_cast<unsigned long long>(outcome.trace));
  return 0;
}

int explore(double seconds, std::uint64_t seed) {
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  Tally tally;
  int failed = 0;
  for (; Clock::now() < end; ++seed) {
    const auto outcome = night(seed);
    tally.add(outcome);
    if (!outcome.violation) continue;
    ++failed;
    tell(seed, outcome);
  }
  std::printf("%llu nights up to seed %llu, %.2f simulated hours, %llu epochs, %d failed\n",
              static_cast<unsigned long long>(tally.nights), static_cast<unsigned long long>(seed - 1), tally.hours,
              static_cast<unsigned long long>(tally.failovers), failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace pilotlight::simulation

int main(int count, char** words) {
  using namespace pilotlight::simulation;
  const std::vector<std::string> arguments(words + 1, words + count);
  const auto number = [&](std::size_t place) { return std::strtoull(arguments[place].c_str(), nullptr, 10); };
  if (arguments.size() >= 2 && arguments[0] == "seed") return replay(number(1), arguments.size() > 2);
  if (arguments.size() >= 2 && arguments[0] == "explore")
    return explore(std::strtod(arguments[1].c_str(), nullptr),
                   arguments.size() > 2 ? number(2) : std::random_device{}() & 0x7fffffffU);
  std::fputs(usage, stderr);
  return 2;
}
