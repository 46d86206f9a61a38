#include "load/follower.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "load/understand.hpp"

namespace pilotlight::load {
namespace {

constexpr auto look_after = std::chrono::milliseconds(20);  // real workers: 9 to 30 ms
constexpr auto look_again = std::chrono::seconds(10);
constexpr std::int32_t web_ui_port = 8081;  // nobody listens there: only the text matters

}  // namespace

/// One connection, whoever opened it.
class Follower::Link final : public Peer {
 public:
  Link(Follower& owner, const Target& target) : Peer(owner.loop_, target, owner.self_), owner_(owner) {}

  using Peer::retarget;
  using Peer::send_frame;
  bool registers_when_verified = false;
  std::size_t master = nobody;

 private:
  void on_verified() override {
    ++owner_.tally_.verified;
    if (registers_when_verified) send_frame(owner_.frames_[master].registration);
  }
  void on_message(std::string_view content) override { owner_.heard(*this, content); }
  void on_answer(std::int64_t, const Result<deploy::Reply>&) override {
    owner_.tally_.complain(owner_.name_ + ": an answer to nothing that was asked");
  }
  void on_lost(const std::string&) override { owner_.lost(*this); }

  Follower& owner_;
};

Follower::Follower(EventLoop& loop, const std::vector<Target>& masters, deploy::Address self, const WorkerShape& shape,
                   std::size_t number, std::size_t of, Tally& tally)
    : loop_(loop),
      masters_(masters),
      self_(std::move(self)),
      shape_(shape),
      tally_(tally),
      name_(worker_name(self_, number)),
      first_beat_(shape.heartbeat_period * static_cast<std::int64_t>(number % of + 1) / static_cast<std::int64_t>(of)) {
  const WorkerId id{name_};
  const deploy::EndpointRef me{"Worker", self_};
  const std::string page = "http://" + self_.host + ":" + std::to_string(web_ui_port);
  for (const Target& master : masters_) {
    const auto frame = [&](const deploy::ToMaster& message) { return one_way_frame(self_, master, message); };
    Frames frames;
    frames.registration = frame(
        deploy::RegisterWorker{id, self_.host, self_.port, me, shape.cores, shape.memory_mb, page, master.master, {}});
    frames.heartbeat = frame(deploy::Heartbeat{id, me});
    frames.first_report = frames.heartbeat + frame(deploy::WorkerLatestState{id, {}, {}});
    frames.scheduler_state = frame(deploy::WorkerSchedulerStateResponse{id, {}, {}});
    frames_.push_back(std::move(frames));
  }
  opened_.resize(masters_.size());
}

Follower::~Follower() = default;

void Follower::open(std::size_t master) {
  auto& link = opened_[master] = std::make_unique<Link>(*this, masters_[master]);
  link->master = master;
  link->registers_when_verified = true;
  link->connect();
}

void Follower::register_with_all() {
  for (std::size_t i = 0; i < masters_.size(); ++i) {
    if (opened_[i] && opened_[i]->verified())
      opened_[i]->send_frame(frames_[i].registration);
    else if (!opened_[i])
      open(i);
  }
}

void Follower::adopt(int socket) {
  adopted_.push_back(std::make_unique<Link>(*this, masters_.front()));
  adopted_.back()->adopt(socket);
}

void Follower::clear_broken() { broken_.clear(); }

void Follower::heard(Link& link, std::string_view content) {
  const auto& message = understand_to_worker(content);
  if (!message) return tally_.complain(name_ + ": " + message.error().to_string());
  std::visit([&](const auto& known) { obey(link, known); }, *message);
}

void Follower::lost(Link& link) {
  for (auto* links : {&opened_, &adopted_}) {
    const auto found = std::find_if(links->begin(), links->end(), [&](const auto& one) { return one.get() == &link; });
    if (found == links->end()) continue;
    broken_.push_back(std::move(*found));
    if (links == &adopted_) adopted_.erase(found);
    break;
  }
  if (&link != followed_) return;
  followed_ = nullptr;
  if (when_lost) when_lost();
  if (!std::exchange(looking_, true)) loop_.at(now() + look_after, [this] { look_for_a_leader(); });
}

void Follower::look_for_a_leader() {
  looking_ = followed_ == nullptr;
  if (!looking_) return;
  register_with_all();
  loop_.at(now() + look_again, [this] { look_for_a_leader(); });
}

void Follower::follow(Link& link, const deploy::Address& master) {
  const auto found =
      std::find_if(masters_.begin(), masters_.end(), [&](const Target& t) { return t.master == master; });
  if (found == masters_.end())
    return tally_.complain(name_ + ": told to follow " + deploy::to_string(master) +
                           ", which is no master of this run");
  link.retarget(*found);
  link.master = static_cast<std::size_t>(found - masters_.begin());
  followed_ = &link;
  if (std::exchange(leader_, link.master) != link.master && when_followed) when_followed(leader_);
  if (!std::exchange(beating_, true)) loop_.at(now() + first_beat_, [this] { beat(); });
}

void Follower::obey(Link& link, const deploy::RegisteredWorker& message) {
  follow(link, message.master.address);
  if (followed_ != &link) return;
  link.send_frame(frames_[link.master].first_report);
  ++tally_.heartbeats_sent;
}

void Follower::obey(Link& link, const deploy::MasterChanged& message) {
  follow(link, message.master.address);
  if (followed_ == &link) link.send_frame(frames_[link.master].scheduler_state);
}

void Follower::obey(Link&, const deploy::ReconnectWorker&) { register_with_all(); }

template <typename Other>
void Follower::obey(Link&, const Other& message) {
  tally_.complain(name_ + ": unexpected " + std::string(deploy::message_name(deploy::ToWorker{message})));
}

void Follower::beat() {
  if (followed_ != nullptr) {
    followed_->send_frame(frames_[leader_].heartbeat);
    ++tally_.heartbeats_sent;
  }
  loop_.at(now() + shape_.heartbeat_period, [this] { beat(); });
}

}  // namespace pilotlight::load
