#include "replica/replica.hpp"

#include <algorithm>
#include <utility>

#include "replica/elected.hpp"

namespace pilotlight::replica {
namespace {

constexpr auto first_store_pause = std::chrono::milliseconds(100);
constexpr auto longest_store_pause = std::chrono::seconds(5);

/// Of what rests on no record: orders to peers, and answers that clients take for the truth. A worker or driver that is
/// told that its message arrived has no other use for that.
bool is_leaders_word(const core::Output& output) {
  const auto* answer = std::get_if<core::Answer>(&output);
  return answer == nullptr || !std::holds_alternative<deploy::BooleanReply>(answer->reply);
}

}  // namespace

Replica::Replica(Settings settings, election::Member self)
    : settings_(std::move(settings)), core_(settings_.core), store_pause_(first_store_pause) {
  if (settings_.election) elected_ = std::make_unique<Elected>(*this, *settings_.election, std::move(self));
}
Replica::~Replica() = default;

void Replica::lead(const Now& now, core::Recovered recovered) {
  for (const auto& record : recovered.set_aside)
    log(core::LogLevel::error, "A recovery record cannot be read and was set aside: " + record);
  set_aside_ = recovered.set_aside.size();
  leading_ = true;
  step(now, core::LeadershipGained{Epoch(1), std::move(recovered), {}, {}});
}

void Replica::start(const Now& now) { elected_->start(now); }

void Replica::on_core(const Now& now, decltype(core::Event::what) what) {
  if (elected_) {
    elected_->passed(now);
    if (elected_->intercept(now, what)) return;
  }
  step(now, std::move(what));
}

void Replica::step(const Now& now, decltype(core::Event::what) what) {
  core::Effects effects = core_.step(core::Event{now, std::move(what)});
  if (elected_) elected_->observe(now, effects);
  for (auto& line : effects.log) outputs_.emplace_back(std::move(line));
  for (auto& output : effects.immediate) {
    const bool word = elected_ != nullptr && leading_ && is_leaders_word(output);
    outputs_.emplace_back(Carry{std::move(output), word});
  }
  core_wake_ = effects.wake_at;
  gate_.add(std::exchange(effects.persist, {}), std::exchange(effects.outputs, {}));
  release();
}

void Replica::release() {
  const bool guarded = elected_ != nullptr && leading_;
  for (auto& output : gate_.take_released()) outputs_.emplace_back(Carry{std::move(output), guarded});
}

void Replica::on_stored(const Now& now, const Result<void>& result) {
  if (!result) {
    if (!store_failing_)
      log(core::LogLevel::error,
          "Recovery state was not written, answers and launches are held until it is: " + result.error().to_string());
    store_failing_ = true;
    store_again_ = now.instant + store_pause_;
    store_pause_ = std::min<Duration>(store_pause_ * 2, longest_store_pause);
    return;
  }
  if (std::exchange(store_failing_, false))
    log(core::LogLevel::warn, "Recovery state is written again; held answers and launches go out.");
  store_pause_ = first_store_pause;
  gate_.batch_committed();
  release();
  end_turn(now);
}

void Replica::on_look(const Now& now) {
  if (elected_) elected_->passed(now);
}

bool Replica::wants_end_turn() const {
  return elected_ ? elected_->can_commit() && (gate_.has_batch() || elected_->untidy()) : gate_.has_batch();
}

void Replica::end_turn(const Now& now) {
  if (elected_) return elected_->commit(now);
  if (!gate_.has_batch()) return;
  gate_.begin_batch();
  outputs_.emplace_back(StoreBatch{});
}

void Replica::on_zk(const Now& now, const zk::Event& event) { elected_->on_zk(now, event); }
void Replica::on_link(const Now& now, const std::string& sender, const election::LinkMessage& message) {
  elected_->on_link(now, sender, message);
}
void Replica::on_link_broken(const Now& now, const std::string& nonce) { elected_->on_link_broken(now, nonce); }
void Replica::on_probe(const Now& now, const std::string& nonce, election::Found found) {
  elected_->on_probe(now, nonce, found);
}

void Replica::on_timer(const Now& now) {
  if (elected_) elected_->on_timer(now);
  if (store_again_ && now.instant >= *store_again_) {
    store_again_.reset();
    outputs_.emplace_back(StoreBatch{});
  }
  if (core_wake_ && now.instant >= *core_wake_) step(now, core::TimerFired{});
}

Result<void> Replica::transfer(const Now& now, const std::optional<std::string>& nonce) {
  if (!elected_) return fatal("this master has no standby: the recovery mode is not ZOOKEEPER");
  return elected_->transfer(now, nonce);
}

void Replica::leave(const Now& now) {
  if (elected_) return elected_->leave(now);
  outputs_.emplace_back(Left{});
}

std::vector<Output> Replica::take_outputs() { return std::exchange(outputs_, {}); }

const core::State& Replica::state() const { return core_.state(); }

const recovery::Mirror* Replica::records() const { return elected_ ? elected_->records() : nullptr; }

bool Replica::may_speak(Instant now) const { return !elected_ || elected_->may_speak(now); }

bool Replica::between_leaders() const { return elected_ && elected_->between_leaders(); }

std::optional<Instant> Replica::wake_at() const {
  std::optional<Instant> wake = core_wake_;
  const auto sooner = [&](std::optional<Instant> other) {
    if (other && (!wake || *other < *wake)) wake = other;
  };
  sooner(store_again_);
  if (elected_) sooner(elected_->wake_at());
  return wake;
}

Cluster Replica::cluster(Instant now) const {
  if (elected_) return elected_->cluster(now);
  Cluster cluster;
  cluster.epoch = state().epoch;
  if (leading_) cluster.leader = state().master_url();
  cluster.members.push_back(
      {state().master_url(), state().settings.web_ui_url, {}, leading_, true, true, true, 0, true, {}});
  cluster.set_aside = set_aside_;
  return cluster;
}

}  // namespace pilotlight::replica
