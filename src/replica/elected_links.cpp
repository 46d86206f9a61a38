// What an elected master does with the other masters: the stream of commits, snapshots, the hand-over.
#include "base/overloaded.hpp"
#include "replica/chunk_codec.hpp"
#include "replica/elected.hpp"

namespace pilotlight::replica {
namespace {

constexpr auto snapshot_patience = std::chrono::milliseconds(500);
constexpr auto snapshot_pause = std::chrono::milliseconds(2);
constexpr std::size_t snapshot_bytes = std::size_t{512} << 10U;
constexpr auto handover_patience = std::chrono::seconds(1);

}  // namespace

void Replica::Elected::on_link(const Now& now, const std::string& sender, const election::LinkMessage& message) {
  tick(now);
  contender_.on_link(now.instant, sender, message);
  if (contender_.others().contains(sender)) on_message(now, sender, message);
  settle(now);
}

void Replica::Elected::on_message(const Now& now, const std::string& sender, const election::LinkMessage& message) {
  const bool follows = !replica_.leading_ && !reading_ && sender == contender_.record().leader.nonce;
  std::visit(overloaded{[&](const election::Heartbeat& heartbeat) {
                          if (follows) leader_commit_ = heartbeat.commit;
                          if (follows && (!mirror_.complete() || mirror_.number() < heartbeat.commit))
                            want_snapshot(now);
                        },
                        [&](const election::Proposed& proposed) {
                          if (!follows) return;
                          std::vector<recovery::ProposedRow> rows;
                          rows.reserve(proposed.rows.size());
                          for (const auto& row : proposed.rows) rows.push_back({row.kind, row.id, row.value});
                          proposals_.keep(proposed.epoch.value, proposed.number, std::move(rows));
                        },
                        [&](const election::Committed& committed) {
                          if (!follows) return;
                          if (!proposals_.catch_up(mirror_, {committed.number, committed.epoch.value})) {
                            mirror_.lose();
                            want_snapshot(now);
                          }
                          tell_progress();
                        },
                        [&](const election::SnapshotWanted&) {
                          if (!replica_.leading_) return;
                          snapshots_[sender] = recovery::Place{};
                          snapshot_at_ = now.instant;
                          send_snapshots(now);
                        },
                        [&](const election::SnapshotPart& part) {
                          if (!follows) return;
                          auto chunk = decode_chunk(part.chunk);
                          if (!chunk) return replica_.log(core::LogLevel::warn, chunk.error().to_string());
                          snapshot_asked_ = now.instant;  // it is coming: no need to ask again
                          mirror_.load(std::move(*chunk));
                          tell_progress();
                        },
                        [&](const election::FlightRecorded& recorded) {
                          auto flight = flight_from_json(recorded.json);
                          if (!flight) return;
                          const Epoch epoch = flight->epoch;
                          const bool all_back = flight->phases.all_workers && flight->phases.all_applications;
                          if (lingers_until_ && all_back && epoch == contender_.record().epoch) leave_at_last();
                          keep_flight(std::move(*flight));
                          if (misses_flight_before(epoch)) flights_read_ = false;
                        },
                        [&](const election::HandoverBegins& handover) {
                          if (handover.epoch == contender_.record().epoch)
                            handover_expected_ = now.instant + handover_patience;
                        },
                        [&](const election::HeartbeatAnswer&) { progress_handover(now); }, [](const auto&) {}},
             message);
}

void Replica::Elected::want_snapshot(const Now& now) {
  if (now.instant < snapshot_asked_ + snapshot_patience) return;
  snapshot_asked_ = now.instant;
  replica_.outputs_.emplace_back(election::SendLink{contender_.record().leader, election::SnapshotWanted{}});
}

/// In pieces, so that neither this loop nor the other's socket is held up; commits made meanwhile go in between.
void Replica::Elected::send_snapshots(const Now& now) {
  if (snapshots_.empty() || !replica_.leading_ || now.instant < snapshot_at_) return;
  snapshot_at_ = now.instant + snapshot_pause;
  for (auto entry = snapshots_.begin(); entry != snapshots_.end();) {
    const auto known = contender_.others().find(entry->first);
    if (known == contender_.others().end() || !known->second.linked) {
      entry = snapshots_.erase(entry);
      continue;
    }
    auto chunk = mirror_.snapshot(entry->second, snapshot_bytes);
    const bool last = chunk.last;
    if (!chunk.rows.empty()) entry->second = chunk.rows.back().created;
    replica_.outputs_.emplace_back(
        election::SendLink{known->second.member, election::SnapshotPart{replica_.state().epoch, encode(chunk)}});
    entry = last ? snapshots_.erase(entry) : std::next(entry);
  }
}

void Replica::Elected::broadcast(const election::LinkMessage& message) {
  for (const auto& [nonce, known] : contender_.others())
    if (known.linked) replica_.outputs_.emplace_back(election::SendLink{known.member, message});
}

bool Replica::Elected::intercept(const Now& now, const decltype(core::Event::what)& what) {
  if (const auto* closed = std::get_if<core::ConnectionClosed>(&what)) waiting_.closed(closed->connection);
  const auto* message = std::get_if<core::MessageReceived>(&what);
  if (message != nullptr) waiting_.heard(*message);
  if (handover_) {
    held_back_.push_back(what);
    return true;
  }
  if (message == nullptr || replica_.leading_) return false;
  return waiting_.arrived(*message, now, arrival(now), contender_.record().epoch) == WaitingRoom::Fate::keep;
}

/// Another leads, and has for a while: what clients asked this master is refused, as a STANDBY does.
void Replica::Elected::release_asks(const Now& now) {
  if (replica_.leading_ || taking_over_ || handover_expected_ || !contender_.somebody_leads()) return;
  for (auto& message : waiting_.take_asks(now.instant - refusal_pause)) replica_.step(now, std::move(message));
}

// ---- hand-over ----

std::optional<std::string> Replica::Elected::best_successor() const {
  const election::Known* best = nullptr;
  for (const auto& [nonce, known] : contender_.others()) {
    if (!known.linked || known.dead || !contender_.may_succeed(known) || !known.complete) continue;
    if (best == nullptr || known.mirrored > best->mirrored ||
        (known.mirrored == best->mirrored &&
         known.node.substr(known.node.size() - 10) < best->node.substr(best->node.size() - 10)))
      best = &known;
  }
  return best == nullptr ? std::nullopt : std::optional(best->member.nonce);
}

Result<void> Replica::Elected::transfer(const Now& now, const std::optional<std::string>& nonce) {
  if (!replica_.leading_) return fatal("this master does not lead: ask the leader to hand over");
  if (handover_) return retryable("a hand-over is under way already");
  const auto target = nonce ? nonce : best_successor();
  const auto known = target ? contender_.others().find(*target) : contender_.others().end();
  if (known == contender_.others().end() || !known->second.linked || known->second.node.empty())
    return retryable("there is no standby that could take over now");
  if (!contender_.may_succeed(known->second))
    return retryable(known->second.member.url() + " stands behind a master of Spark's own, which would lead as well");
  replica_.log(core::LogLevel::info, "Handing leadership over to " + known->second.member.url());
  handover_ = Handover{*target, now.instant + handover_patience, false};
  broadcast(election::HandoverBegins{replica_.state().epoch});
  contender_.beat(now.instant);
  settle(now);
  return {};
}

void Replica::Elected::progress_handover(const Now& now) {
  if (!handover_ || handover_->written || !replica_.leading_) return;
  const auto target = contender_.others().find(handover_->target);
  if (target == contender_.others().end() || !target->second.linked || !contender_.may_succeed(target->second)) return;
  const auto& gate = replica_.gate_;
  if (!gate.idle() || gate.held_outputs() > 0 || journal_.busy()) return;
  if (!target->second.complete || target->second.mirrored != mirror_.number()) return;
  handover_->written = true;
  contender_.hand_over(now.instant, handover_->target);
  settle(now);
}

/// However it ended: what was held back is handled now, as leader or as STANDBY.
void Replica::Elected::end_handover(const Now& now) {
  if (!handover_) return;
  handover_.reset();
  for (auto& what : std::exchange(held_back_, {})) replica_.on_core(now, std::move(what));
}

/// A worker or driver whose master's connection breaks asks all masters to register it anew, while the new leader is
/// calling it. So whoever leaves after a hand-over lets them go first.
void Replica::Elected::leave_at_last() {
  lingers_until_.reset();
  replica_.outputs_.emplace_back(Left{});
}

void Replica::Elected::leave(const Now& now) {
  leaving_ = true;
  if (replica_.leading_ && !handover_ && transfer(now, std::nullopt)) return;
  if (handover_) return;
  contender_.leave(now.instant);
  settle(now);
  replica_.outputs_.emplace_back(Left{});
}

}  // namespace pilotlight::replica
