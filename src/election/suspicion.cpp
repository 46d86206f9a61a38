#include "election/suspicion.hpp"

#include <utility>

namespace pilotlight::election {

void Suspicion::follow(const EpochRecord& record, Fence fence, Instant now) {
  if (fence == fence_ && record.epoch == record_.epoch) {
    if (!std::exchange(following_, true)) heard_ = now;
    return;
  }
  // The same leadership with other voters goes on being heard; a new one has its full time from now, the same master's
  // too: its first heartbeats may have been answered before the epoch was read. And so has one of which this master was
  // no voter until now: it may have been cut off from it all the while, and owes it a heartbeat from here on only.
  if (!following_ || record.epoch != record_.epoch || !record_.has_voter(self_)) heard_ = now;
  following_ = true;
  record_ = record;
  fence_ = fence;
  voters_ = record.voters.size();
  promise_.reset();
  promised_.clear();
}

/// A promise outlives it: who reads an old epoch and then a queue in which the claim has removed the leader's node must
/// not answer that leader again, which with the answer would be a majority beside its successor.
/// It is no reason to depose that leader later on, though: that needs a new sign.
void Suspicion::forget() {
  following_ = false;
  promised_.clear();
}

bool Suspicion::heard(Instant now) {
  heard_ = now;
  return !promise_;
}

std::optional<Promise> Suspicion::promise(Evidence evidence, Instant now) {
  if (!following_ || promised_.contains(self_) || !record_.has_voter(self_)) return std::nullopt;
  promise_ = Promise{record_.epoch, fence_, evidence};
  // Of a silent one, the first sign was the first heartbeat that did not come.
  if (evidence == Evidence::silent || promised_.empty()) noticed_ = evidence == Evidence::silent ? heard_ : now;
  evidence_ = evidence;
  promised_.insert(self_);
  return promise_;
}

std::optional<Promise> Suspicion::leader_is_dead(Instant now) { return promise(Evidence::dead, now); }

std::optional<Promise> Suspicion::leader_is_silent(Instant now) {
  // Two cannot tell which of them is cut off: there only a death or the session ends a leadership.
  if (!following_ || voters_ < 3 || now < heard_ + timing_.silence) return std::nullopt;
  return promise(Evidence::silent, now);
}

void Suspicion::promise_received(const std::string& voter, const Promise& promise, Instant now) {
  if (!following_ || promise.epoch != record_.epoch || promise.fence != fence_ || !record_.has_voter(voter)) return;
  if (voter == record_.leader.nonce) return;
  if (promised_.empty()) noticed_ = now;
  promised_.insert(voter);
}

bool Suspicion::may_depose() const {
  if (!following_ || voters_ < 2) return false;
  return promised_.size() >= (voters_ == 2 ? 1 : majority_of(voters_));
}

}  // namespace pilotlight::election
