// What people do with the cluster during a simulated night.
#include "simulation/descriptions.hpp"
#include "simulation/world.hpp"

namespace pilotlight::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Host client_host = 299;

}  // namespace

void World::begin_workload() {
  auto client = std::make_unique<ClientNode>(*this, client_host, deploy::Address{"client", 50000});
  client_ = client.get();
  everybody_.push_back(std::move(client));
  for (std::size_t app = 0; app < setup.apps; ++app)
    later(random.between({}, setup.duration / 2), [this] { start_app(); });
  later(milliseconds(500), [this] { work(); });
}

void World::work() {
  const auto running = apps();
  switch (random.below(8)) {
    case 0:
      if (!running.empty() && random.chance(0.4)) random.pick(running)->stop();
      break;
    case 1:
      if (running.size() < setup.apps) start_app();
      break;
    case 2:
    case 3:
      if (!running.empty()) random.pick(running)->request_executors(static_cast<std::int32_t>(random.below(8)));
      break;
    case 4: {
      const bool supervise = random.chance(0.5);
      const std::string job = "file:/jobs/" + std::to_string(++jobs_) + (supervise ? "-supervised.jar" : ".jar");
      client_->submit(job, driver(job, supervise));
      break;
    }
    default: {
      const auto submitted = witness.submitted();
      if (submitted.empty()) break;
      const auto& id = submitted[random.below(submitted.size())];
      if (random.chance(0.15))
        client_->kill(id);
      else
        client_->ask_status(id);
    }
  }
  later(random.between(milliseconds(50), milliseconds(700)), [this] { work(); });
}

}  // namespace pilotlight::simulation
