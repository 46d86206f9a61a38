#include "recovery/zk_journal.hpp"

#include <limits>
#include <utility>

#include "base/assert.hpp"

namespace pilotlight::recovery {
namespace {

/// Some servers go on with -1 after 2^31-1 changes, and -1 fits every version: the node is made anew long before.
constexpr std::int32_t last_version = std::numeric_limits<std::int32_t>::max() - (1 << 24U);
/// Each look that brings nothing forward is a request of nobody knows whom; something is wrong then.
constexpr int most_looks_in_vain = 16;

bool renews_commit(std::int32_t version) { return version < 0 || version >= last_version; }

std::int32_t version_after(std::int32_t version) { return renews_commit(version) ? 0 : version + 1; }

std::string parent_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

zk::Operation operation_of(const ZkAction& action) {
  switch (action.kind) {
    case ZkAction::Kind::create: return zk::Create{action.path, action.data, false, false};
    case ZkAction::Kind::set: return zk::Set{action.path, action.data, zk::any_version};
    case ZkAction::Kind::remove: break;
  }
  return zk::Delete{action.path, zk::any_version};
}

JournalNews failure(Error error) {
  JournalNews news;
  news.what = JournalNews::What::failed;
  news.error = std::move(error);
  return news;
}

JournalNews unknown() {
  JournalNews news;
  news.what = JournalNews::What::unknown;
  return news;
}

std::string said(const zk::Answered& answer, zk::Code code) {
  return std::string(zk::to_string(code)) + (answer.text.empty() ? "" : ": ") + answer.text;
}

}  // namespace

ZkJournal::ZkJournal(ZkLayout layout, Mirror& mirror, NextRequestId next_id)
    : layout_(std::move(layout)), mirror_(mirror), next_id_(std::move(next_id)) {}

void ZkJournal::lead(const Leadership& leadership, std::vector<OrphanPart> orphans) {
  PILOTLIGHT_ASSERT(mirror_.complete() && mirror_.number() == leadership.commit_number);
  stop();
  leadership_ = leadership;
  commit_version_ = leadership.commit_version;
  orphans_ = std::move(orphans);
}

void ZkJournal::stop() {
  steps_.clear();
  done_ = 0;
  submitted_.clear();
  look_.reset();
  looks_in_vain_ = 0;
  orphans_.clear();
}

JournalNews ZkJournal::begin(const std::vector<core::RecordOp>& operations) {
  ZkPlan plan(layout_, mirror_, number() + 1);
  if (auto planned = plan.add(operations); !planned) return failure(planned.error());
  return begin(std::move(plan));
}

std::optional<Error> ZkJournal::flaw_of(const core::RecordOp& operation) const {
  ZkPlan plan(layout_, mirror_, number() + 1);
  const auto planned = plan.add({operation});
  return planned ? std::nullopt : std::optional(planned.error());
}

bool ZkJournal::untidy() const { return !orphans_.empty() || mirror_.has_unreadable(); }

JournalNews ZkJournal::tidy() {
  ZkPlan plan(layout_, mirror_, number() + 1);
  for (const auto& [place, row] : mirror_.rows()) {
    if (row.record || !is_record_kind(row.kind())) continue;
    plan.set_row_aside(row.kind(), row.id());
    // The row goes; that there was one is still to be told.
    mirror_.remark(title_of(row.kind(), row.id()) + ": " + row.reason + " (kept in " + layout_.set_aside(row.kind()) +
                   ")");
  }
  for (const auto& orphan : std::exchange(orphans_, {})) plan.sweep(orphan);
  return begin(std::move(plan));
}

JournalNews ZkJournal::begin(ZkPlan plan) {
  PILOTLIGHT_ASSERT(!busy());
  steps_ = std::move(plan).take();
  done_ = 0;
  looks_in_vain_ = 0;
  JournalNews news;
  if (steps_.empty()) news.what = JournalNews::What::durable;
  for (const auto& step : steps_) news.begun.push_back(step.commit);
  news.asks = submit_rest();
  return news;
}

ZkAsks ZkJournal::submit_rest() {
  ZkAsks asks;
  auto version = commit_version_;
  for (std::size_t i = done_; i < steps_.size(); ++i) {
    const auto id = next_id_();
    submitted_[id] = {i, version};
    asks.push_back({id, multi_of(steps_[i], version)});
    version = version_after(version);
  }
  return asks;
}

std::size_t ZkJournal::lead_in(std::int32_t version) const {
  return (leadership_.place.empty() ? 1U : 2U) + (renews_commit(version) ? 2U : 1U);
}

zk::Multi ZkJournal::multi_of(const ZkStep& step, std::int32_t version) const {
  zk::Multi multi;
  multi.operations.reserve(step.actions.size() + 4);
  multi.operations.emplace_back(zk::Check{layout_.epoch(), leadership_.fence});
  if (!leadership_.place.empty()) multi.operations.emplace_back(zk::Check{leadership_.place, zk::any_version});
  auto mark = commit_data({step.number, leadership_.epoch});
  if (renews_commit(version)) {
    multi.operations.emplace_back(zk::Delete{layout_.commit(), version});
    multi.operations.emplace_back(zk::Create{layout_.commit(), std::move(mark), false, false});
  } else {
    multi.operations.emplace_back(zk::Set{layout_.commit(), std::move(mark), version});
  }
  for (const auto& action : step.actions) multi.operations.push_back(operation_of(action));
  return multi;
}

JournalNews ZkJournal::on_answer(const zk::Answered& answer) {
  if (look_ && answer.request == *look_) {
    look_.reset();
    return on_commit_read(answer);
  }
  const auto found = submitted_.find(answer.request);
  if (found == submitted_.end()) return {};
  const auto submitted = found->second;
  submitted_.erase(found);
  return on_multi(submitted, answer);
}

JournalNews ZkJournal::on_multi(Submitted submitted, const zk::Answered& answer) {
  if (answer.code != zk::Code::ok) return on_refusal(submitted, answer);
  JournalNews news;
  // The multis before it happened too, or its version of `commit` would not have fitted.
  std::erase_if(submitted_, [&](const auto& other) { return other.second.step <= submitted.step; });
  commit_version_ = version_after(submitted.version);
  settle(submitted.step + 1, news.commits);
  if (!busy()) news.what = JournalNews::What::durable;
  return news;
}

/// Steps before `steps` are durable.
void ZkJournal::settle(std::size_t steps, std::vector<Commit>& commits) {
  if (steps > done_) looks_in_vain_ = 0;
  for (; done_ < steps; ++done_) {
    auto& step = steps_[done_];
    PILOTLIGHT_ASSERT(mirror_.apply(step.commit, std::move(step.decoded)));
    commits.push_back(std::move(step.commit));
    step.actions.clear();
  }
}

JournalNews ZkJournal::on_refusal(Submitted submitted, const zk::Answered& answer) {
  // Whatever was submitted after it fails with it; what is answered to that is of no interest.
  submitted_.clear();
  if (is_lost(answer.code)) return unknown();
  auto culprit = answer.outcomes.size();
  for (std::size_t i = 0; i < answer.outcomes.size(); ++i) {
    const auto code = answer.outcomes[i].code;
    if (code == zk::Code::ok || code == zk::Code::rolled_back) continue;
    culprit = i;
    break;
  }
  if (culprit == answer.outcomes.size())
    return failure(answer.code == zk::Code::too_large || answer.code == zk::Code::no_auth
                       ? fatal("ZooKeeper refused to store records: " + said(answer, answer.code))
                       : retryable("ZooKeeper could not store records: " + said(answer, answer.code)));

  const auto code = answer.outcomes[culprit].code;
  if (culprit == 0 && (code == zk::Code::bad_version || code == zk::Code::no_node)) return lost_fence();
  if (culprit == 1 && !leadership_.place.empty()) return lost_fence();
  const auto own = lead_in(submitted.version);
  if (culprit > 0 && culprit < own && code == zk::Code::bad_version) return look_again();
  if (culprit >= own && heal(steps_[submitted.step], culprit - own, code)) return look_again();
  return failure(fatal("ZooKeeper refused to store records: " + said(answer, code)));
}

/// The records are not as they were when the batch was planned: people have been there. Only what is to be done
/// changes.
bool ZkJournal::heal(ZkStep& step, std::size_t action, zk::Code code) const {
  if (action >= step.actions.size()) return false;
  const auto at = step.actions.begin() + static_cast<std::ptrdiff_t>(action);
  if (at->kind == ZkAction::Kind::create && code == zk::Code::node_exists) {
    at->kind = ZkAction::Kind::set;
  } else if (at->kind == ZkAction::Kind::create && code == zk::Code::no_node) {
    // A kind that no leader before us had.
    if (parent_of(at->path).size() < layout_.root().size()) return false;
    step.actions.insert(at, {ZkAction::Kind::create, parent_of(at->path), {}});
  } else if (at->kind == ZkAction::Kind::set && code == zk::Code::no_node) {
    at->kind = ZkAction::Kind::create;
  } else if (at->kind == ZkAction::Kind::remove && code == zk::Code::no_node) {
    step.actions.erase(at);
  } else {
    return false;
  }
  return true;
}

ZkAsks ZkJournal::resume() { return busy() ? look() : ZkAsks(); }

/// Reads what all have written, not what a server that lags behind knows.
ZkAsks ZkJournal::look() {
  submitted_.clear();
  ZkAsks asks;
  asks.push_back({next_id_(), zk::Sync{layout_.commit()}});
  look_ = next_id_();
  asks.push_back({*look_, zk::Get{layout_.commit(), false}});
  return asks;
}

JournalNews ZkJournal::look_again() {
  if (++looks_in_vain_ > most_looks_in_vain)
    return failure(retryable("ZooKeeper keeps refusing records: somebody else writes below " + layout_.root()));
  JournalNews news;
  news.asks = look();
  return news;
}

JournalNews ZkJournal::on_commit_read(const zk::Answered& answer) {
  if (is_lost(answer.code)) return unknown();
  if (answer.code != zk::Code::ok)
    return failure(retryable(layout_.commit() + " cannot be read: " + said(answer, answer.code)));
  const auto mark = read_commit(answer.data);
  if (!mark) return failure(fatal(layout_.commit() + " cannot be read: " + mark.error().to_string()));

  if (mark->epoch > leadership_.epoch) return lost_fence();
  const auto before = number();
  // Of another leader it can only be what was there when we began to lead.
  const bool ours = mark->epoch == leadership_.epoch || mark->number == before;
  if (!ours || mark->number < before || mark->number > steps_.back().number)
    return failure(fatal(layout_.commit() + " has number " + std::to_string(mark->number) + ", which this leader, at " +
                         std::to_string(before) + ", did not write: restart the masters"));
  JournalNews news;
  commit_version_ = answer.stat.version;
  settle(done_ + (mark->number - before), news.commits);
  if (!busy()) news.what = JournalNews::What::durable;
  news.asks = submit_rest();
  return news;
}

JournalNews ZkJournal::lost_fence() {
  stop();
  JournalNews news;
  news.what = JournalNews::What::fence_lost;
  return news;
}

}  // namespace pilotlight::recovery
