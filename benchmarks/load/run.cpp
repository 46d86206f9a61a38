#include "load/run.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <tuple>
#include <utility>

#include "base/assert.hpp"

namespace pilotlight::load {
namespace {

/// A port that nobody listens on and, while the socket is open, nobody will: a master that calls a peer back is
/// refused, which is the truth.
std::pair<int, std::int32_t> hold_a_port() {
  const int holder = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  socklen_t size = sizeof address;
  PILOTLIGHT_ASSERT(holder >= 0 && bind(holder, reinterpret_cast<sockaddr*>(&address), size) == 0);
  getsockname(holder, reinterpret_cast<sockaddr*>(&address), &size);
  return {holder, ntohs(address.sin_port)};
}

}  // namespace

std::string loopback_host(int net, std::size_t index) {
  constexpr std::size_t hosts_per_net = 250;
  PILOTLIGHT_ASSERT(index < hosts_per_net * hosts_per_net);
  return "127." + std::to_string(net) + "." + std::to_string(index / hosts_per_net) + "." +
         std::to_string(index % hosts_per_net + 1);
}

Run::Run(const Options& given) : options(given), deadline_(now() + given.limit) {
  std::tie(port_holder_, port_) = hold_a_port();
}

Run::~Run() { close(port_holder_); }

bool Run::make_workers() {
  for (std::size_t i = 0; i < options.workers; ++i)
    workers.push_back(std::make_unique<SimulatedWorker>(loop, options.target,
                                                        deploy::Address{loopback_host(workers_net, i), port_},
                                                        options.shape, i, options.workers, tally));
  return true;
}

bool Run::make_applications() {
  const std::optional<std::int32_t> limit = options.dynamic ? std::optional<std::int32_t>(0) : std::nullopt;
  for (std::size_t i = 0; i < options.apps; ++i) {
    auto description = make_application_description(options.target.dialect, "load " + std::to_string(i), limit);
    if (!description) {
      tally.complain(description.error().to_string());
      return false;
    }
    applications.push_back(std::make_unique<SimulatedApplication>(
        loop, options.target, deploy::Address{loopback_host(applications_net, i), port_}, *std::move(description),
        options.dynamic, tally));
  }
  return true;
}

bool Run::wait_for(const std::string& what, const std::function<bool()>& done) {
  // A peer that is lost never finishes: waiting for the time limit would only hide the reason.
  const bool ended = loop.run_until([&] { return done() || tally.complaint_count > 0; }, deadline_) && done();
  if (!ended) tally.complain(what + (stop_requested() ? ": stopped" : ": did not happen in time"));
  return ended;
}

template <typename Peers>
bool Run::connect_all(Peers& peers, const std::string& what) {
  std::optional<Pacer> pacer;
  pacer.emplace(0, peers.size(), options.window, [&](std::size_t i) {
    peers[i]->when_verified = [&pacer, i] { pacer->finished(i); };
    peers[i]->connect();
  });
  pacer->begin();
  const bool connected = wait_for(what, [&] { return pacer->done(); });
  for (auto& peer : peers) peer->when_verified = nullptr;
  return connected;
}

bool Run::connect_workers() { return connect_all(workers, "connecting the workers"); }
bool Run::connect_applications() { return connect_all(applications, "connecting the applications"); }

bool Run::register_workers(std::size_t first, std::size_t count, std::optional<Pacer>& pacer) {
  pacer.emplace(first, count, options.window, [&](std::size_t i) {
    SimulatedWorker& worker = *workers[i];
    worker.when_registered = [&pacer, i] { pacer->finished(i); };
    if (worker.verified()) return worker.register_now();
    worker.when_verified = [&worker] { worker.register_now(); };
    worker.connect();
  });
  pacer->begin();
  const bool registered = wait_for("registering the workers", [&] { return pacer->done(); });
  for (std::size_t i = first; i < first + count; ++i) workers[i]->when_registered = workers[i]->when_verified = nullptr;
  return registered;
}

bool Run::register_applications(std::size_t first, std::size_t count, std::optional<Pacer>& pacer) {
  pacer.emplace(first, count, options.window, [&](std::size_t i) {
    applications[i]->when_registered = [&pacer, i] { pacer->finished(i); };
    applications[i]->register_now();
  });
  pacer->begin();
  const bool registered = wait_for("registering the applications", [&] { return pacer->done(); });
  for (std::size_t i = first; i < first + count; ++i) applications[i]->when_registered = nullptr;
  return registered;
}

bool Run::end_applications(std::size_t first, std::size_t count) {
  const auto killed = tally.executors_killed + count * executors_per_application;
  for (std::size_t i = first; i < first + count; ++i) applications[i]->end();
  return wait_for("ending the applications", [&] { return tally.executors_killed == killed; });
}

int Run::finish(Figures figures) {
  figures.put("generator_cpu_s", own_cpu_seconds());
  figures.put("complaint_count", static_cast<double>(tally.complaint_count));
  if (tally.complaint_count > 0) figures.put("complaints", tally.complaints);
  figures.print();
  if (options.stay && tally.complaint_count == 0) loop.run_until([] { return false; }, deadline_);
  return tally.complaint_count == 0 ? 0 : 1;
}

}  // namespace pilotlight::load
