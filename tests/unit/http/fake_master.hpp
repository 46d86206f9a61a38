// A master for the site's tests: its state is what the test puts in, what it is asked is written down.
#pragma once

#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "http/master_access.hpp"
#include "unit/http/sample_state.hpp"

namespace pilotlight::http {

class FakeMaster : public MasterAccess {
 public:
  Now now() override { return time; }
  const core::State& state() const override { return shown; }
  replica::Cluster cluster(const Now&) const override { return masters; }
  const recovery::Mirror* records() const override { return nullptr; }
  std::uint64_t revision() const override { return changes; }
  void ask(deploy::ToMaster message, Answered answered) override {
    asked.push_back(std::move(message));
    waiting.push_back(std::move(answered));
  }
  void kill_application(const AppId& app, Answered answered) override {
    killed.push_back(app.text);
    waiting.push_back(std::move(answered));
  }
  Result<void> transfer(const std::optional<std::string>& nonce) override {
    transferred.push_back(nonce.value_or("the best"));
    return transfer_result;
  }
  void post(std::function<void()> work) override {
    const std::lock_guard lock(mutex);
    posted.push_back(std::move(work));
  }
  void publish(const std::string& text) override { published.push_back(text); }
  Stats stats() const override { return counted; }
  void after(Duration pause, std::function<void()> then) override { timers.emplace_back(pause, std::move(then)); }

  /// Every timer that is set now fires, `passed` later.
  void pass(Duration passed) {
    time.instant += passed;
    time.wall += std::chrono::duration_cast<std::chrono::milliseconds>(passed);
    for (auto& [pause, then] : std::exchange(timers, {})) then();
  }
  /// Runs what was posted, and waits for more until `done`.
  void run_until(const std::function<bool()>& done) {
    for (int i = 0; i < 5000 && !done(); ++i) {
      std::vector<std::function<void()>> works;
      {
        const std::lock_guard lock(mutex);
        works = std::exchange(posted, {});
      }
      for (const auto& work : works) work();
      if (works.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  void answer(std::optional<deploy::Reply> reply) {
    const auto answered = waiting.front();
    waiting.erase(waiting.begin());
    answered(std::move(reply));
  }

  Now time = sample_now();
  core::State shown = sample_state();
  replica::Cluster masters = alone();
  std::uint64_t changes = 0;
  Result<void> transfer_result;
  std::vector<deploy::ToMaster> asked;
  std::vector<Answered> waiting;
  std::vector<std::string> killed;
  std::vector<std::string> transferred;
  std::vector<std::string> published;
  Stats counted;
  std::mutex mutex;
  std::vector<std::function<void()>> posted;
  std::vector<std::pair<Duration, std::function<void()>>> timers;

  static replica::Cluster alone() {
    replica::Cluster cluster;
    cluster.epoch = Epoch(1);
    cluster.leader = sample_state().master_url();
    cluster.members.push_back({cluster.leader, "http://127.0.0.1:8080", "", true, true, true, true, 0, true, "n1"});
    return cluster;
  }
};

/// Three masters, of which spark://m2:7077 leads; the one that looks is the sample state's.
inline replica::Cluster three_masters() {
  replica::Cluster cluster;
  cluster.elected = true;
  cluster.epoch = Epoch(7);
  cluster.leader = "spark://m2:7077";
  cluster.zookeeper = "connected";
  cluster.session_timeout_ms = 6000;
  cluster.commit = 40;
  cluster.members.push_back(
      {sample_state().master_url(), "http://m1:8080", "0.1.0", false, true, true, true, 40, true, "n1"});
  cluster.members.push_back({"spark://m2:7077", "http://m2:8080", "0.1.0", true, false, true, true, 42, true, "n2"});
  cluster.members.push_back({"spark://m3:7077", "http://m3:8080", "0.1.0", false, false, true, true, 42, true, "n3"});
  replica::Flight flight;
  flight.epoch = Epoch(7);
  flight.leader = "spark://m2:7077";
  flight.previous = "spark://m3:7077";
  flight.cause = "connection";
  flight.at = at_second(100);
  flight.phases.claimed = std::chrono::microseconds(2100);
  cluster.flights.push_back(flight);
  return cluster;
}

/// The same, but this master leads.
inline replica::Cluster led_by_this() {
  auto cluster = three_masters();
  cluster.leader = cluster.members[0].url;
  cluster.members[0].leads = true;
  cluster.members[1].leads = false;
  for (auto& member : cluster.members) member.mirrored = 42;
  cluster.commit = 42;
  return cluster;
}

inline core::State standby_state() {
  auto state = empty_state();
  state.recovery = core::RecoveryState::standby;
  return state;
}

}  // namespace pilotlight::http
