#include "replica/elected.hpp"

#include <algorithm>
#include <utility>

#include "base/overloaded.hpp"

namespace pilotlight::replica {
namespace {

constexpr auto journal_retry = std::chrono::milliseconds(500);
constexpr auto shortest_pause = std::chrono::seconds(1);
constexpr auto worth_telling = std::chrono::milliseconds(100);
constexpr auto longest_linger = std::chrono::seconds(1);

/// In Spark's words, which people look for.
core::LogLine agent(const char* text) { return {core::LogLevel::info, text, "ZooKeeperLeaderElectionAgent"}; }

}  // namespace

Replica::Elected::Elected(Replica& replica, election::ContenderSettings settings, election::Member self)
    : replica_(replica),
      contender_(settings, std::move(self), [this] { return next_id(); }),
      directory_(settings.dir),
      layout_(settings.dir),
      journal_(layout_, mirror_, [this] { return next_id(); }),
      reader_(layout_, [this] { return next_id(); }) {}

void Replica::Elected::start(const Now& now) {
  replica_.log(core::LogLevel::info, "Persisting recovery state to ZooKeeper below " + layout_.root());
  replica_.outputs_.emplace_back(agent("Starting ZooKeeper LeaderElection agent"));
  tick(now);
  settle(now);
}

void Replica::Elected::on_zk(const Now& now, const zk::Event& event) {
  tick(now);
  if (!contender_.on_zk(now.instant, event)) {
    const auto& answer = std::get<zk::Answered>(event);
    if (ahead_ == answer.request) {
      ahead_.reset();
      if (ahead_for_) {
        zk::Answered renamed = answer;
        renamed.request = *std::exchange(ahead_for_, std::nullopt);
        submit(reader_.on_answer(renamed));
        state_read(now);
      }
    } else if (const auto found = pending_.find(answer.request.value); found != pending_.end()) {
      const Continue then = std::move(found->second);
      pending_.erase(found);
      then(now, answer);
    } else if (reading_) {
      submit(reader_.on_answer(answer));
      state_read(now);
    } else {
      journal_news(now, journal_.on_answer(answer));
    }
  }
  settle(now);
}

void Replica::Elected::on_link_broken(const Now& now, const std::string& nonce) {
  tick(now);
  snapshots_.erase(nonce);
  contender_.on_link_broken(now.instant, nonce);
  settle(now);
}

void Replica::Elected::on_probe(const Now& now, const std::string& nonce, election::Found found) {
  tick(now);
  contender_.on_probe(now.instant, nonce, found);
  settle(now);
}

void Replica::Elected::on_timer(const Now& now) {
  tick(now);
  if (try_again_ && now.instant >= *try_again_) {
    try_again_.reset();
    failed_ = false;
    if (taking_over_)
      read_state(now);
    else if (replica_.leading_)
      submit(journal_.resume());
    commit(now);
  }
  send_snapshots(now);
  if (handover_ && !handover_->written && now.instant >= handover_->deadline) {
    replica_.log(core::LogLevel::warn, "The hand-over was given up: the other master did not catch up in time.");
    end_handover(now);
    if (leaving_) contender_.leave(now.instant);
  }
  if (handover_expected_ && now.instant >= *handover_expected_) handover_expected_.reset();
  if (lingers_until_ && now.instant >= *lingers_until_) leave_at_last();
  keep_in_reach(now);
  if (flight_ && now.instant >= flight_closes_) record_flight(true);
  settle(now);
}

void Replica::Elected::passed(const Now& now) {
  tick(now);
  settle(now);
}

void Replica::Elected::tick(const Now& now) {
  // What is read after a pause may have lain in the sockets for as long as it lasted.
  if (ticked_ && now.instant > ticked_->instant + shortest_pause) {
    unread_since_ = ticked_->wall;
    unread_until_ = now.instant + shortest_pause;
  }
  ticked_ = now;
  contender_.tick(now.instant);
}

/// When a message may have arrived that is read now.
WallTime Replica::Elected::arrival(const Now& now) const {
  return now.instant < unread_until_ ? unread_since_ : now.wall;
}

/// Carries out what the contender decided, until it has decided nothing more.
void Replica::Elected::settle(const Now& now) {
  for (auto outputs = contender_.take_outputs(); !outputs.empty(); outputs = contender_.take_outputs()) {
    for (auto& output : outputs) {
      std::visit(overloaded{[&](election::Elected& won) { elected(now, won); },
                            [&](election::Deposed& lost) { deposed(now, lost.reason); },
                            [&](election::FenceMoved& moved) { fence_moved(now, moved.fence); },
                            [&](election::Notice& notice) {
                              replica_.log(notice.warning ? core::LogLevel::warn : core::LogLevel::info,
                                           std::move(notice.text));
                            },
                            [&](auto& other) { replica_.outputs_.emplace_back(std::move(other)); }},
                 output);
    }
  }
  read_ahead();
  if (!flights_read_ && contender_.in_queue() && contender_.session() == zk::SessionState::connected) read_flights();
  release_asks(now);
  progress_handover(now);

  tell_obstacle(now, replica_.leading_ && !handover_ ? contender_.obstacle(now.instant) : nullptr);
}

/// A leader that is held up for a few milliseconds at a time has nothing to tell an operator.
void Replica::Elected::tell_obstacle(const Now& now, const char* obstacle) {
  if (obstacle == nullptr) {
    obstacle_since_.reset();
    if (std::exchange(obstacle_told_, false) && replica_.leading_)
      replica_.log(core::LogLevel::info, "This leader speaks again; what was held goes out.");
    return;
  }
  if (!obstacle_since_) obstacle_since_ = now.instant;
  if (obstacle_told_ || now.instant < *obstacle_since_ + worth_telling) return;
  obstacle_told_ = true;
  replica_.log(core::LogLevel::warn,
               "This leader holds its tongue: " + std::string(obstacle) + ". Answers and launches wait.");
}

void Replica::Elected::ask(zk::Request request, Continue then) {
  const auto id = next_id();
  pending_.emplace(id.value, std::move(then));
  replica_.outputs_.emplace_back(election::SubmitZk{id, std::move(request)});
}

void Replica::Elected::ask_fenced(zk::Operation operation) {
  zk::Multi multi{
      {zk::Check{layout_.epoch(), contender_.fence()}, zk::Check{place_, zk::any_version}, std::move(operation)}};
  ask(std::move(multi), [](const Now&, const zk::Answered&) {});
}

void Replica::Elected::submit(recovery::ZkAsks asks) {
  for (auto& [id, request] : asks) replica_.outputs_.emplace_back(election::SubmitZk{id, std::move(request)});
}

// ---- leadership ----

void Replica::Elected::elected(const Now& now, const election::Elected& won) {
  replica_.outputs_.emplace_back(agent("We have gained leadership"));
  taking_over_ = won;
  place_ = election::candidate_path(directory_, won.record.node);
  failed_ = false;
  open_flight(now, won);
  read_state(now);
}

/// ZooKeeper answers a session in order: what is asked right behind a claim is read after it, and known when it is.
void Replica::Elected::read_ahead() {
  const bool claims = contender_.role() == election::Role::claiming;
  if (claims == std::exchange(claiming_, claims) || !claims) return;
  ahead_ = next_id();
  ahead_for_.reset();
  replica_.outputs_.emplace_back(election::SubmitZk{*ahead_, zk::Get{layout_.commit()}});
}

/// In the session of the claim: what is read holds every commit before it, and nobody else commits any more.
void Replica::Elected::read_state(const Now& now) {
  // Who was handed the leadership has written nothing itself: its server may lag behind the last commit, and what was
  // read behind a claim of its own, which then had failed, is older.
  const bool handed = taking_over_ && taking_over_->commit;
  if (handed) ask(zk::Sync{layout_.commit()}, [](const Now&, const zk::Answered&) {});
  auto asks = reading_ ? reader_.start() : reader_.start(std::move(mirror_), std::exchange(proposals_, {}));
  reading_ = true;
  const auto is_commit = [&](const auto& ask) {
    const auto* get = std::get_if<zk::Get>(&ask.request);
    return get != nullptr && get->path == layout_.commit();
  };
  if (const auto first = std::ranges::find_if(asks, is_commit); ahead_ && !handed && first != asks.end()) {
    ahead_for_ = first->id;
    asks.erase(first);
  }
  submit(std::move(asks));
  state_read(now);
}

void Replica::Elected::state_read(const Now& now) {
  using State = recovery::ZkReader::State;
  switch (reader_.state()) {
    case State::reading: return;
    case State::interrupted: return;  // fence_moved() comes when the epoch has been confirmed over a new connection
    case State::failed:
      replica_.log(core::LogLevel::error,
                   "The recovery state in ZooKeeper cannot be read, trying again: " + reader_.error().to_string());
      try_again_ = now.instant + journal_retry;
      return;
    case State::done: break;
  }
  auto read = reader_.take();
  reading_ = false;
  mirror_ = std::move(read.mirror);
  if (!taking_over_) return tell_progress();
  const auto won = *std::exchange(taking_over_, std::nullopt);
  if (!read.from_mirror)
    replica_.log(core::LogLevel::info, "Read " + std::to_string(mirror_.rows().size()) +
                                           " records from ZooKeeper: what this master held was not complete.");
  journal_.lead({contender_.fence(), won.record.epoch.value, read.commit_version, read.commit.number, place_},
                std::move(read.orphans));
  tell_progress();
  for (auto& message : waiting_.take_outdated(won.record.epoch)) replica_.step(now, std::move(message));
  replica_.leading_ = true;
  auto recovered = mirror_.recovered();
  for (const auto& record : recovered.set_aside)
    replica_.log(core::LogLevel::error, "A recovery record cannot be read and was set aside: " + record);
  core::LeadershipGained gained{won.record.epoch, std::move(recovered), {}, {}};
  for (const auto& [sender, known] : waiting_.connections()) gained.connections.push_back({known.first, known.second});
  std::vector<core::MessageReceived> asks;
  for (auto& message : waiting_.take_all())
    (core::worth_holding(message.message) ? gained.held : asks).push_back(std::move(message));
  replica_.step(now, std::move(gained));
  for (auto& message : asks) replica_.step(now, std::move(message));
  awaited_workers_ = replica_.core_.awaited().workers;
  if (flight_) {
    flight_->phases.state_ready = now.instant - flight_noticed_;
    record_flight(false);
    observe(now, {});
  }
}

void Replica::Elected::deposed(const Now& now, const std::string& reason) {
  taking_over_.reset();
  ahead_for_.reset();
  try_again_.reset();
  failed_ = false;
  if (reading_) {
    reading_ = false;  // the mirror went into the reader: what it had read so far is of no use
    mirror_ = recovery::Mirror{};
  }
  journal_.stop();
  interrupted_ = tidying_ = false;
  replica_.gate_.drop();
  snapshots_.clear();
  if (flight_) record_flight(true);
  replica_.outputs_.emplace_back(agent("We have lost leadership"));
  if (std::exchange(replica_.leading_, false)) {
    replica_.step(now, core::LeadershipLost{reason});
    replica_.outputs_.emplace_back(ForgetGuarded{});
  }
  const bool handed_over = handover_ && contender_.record().leader.nonce == handover_->target;
  end_handover(now);
  tell_progress();
  if (leaving_) {
    contender_.leave(now.instant);
    if (handed_over)
      lingers_until_ = now.instant + longest_linger;
    else
      replica_.outputs_.emplace_back(Left{});
  }
}

void Replica::Elected::fence_moved(const Now& now, election::Fence fence) {
  journal_.fence_moved(fence);
  if (taking_over_ && reader_.state() == recovery::ZkReader::State::interrupted) {
    read_state(now);
  } else if (interrupted_) {
    interrupted_ = false;
    submit(journal_.resume());
  }
}

void Replica::Elected::commit(const Now& now) {
  auto& gate = replica_.gate_;
  if (!replica_.leading_ || failed_ || journal_.busy()) return;
  if (gate.has_batch()) {
    gate.begin_batch();
    journal_news(now, begin(gate.batch()));
  } else if (gate.idle() && journal_.untidy() && !handover_) {
    tidying_ = true;
    journal_news(now, journal_.tidy());
  }
}

/// One record that cannot be stored must not keep all others from it.
recovery::JournalNews Replica::Elected::begin(const std::vector<core::RecordOp>& batch) {
  auto news = journal_.begin(batch);
  if (news.what != recovery::JournalNews::What::failed || journal_.busy()) return news;
  std::vector<core::RecordOp> storable;
  for (const auto& operation : batch) {
    if (const auto flaw = journal_.flaw_of(operation))
      replica_.log(core::LogLevel::error, flaw->to_string() + ": it will not survive a change of the leader");
    else
      storable.push_back(operation);
  }
  return journal_.begin(storable);
}

void Replica::Elected::journal_news(const Now& now, recovery::JournalNews news) {
  using What = recovery::JournalNews::What;
  const Epoch epoch = replica_.state().epoch;
  for (auto& commit : news.begun) {
    election::Proposed message{epoch, commit.number, {}};
    for (auto& change : commit.changes)
      message.rows.push_back({std::string(change.kind), std::move(change.id), std::move(change.value)});
    broadcast(message);
  }
  submit(std::move(news.asks));
  if (!news.commits.empty()) tell_progress();
  for (const auto& commit : news.commits) broadcast(election::Committed{epoch, commit.number});
  switch (news.what) {
    case What::nothing: return;
    case What::durable:
      if (!std::exchange(tidying_, false)) {
        replica_.gate_.batch_committed();
        replica_.release();
      }
      if (handover_) contender_.beat(now.instant);
      return commit(now);
    case What::fence_lost: return contender_.fence_lost(now.instant);
    case What::unknown: interrupted_ = true; return;  // fence_moved() comes when there is a connection again
    case What::failed:
      replica_.log(
          core::LogLevel::error,
          "Recovery state was not written, answers and launches are held until it is: " + news.error.to_string());
      failed_ = true;
      try_again_ = now.instant + journal_retry;
      return;
  }
}

void Replica::Elected::tell_progress() {
  const bool here = !reading_;
  contender_.set_progress(here ? mirror_.number() : 0, here && mirror_.complete());
}

// ---- what people see ----

Instant Replica::Elected::wake_at() const {
  Instant wake = contender_.next_tick();
  if (try_again_) wake = std::min(wake, *try_again_);
  if (!snapshots_.empty()) wake = std::min(wake, snapshot_at_);
  if (handover_) wake = std::min(wake, handover_->deadline);
  if (lingers_until_) wake = std::min(wake, *lingers_until_);
  // While nobody leads they wait; the contender's own tick looks again.
  if (const auto oldest = waiting_.oldest_ask();
      oldest && !taking_over_ && !handover_expected_ && contender_.somebody_leads())
    wake = std::min(wake, *oldest + refusal_pause);
  return wake;
}

Cluster Replica::Elected::cluster(Instant now) const {
  const auto& record = contender_.record();
  Cluster cluster;
  cluster.elected = true;
  cluster.in_queue = contender_.in_queue();
  cluster.set_aside = mirror_.remarks().size() + mirror_.unreadable();
  cluster.epoch = record.epoch;
  const bool self_leads = contender_.role() == election::Role::leading;
  if (contender_.somebody_leads() && record.leader.known()) cluster.leader = record.leader.url();
  const auto& self = contender_.self();
  cluster.members.push_back({self.url(), self.web_ui_url, self.version, self_leads, true, true,
                             record.has_voter(self.nonce), mirror_.number(), mirror_.complete(), self.nonce});
  for (const auto& [nonce, known] : contender_.others()) {
    if (known.dead) continue;
    const auto& member = known.member;
    const bool leads = nonce == record.leader.nonce;
    cluster.members.push_back({member.url(), member.web_ui_url, member.version, leads, false, known.linked,
                               record.has_voter(nonce), known.mirrored, known.complete, nonce, self_leads || leads});
    if (leads) {
      cluster.members.back().mirrored = std::max(leader_commit_, mirror_.number());
      cluster.members.back().complete = true;
    }
  }
  cluster.commit = mirror_.number();
  cluster.zookeeper = to_string(contender_.session());
  cluster.session_timeout_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(contender_.session_timeout()).count();
  cluster.session_left = std::max(contender_.session_end() - now, Duration::zero());
  if (self_leads)
    if (const char* obstacle = contender_.obstacle(now)) cluster.held = obstacle;
  cluster.flights.assign(flights_.begin(), flights_.end());
  if (flight_) cluster.flights.push_back(*flight_);
  return cluster;
}

}  // namespace pilotlight::replica
