// One event on its way through the master: what all handlers share. Private to core, pure.
//
// Made by Master::step for each event, gone with it. handle() is overloaded for every alternative of Event::what,
// on() for every message; each family has its file. Handlers change State through the ledger (place, release,
// remove…) only, so that counters, indexes and effects stay in step. finish() schedules if anything asked for it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/effect.hpp"
#include "core/event.hpp"
#include "core/indexes.hpp"
#include "core/resources.hpp"
#include "core/scheduler.hpp"
#include "core/state.hpp"

namespace pilotlight::core {

class Step {
 public:
  Step(State& state, Indexes& indexes, const Now& now) : state_(state), indexes_(indexes), now_(now) {}

  void handle(const LeadershipGained& event);
  void handle(const LeadershipLost& event);
  void handle(const MessageReceived& event);
  void handle(const ConnectionClosed& event);
  void handle(const PeerUnreachable& event);
  void handle(const WorkerVersionRead& event);
  void handle(const WorkerDriversRead& event);
  void handle(const TimerFired& event);
  void handle(const KillApplicationRequested& event);
  void handle(const KillDriverRequested& event);
  void handle(const DecommissionHostsRequested& event);

  /// Comes before handle(): has the process stood still since the last event?
  void notice_pause();
  Effects finish();

 private:
  using Message = MessageReceived;

  // ---- messages: on_worker.cpp ----
  void on(const deploy::RegisterWorker& worker, const Message& from);
  void on(const deploy::Heartbeat& heartbeat, const Message& from);
  void on(const deploy::WorkerLatestState& report, const Message& from);
  void on(const deploy::WorkerSchedulerStateResponse& report, const Message& from);
  void on(const deploy::WorkerDecommissioning& decommissioning, const Message& from);
  void on(const deploy::DecommissionWorkersOnHosts& request, const Message& from);
  // ---- on_executor.cpp ----
  void on(const deploy::ExecutorStateChanged& change, const Message& from);
  // ---- on_app.cpp ----
  void on(const deploy::RegisterApplication& registration, const Message& from);
  void on(const deploy::UnregisterApplication& request, const Message& from);
  void on(const deploy::MasterChangeAcknowledged& acknowledgement, const Message& from);
  void on(const deploy::RequestExecutors& request, const Message& from);
  void on(const deploy::KillExecutors& request, const Message& from);
  // ---- on_driver.cpp ----
  void on(const deploy::DriverStateChanged& change, const Message& from);
  void on(const deploy::RequestSubmitDriver& request, const Message& from);
  void on(const deploy::RequestKillDriver& request, const Message& from);
  void on(const deploy::RequestDriverStatus& request, const Message& from);
  void on(const deploy::RequestKillAllDrivers& request, const Message& from);
  // ---- step.cpp ----
  void on(const deploy::RequestClearCompletedDriversAndApps& request, const Message& from);
  void on(const deploy::RequestReadyz& request, const Message& from);
  void on(const deploy::CheckExistence& question, const Message& from);
  void on(const deploy::InternalMessage& message, const Message& from);
  void on(const deploy::UnsupportedMessage& message, const Message& from);

  // ---- effects: step.cpp ----
  void log(LogLevel level, std::string text) { effects_.log.push_back({level, std::move(text), "Master"}); }
  void info(std::string text) { log(LogLevel::info, std::move(text)); }
  void warn(std::string text) { log(LogLevel::warn, std::move(text)); }
  void error(std::string text) { log(LogLevel::error, std::move(text)); }
  void persist(RecordOp record) { effects_.persist.push_back(std::move(record)); }
  void persist_counters() { counters_changed_ = true; }
  void persist_progress(const AppId& app) { changed_progress_.insert(app); }
  void send(const Peer& to, deploy::ToWorker message) { effects_.outputs.push_back(Send{to, std::move(message)}); }
  void send(const Peer& to, deploy::ToDriver message) { effects_.outputs.push_back(Send{to, std::move(message)}); }
  /// Answers the ask, if it is one, when everything before is durable.
  void answer(const Message& from, deploy::Reply reply);
  /// Answers at once: refusals, and what rests on no record.
  void answer_at_once(const Message& from, deploy::Reply reply);
  /// A one-way message back over the connection that it answers, at once.
  void reply_at_once(const Message& from, const deploy::EndpointRef& to, deploy::ToWorker message);
  void send_master_changed(const Peer& to, bool worker);
  void unsupported(const std::string& class_name, const Message& from);
  [[nodiscard]] deploy::EndpointRef self() const { return {"Master", state_.settings.address}; }
  [[nodiscard]] bool standby() const { return state_.recovery == RecoveryState::standby; }
  /// "Current state is not alive: STANDBY. Can only <what> in ALIVE state."
  [[nodiscard]] std::string not_alive(const std::string& what) const;

