#include "load/worker.hpp"

#include <utility>
#include <variant>

#include "load/understand.hpp"

namespace pilotlight::load {
namespace {

constexpr std::int32_t web_ui_port = 8081;  // nobody listens there: only the text matters

}  // namespace

std::string worker_name(const deploy::Address& self, std::size_t number) {
  std::string digits = std::to_string(number);
  digits.insert(0, 14 - digits.size(), '0');
  return "worker-" + digits + "-" + self.host + "-" + std::to_string(self.port);
}

SimulatedWorker::SimulatedWorker(EventLoop& loop, const Target& target, deploy::Address self, const WorkerShape& shape,
                                 std::size_t number, std::size_t of, Tally& tally)
    : Peer(loop, target, std::move(self)),
      shape_(shape),
      tally_(tally),
      id_(worker_name(this->self(), number)),
      first_beat_(shape.heartbeat_period * static_cast<std::int64_t>(number % of + 1) / static_cast<std::int64_t>(of)) {
  const deploy::EndpointRef me{"Worker", this->self()};
  registration_ =
      one_way_frame(deploy::RegisterWorker{id_,
                                           this->self().host,
                                           this->self().port,
                                           me,
                                           shape.cores,
                                           shape.memory_mb,
                                           "http://" + this->self().host + ":" + std::to_string(web_ui_port),
                                           target.master,
                                           {}});
  heartbeat_ = one_way_frame(deploy::Heartbeat{id_, me});
  first_report_ = first_report();
}

std::string SimulatedWorker::first_report() const {
  deploy::WorkerLatestState state{id_, {}, {}};
  for (const auto& [key, executor] : executors_) state.executors.push_back(executor);
  return heartbeat_ + one_way_frame(state);
}

void SimulatedWorker::on_verified() {
  ++tally_.verified;
  if (when_verified) when_verified();
}

void SimulatedWorker::on_message(std::string_view content) {
  const auto& message = understand_to_worker(content);
  if (!message) return tally_.complain(id_.text + ": " + message.error().to_string());
  std::visit([this](const auto& known) { obey(known); }, *message);
}

void SimulatedWorker::on_lost(const std::string& reason) { tally_.complain(id_.text + ": " + reason); }

void SimulatedWorker::follow(const deploy::EndpointRef& master) {
  master_url_ = "spark://" + deploy::to_string(master.address);
}

void SimulatedWorker::obey(const deploy::RegisteredWorker& message) {
  follow(message.master);
  if (message.master_address != target().master)
    tally_.complain(id_.text + ": RegisteredWorker names another master than the one that was asked");
  if (when_registered) when_registered();
  if (shape_.reports_at_once) {
    // One write for both: the generator must not need more of the machine than the master that it measures.
    send_frame(executors_.empty() ? first_report_ : first_report());
    ++tally_.heartbeats_sent;
  }
  if (!std::exchange(beating_, true)) loop().at(now() + first_beat_, [this] { beat(); });
}

void SimulatedWorker::obey(const deploy::MasterChanged& message) {
  follow(message.master);
  deploy::WorkerSchedulerStateResponse response{id_, {}, {}};
  for (const auto& [key, executor] : executors_) response.executors.push_back({executor, {}});
  send(response);
}

void SimulatedWorker::obey(const deploy::LaunchExecutor& message) {
  if (!is_from_my_master(message.master_url)) return;
  const std::pair key{message.app, message.executor};
  deploy::ExecutorDescription executor{message.app,   message.executor,  message.profile,
                                       message.cores, message.memory_mb, deploy::ExecutorState::running};
  if (!executors_.emplace(key, std::move(executor)).second)
    return tally_.complain(id_.text + ": told to launch " + message.app.text + "/" +
                           std::to_string(message.executor.value) + " twice");
  ++tally_.executors_launched;
  report(message.app, message.executor, deploy::ExecutorState::running);
}

void SimulatedWorker::obey(const deploy::KillExecutor& message) {
  if (!is_from_my_master(message.master_url)) return;
  // Unknown is no fault: after a real failover a master may kill what a worker has already lost.
  if (executors_.erase({message.app, message.executor}) == 0) return;
  report(message.app, message.executor, deploy::ExecutorState::killed);
}

void SimulatedWorker::obey(const deploy::ApplicationFinished&) { ++tally_.applications_finished_notices; }

template <typename Other>
void SimulatedWorker::obey(const Other& message) {
  tally_.complain(id_.text + ": unexpected " + std::string(deploy::message_name(deploy::ToWorker{message})));
}

bool SimulatedWorker::is_from_my_master(const std::string& master_url) {
  if (master_url == master_url_) return true;
  tally_.complain(id_.text + ": an order from " + master_url + ", but my master is " + master_url_);
  return false;
}

void SimulatedWorker::report(const AppId& app, ExecutorId executor, deploy::ExecutorState state) {
  const bool killed = state == deploy::ExecutorState::killed;
  deploy::ExecutorStateChanged change{app, executor, state, std::nullopt, std::nullopt};
  if (killed) change.exit_status = 143;  // 128 + SIGTERM, what a real worker reports
  reports_.emplace(ask(change), killed);
}

void SimulatedWorker::on_answer(std::int64_t request_id, const Result<deploy::Reply>& reply) {
  const auto report = reports_.find(request_id);
  if (report == reports_.end()) return tally_.complain(id_.text + ": an answer to nothing that was asked");
  const auto* done = reply ? std::get_if<deploy::BooleanReply>(&*reply) : nullptr;
  if (done == nullptr || !done->value) tally_.complain(id_.text + ": a report on an executor was refused");
  ++tally_.reports_answered;
  if (report->second) ++tally_.executors_killed;
  reports_.erase(report);
}

void SimulatedWorker::beat() {
  if (!verified()) return;
  send_frame(heartbeat_);
  ++tally_.heartbeats_sent;
  loop().at(now() + shape_.heartbeat_period, [this] { beat(); });
}

}  // namespace pilotlight::load
