// A master core, a clock, a model store and makers of plausible peers: what core tests and scenarios are written in.
//
// Every step applies its records to the store and checks all invariants, among them that the store holds the executors
// that the master has; violations collect in `violations`.
// Addresses: worker "w1" listens at host "w1" port 7001, an application's driver at host "a1" port 8001. Peers speak
// over connections of their own; reconnect() gives one a new connection.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/invariants.hpp"
#include "core/master.hpp"
#include "support/model_store.hpp"

namespace pilotlight::testing {

struct WorkerShape {
  std::int32_t cores = 10;
  std::int32_t memory_mb = 4096;
  std::vector<deploy::Dialect> dialects{deploy::Dialect::spark_3_4};
  std::string host;  ///< "" = the worker's name
  deploy::Resources resources;
};

struct AppShape {
  std::optional<std::int32_t> max_cores = {};
  std::optional<std::int32_t> cores_per_executor = {};
  std::int32_t memory_mb = 256;
  std::optional<std::int32_t> limit = {};
  std::map<std::string, std::int32_t> custom = {};
  deploy::Dialect dialect = deploy::Dialect::spark_3_4;
  std::string raw = {};   ///< "" = "raw of <name>"
  std::string host = {};  ///< "" = the application's name
};

class CoreWorld {
 public:
  explicit CoreWorld(core::Settings settings = default_settings());
  static core::Settings default_settings();

  // ---- the world around ----
  core::Effects step(decltype(core::Event::what) what);
  core::Effects lead() { return lead({}); }
  core::Effects lead(core::Recovered recovered);
  /// A new master with what the store holds; every connection is gone.
  core::Effects restart();
  /// Another master, a standby until now, takes over: it has the peers' connections of the moment, and what they said
  /// while `holding` was set.
  core::Effects take_over();
  bool holding = false;                   ///< messages go to a standby, which keeps those worth holding: no effects
  core::Effects tick(Duration duration);  ///< time passes, the timer fires when it is due, in order
  core::Effects tick_late(Duration duration);  ///< the process stands still: the timer fires once, at the end
  void pass(Duration duration) {
    now.instant += duration;
    now.wall += std::chrono::duration_cast<std::chrono::milliseconds>(duration);
  }

  // ---- peers ----
  core::Effects message(const std::string& peer, deploy::ToMaster message, bool ask = false);
  core::Effects worker(const std::string& name, const WorkerShape& shape = {});
  core::Effects heartbeat(const std::string& worker);
  core::Effects latest_state(const std::string& worker, const std::vector<std::string>& executors = {},
                             const std::vector<std::string>& drivers = {});
  core::Effects scheduler_state(const std::string& worker,
                                const std::vector<deploy::WorkerExecutorStateResponse>& executors = {},
                                const std::vector<std::string>& drivers = {});
  core::Effects app(const std::string& name, const AppShape& shape = {});
  core::Effects request(const std::string& app,
                        const std::vector<std::pair<deploy::ResourceProfile, std::int32_t>>& wanted);
  core::Effects request(const std::string& app, std::int32_t total);
  core::Effects kill_executors(const std::string& app, const std::vector<std::string>& ids);
  core::Effects report(const std::string& worker, const std::string& app, std::int32_t executor,
                       deploy::ExecutorState state, std::optional<std::int32_t> exit_status = std::nullopt);
  core::Effects acknowledge(const std::string& app);
  core::Effects submit(const std::string& name, deploy::DriverDescription description = {});
  core::Effects driver_state(const std::string& worker, const std::string& driver, deploy::DriverState state);
  core::Effects close(const std::string& peer);
  core::Effects unreachable(const std::string& peer, bool refused);
  void reconnect(const std::string& peer) { connections_[peer] = ConnectionId(++last_connection_); }

  // ---- looking at it ----
  [[nodiscard]] const core::State& state() const { return master->state(); }
  AppId app_id(const std::string& name) const { return apps_.at(name); }
  DriverId driver_id(const std::string& name) const { return drivers_.at(name); }
  WorkerId worker_id(const std::string& name) const { return WorkerId(name); }
  const core::AppInfo* find_app(const std::string& name) const;
  const core::WorkerInfo* find_worker(const std::string& name) const;
  /// What the worker would answer to MasterChanged, as the master sees it now.
  std::vector<deploy::WorkerExecutorStateResponse> running_on(const std::string& worker) const;
  deploy::Address address_of(const std::string& peer) const;
  ConnectionId connection_of(const std::string& peer);
  void name_app(const std::string& name, AppId id) { apps_[name] = std::move(id); }
  void name_driver(const std::string& name, DriverId id) { drivers_[name] = std::move(id); }

  std::optional<core::Master> master;
  Now now;
  ModelStore store;
  std::vector<std::string> violations;

 private:
  struct Known {
    deploy::Address address;
    std::vector<deploy::Dialect> dialects;
  };
  core::Settings settings_;
  std::map<std::string, ConnectionId> connections_;
  std::map<std::string, Known> peers_;
  std::map<std::string, AppId> apps_;
  std::map<std::string, DriverId> drivers_;
  std::uint64_t last_connection_ = 0;
  std::uint64_t epoch_ = 0;
  std::int64_t last_request_ = 0;
  std::optional<Instant> wake_at_;
  std::vector<core::MessageReceived> held_;
};

/// Adds the second to the first, in order.
void append(core::Effects& all, core::Effects more);
/// All messages of one type in the effects.
template <typename Message>
std::vector<Message> sent(const core::Effects& effects) {
  std::vector<Message> found;
  for (const auto* outputs : {&effects.immediate, &effects.outputs})
    for (const auto& output : *outputs)
      if (const auto* send = std::get_if<core::Send>(&output))
        std::visit(
            [&](const auto& direction) {
              std::visit(
                  [&](const auto& message) {
                    if constexpr (std::is_same_v<std::decay_t<decltype(message)>, Message>) found.push_back(message);
                  },
                  direction);
            },
            send->message);
  return found;
}
/// All answers of one type.
template <typename Reply>
std::vector<Reply> answered(const core::Effects& effects) {
  std::vector<Reply> found;
  for (const auto* outputs : {&effects.immediate, &effects.outputs})
    for (const auto& output : *outputs)
      if (const auto* answer = std::get_if<core::Answer>(&output))
        if (const auto* reply = std::get_if<Reply>(&answer->reply)) found.push_back(*reply);
  return found;
}
bool logged(const core::Effects& effects, const std::string& part);

}  // namespace pilotlight::testing