  // ---- who is who: step.cpp ----
  WorkerInfo* find_worker(const WorkerId& id);
  AppInfo* find_app(const AppId& id);
  DriverInfo* find_driver(const DriverId& id);
  ExecutorInfo* find_executor(const ExecutorKey& key);
  /// The worker that sent the message, as far as its address or connection tells.
  WorkerInfo* sending_worker(const Message& from);

  // ---- connections: on_connection.cpp ----
  /// The peer spoke: this connection is its current one and whatever repair is under way has succeeded.
  void heard_from(WorkerInfo& worker, const Message& from);
  void heard_from(AppInfo& app, const Message& from);
  void disconnected(WorkerInfo& worker);
  void disconnected(AppInfo& app);
  void unreachable(WorkerInfo& worker, const PeerUnreachable& event);
  void unreachable(AppInfo& app, const PeerUnreachable& event);
  void call_back(const WorkerInfo& worker) { send_master_changed(worker.peer, true); }
  void call_back(const AppInfo& app) { send_master_changed(app.driver, false); }
  void end_repair(WorkerInfo& worker);
  void end_repair(AppInfo& app);

  // ---- the ledger: ledger.cpp ----
  [[nodiscard]] static bool has_room(const WorkerInfo& worker, std::int32_t cores, std::int32_t memory_mb);
  /// Takes the cores and writes the record.
  void place_executor(AppInfo& app, WorkerInfo& worker, ExecutorInfo executor);
  /// Takes the cores of an executor whose record exists.
  void count_executor(AppInfo& app, WorkerInfo& worker, ExecutorInfo executor);
  /// Whether an id is one that this or an earlier master may have given.
  [[nodiscard]] static bool is_sane(ExecutorId id);
  /// The id exists somewhere: it is not given again.
  void use_up_id(AppInfo& app, ExecutorId id);
  /// Frees the cores on the worker, removes the record, and moves the executor into its application's history.
  void release_executor(AppInfo& app, ExecutorId id, deploy::ExecutorState state);
  /// The executor counts no more for its application, but holds its cores until it ends.
  void retire_executor(AppInfo& app, ExecutorInfo& executor);
  void place_driver(DriverInfo& driver, WorkerInfo& worker);
  void release_driver(DriverInfo& driver);
  void kill_executor_on(const WorkerInfo& worker, const ExecutorKey& key);
  void wishes_changed(AppInfo& app);  ///< look again at what the application wants

  // ---- ends: removal.cpp ----
  void remove_worker(WorkerInfo& worker, const std::string& message);
  void finish_app(AppInfo& app, AppState final_state);
  void remove_driver(DriverInfo& driver, deploy::DriverState final_state, const std::string& exception);
  /// The driver's process is gone without a word: again if it is supervised, else ERROR.
  void driver_lost(DriverInfo& driver);
  void retain_app(AppInfo app);
  void retain_driver(DriverInfo driver);

  // ---- workers: on_worker.cpp, reconcile.cpp, decommission.cpp ----
  [[nodiscard]] static std::optional<std::string> flaw_of(const deploy::RegisterWorker& worker);
  /// The registration is that of the recorded process, not of a new one under its id.
  [[nodiscard]] static bool same_offer(const WorkerRecord& record, const deploy::RegisterWorker& registration);
  [[nodiscard]] static bool same_build(const WorkerRecord& record, const Message& from);
  void register_again(WorkerInfo& worker, const deploy::RegisterWorker& registration, const Message& from);
  void add_worker(const deploy::RegisterWorker& registration, const Message& from);
  void send_registered(const WorkerInfo& worker, const deploy::RegisterWorker& registration, bool duplicate);
  void read_version_if_needed(WorkerInfo& worker);
  void worker_answered(WorkerInfo& worker);
  void report_arrived(WorkerInfo& worker);
  void dialect_fits(WorkerInfo& worker, deploy::Dialect dialect);
  void dialect_unfit(WorkerInfo& worker, deploy::Dialect dialect);
  void set_dialects(WorkerInfo& worker, std::vector<deploy::Dialect> dialects);
  std::int32_t decommission_hosts(const std::vector<std::string>& hosts);
  void decommission(WorkerInfo& worker);

