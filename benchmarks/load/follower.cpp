#include "load/follower.hpp"

#include <utility>
#include <variant>

#include "load/understand.hpp"

namespace pilotlight::load {
namespace {

constexpr auto look_after = std::chrono::milliseconds(20);  // real workers: 9 to 30 ms
constexpr auto look_again = std::chrono::seconds(10);
constexpr std::int32_t web_ui_port = 8081;  // nobody listens there: only the text matters

}  // namespace

Follower::Follower(EventLoop& loop, const std::vector<Target>& masters, deploy::Address self, const WorkerShape& shape,
                   std::size_t number, std::size_t of, Tally& tally)
    : ManyLinks(loop, masters, std::move(self), tally),
      shape_(shape),
      name_(worker_name(this->self(), number)),
      first_beat_(shape.heartbeat_period * static_cast<std::int64_t>(number % of + 1) / static_cast<std::int64_t>(of)) {
  const deploy::Address& here = this->self();
  const deploy::EndpointRef me{"Worker", here};
  const std::string page = "http://" + here.host + ":" + std::to_string(web_ui_port);
  for (const Target& master : masters) {
    const auto frame = [&](const deploy::ToMaster& message) { return one_way_frame(here, master, message); };
    Frames frames;
    frames.registration = frame(
        deploy::RegisterWorker{id_, here.host, here.port, me, shape.cores, shape.memory_mb, page, master.master, {}});
    frames.heartbeat = frame(deploy::Heartbeat{id_, me});
    frames.first_report = frames.heartbeat + frame(deploy::WorkerLatestState{id_, {}, {}});
    frames.scheduler_state = frame(deploy::WorkerSchedulerStateResponse{id_, {}, {}});
    frames_.push_back(std::move(frames));
  }
}

void Follower::register_with_all() {
  greet_all();
  // The leader may die before it has answered.
  if (!std::exchange(looking_, true)) loop().at(now() + look_again, [this] { look_for_a_leader(); });
}

void Follower::leader_lost() {
  looking_ = true;
  loop().at(now() + look_after, [this] { look_for_a_leader(); });
}

void Follower::look_for_a_leader() {
  looking_ = followed() == nullptr;
  if (!looking_) return;
  greet_all();
  loop().at(now() + look_again, [this] { look_for_a_leader(); });
}

void Follower::heard(Link& link, std::string_view content) {
  const auto& message = understand_to_worker(content);
  if (!message) return complain(message.error().to_string());
  std::visit([&](const auto& known) { obey(link, known); }, *message);
}

void Follower::begin_to_beat() {
  if (!std::exchange(beating_, true)) loop().at(now() + first_beat_, [this] { beat(); });
}

void Follower::obey(Link& link, const deploy::RegisteredWorker& message) {
  if (!follow(link, message.master.address)) return;
  begin_to_beat();
  ++tally().heartbeats_sent;
  if (executors_.empty()) return link.send_frame(frames_[link.master].first_report);
  deploy::WorkerLatestState state{id_, {}, {}};
  for (const auto& [key, executor] : executors_) state.executors.push_back(executor);
  link.send_frame(frames_[link.master].heartbeat + link.one_way_frame(state));
}

void Follower::obey(Link& link, const deploy::MasterChanged& message) {
  if (!follow(link, message.master.address)) return;
  begin_to_beat();
  if (executors_.empty()) return link.send_frame(frames_[link.master].scheduler_state);
  deploy::WorkerSchedulerStateResponse response{id_, {}, {}};
  for (const auto& [key, executor] : executors_) response.executors.push_back({executor, {}});
  link.send(response);
}

void Follower::obey(Link&, const deploy::ReconnectWorker&) { greet_all(); }

void Follower::obey(Link&, const deploy::LaunchExecutor& message) {
  // As a real worker: what a master orders that it does not follow is not done.
  if (followed() == nullptr || message.master_url != "spark://" + deploy::to_string(masters()[leader()].master)) return;
  deploy::ExecutorDescription executor{message.app,   message.executor,  message.profile,
                                       message.cores, message.memory_mb, deploy::ExecutorState::running};
  if (!executors_.emplace(std::pair{message.app, message.executor}, std::move(executor)).second)
    return complain("told to launch " + message.app.text + "/" + std::to_string(message.executor.value) + " twice");
  ++tally().executors_launched;
  report({message.app, message.executor, deploy::ExecutorState::running, std::nullopt, std::nullopt});
}

bool Follower::end_executor(const AppId& app, ExecutorId executor) {
  if (executors_.erase({app, executor}) == 0) return false;
  report({app, executor, deploy::ExecutorState::exited, "it has ended", 1});
  return true;
}

/// One whose leader is gone is not reported: the next leader is told all that runs here.
void Follower::report(const deploy::ExecutorStateChanged& change) {
  if (followed() != nullptr) followed()->ask(change);
}

void Follower::answered(std::int64_t, const Result<deploy::Reply>& reply) {
  const auto* done = reply ? std::get_if<deploy::BooleanReply>(&*reply) : nullptr;
  if (done == nullptr || !done->value) return complain("a report on an executor was refused");
  ++tally().reports_answered;
}

template <typename Other>
void Follower::obey(Link&, const Other& message) {
  complain("unexpected " + std::string(deploy::message_name(deploy::ToWorker{message})));
}

void Follower::beat() {
  if (followed() != nullptr) {
    followed()->send_frame(frames_[leader()].heartbeat);
    ++tally().heartbeats_sent;
  }
  loop().at(now() + shape_.heartbeat_period, [this] { beat(); });
}

}  // namespace pilotlight::load