  struct ExecutorReport {
    const deploy::ExecutorDescription* executor;
    const deploy::Resources* resources;
  };
  struct DriverReport {
    const DriverId* driver;
    const deploy::Resources* resources;
  };
  struct Report {
    std::vector<ExecutorReport> executors;
    std::vector<DriverReport> drivers;
    bool complete = false;  ///< with resource addresses: WorkerSchedulerStateResponse
    ConnectionId over;      ///< it came over this connection
  };
  /// False when the report did not say enough and a complete one was asked for.
  bool reconcile(WorkerInfo& worker, const Report& report);
  void reconcile_executor(WorkerInfo& worker, const ExecutorReport& report, const Report& all, bool& ask_for_all);
  /// The worker lists the executor where the master has it.
  void confirm_executor(ExecutorInfo& executor, AppInfo& app, deploy::ExecutorState reported, ConnectionId over);
  void adopt_executor(AppInfo& app, WorkerInfo& worker, const ExecutorReport& report, ConnectionId over);
  /// True when the worker left a LaunchExecutor unheeded.
  bool missing_executor(WorkerInfo& worker, const ExecutorKey& key, ConnectionId over);
  void reconcile_driver(WorkerInfo& worker, const DriverReport& report, const Report& all);
  void missing_driver(DriverInfo& driver, ConnectionId over);
  void launch_again(DriverInfo& driver, const WorkerInfo& worker);
  /// Whether a report over this connection may have been written before that was said.
  [[nodiscard]] bool may_be_older(ConnectionId over, const std::optional<LastWord>& seen) const;

  // ---- applications and drivers ----
  void launch_confirmed(ExecutorInfo& executor, const AppInfo& app);
  AppId new_app_id(const std::string& name);
  void add_app(const deploy::RegisterApplication& registration, const Message& from);
  DriverInfo& create_driver(const deploy::DriverDescription& description);
  void answer_submission(const Message& from, const DriverId& driver);
  void kill_driver(DriverInfo& driver);

  // ---- recovery: on_leadership.cpp, restore.cpp ----
  void restore_app(AppRecord record, AppProgress progress);
  void restore_worker(WorkerRecord record);
  void restore_executor(const ExecutorRecord& record);
  void restore_driver(DriverRecord record);
  void restore_connection(const KnownConnection& known);
  /// These say after how long call_again() is due.
  Duration call_unknown_peers();
  Duration call_again();
  Duration call_unconnected_workers();
  Duration repeat_calls();
  bool answers_come();
  void repeat_recovery();
  void check_recovery();
  void complete_recovery();
  void give_up_unknown_peers();
  void give_up_unclaimed_drivers();
  // ---- held.cpp ----
  void handle_held(const std::vector<MessageReceived>& held);
  /// The sender is known already, or has ended: the message asks for nothing more.
  bool is_settled(const MessageReceived& held);
  void driver_answered(AppInfo& app);

  // ---- time: on_timer.cpp, pause.cpp ----
  void rearm(const Deadline& missed);
  /// Whether it is too soon after a pause for a verdict; the deadline comes again then.
  bool postponed(const Deadline& deadline);
  void due(const Deadline& deadline);
  /// Expects heartbeats from the worker.
  void watch(const WorkerInfo& worker);
  void worker_silent(const Deadline& deadline);
  /// MasterChanged without a failover, once, soon after a registration.
  void rehearse_soon(const WorkerInfo& worker);
  void rehearse_soon(AppInfo& app);
  void rehearse(const WorkerInfo& worker);
  void probe(AppInfo& app);
  void repair_failed(WorkerInfo& worker);
  void repair_failed(AppInfo& app);
  template <typename Info>
  void call_again(Info& info, Wait wait, const std::string& id);
  void sweep_dead_workers();
  void arm_dead_sweep();
  void check_launches();
  void check_driver_launch(DriverInfo& driver);

  // ---- scheduling: schedule.cpp, schedule_drivers.cpp ----
  void schedule_soon() { schedule_ = true; }
  void schedule();
  void schedule_drivers();
  void schedule_apps(deploy::Dialect dialect);
  struct Pass;
  void schedule_app(AppInfo& app, bool fresh, bool look_everywhere, Pass& pass);
  void launch_executors(AppInfo& app, ProfileId profile, WorkerInfo& worker, std::int32_t cores, const Demand& demand,
                        const Amounts& custom);
  void explain_waiting(AppInfo& app);
  void launch_driver(DriverInfo& driver, WorkerInfo& worker);
  void send_launch(const DriverInfo& driver, const WorkerInfo& worker);
  /// After a while the worker is asked whether it runs, unless it has spoken of it meanwhile.
  void expect_answer(const WorkerId& worker, const ExecutorKey& executor);
  /// For a while the worker's report may not list it yet.
  void expect_launch(DriverInfo& driver);
  std::uint64_t next_random();

  State& state_;
  Indexes& indexes_;
  const Now& now_;
  Effects effects_;
  bool schedule_ = false;
  bool counters_changed_ = false;
  std::set<AppId> changed_progress_;
};

}  // namespace pilotlight::core
