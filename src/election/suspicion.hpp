// Whether the leader whom this master follows must be deposed (D6, layers a and b). Pure.
//
// A voter promises, once and for all for one version of the epoch, that it answers no heartbeat of this leader any
// more: because its process is dead, or because nothing was heard of it for Timing::silence. Enough promises make the
// claim legitimate; the version check of the claim makes it safe. follow() begins anew with each version.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "election/epoch_record.hpp"
#include "election/link_message.hpp"
#include "election/timing.hpp"

namespace pilotlight::election {

class Suspicion {
 public:
  Suspicion(Timing timing, std::string self) : timing_(timing), self_(std::move(self)) {}

  /// The epoch node in this version is what counts now.
  void follow(const EpochRecord& record, Fence fence, Instant now);
  /// Nobody leads as far as this master knows, or it leads itself. What it has promised stays promised.
  void forget();

  /// A heartbeat of the followed leader arrived. True when it may be answered.
  bool heard(Instant now);
  /// This process stood still: what it did not hear says nothing.
  void paused(Instant now) { heard_ = now; }

  /// The leader's process is dead. The promise to send to everybody; nullopt when it was made before or this is no
  /// voter.
  std::optional<Promise> leader_is_dead(Instant now);
  /// nullopt unless the time has come.
  std::optional<Promise> leader_is_silent(Instant now);
  void promise_received(const std::string& voter, const Promise& promise, Instant now);

  /// Made to the leader that is followed.
  [[nodiscard]] std::optional<Promise> own_promise() const { return following_ ? promise_ : std::nullopt; }
  /// Enough voters have promised to depose it.
  [[nodiscard]] bool may_depose() const;
  /// Whether a single voter beside the leader decided it: then the successor waits before it speaks.
  [[nodiscard]] bool decided_alone() const { return may_depose() && voters_ == 2; }
  [[nodiscard]] Evidence evidence() const { return evidence_; }
  /// When the first sign of trouble was seen.
  [[nodiscard]] Instant noticed() const { return noticed_; }

 private:
  std::optional<Promise> promise(Evidence evidence, Instant now);

  Timing timing_;
  std::string self_;
  bool following_ = false;
  EpochRecord record_;
  Fence fence_ = 0;
  std::size_t voters_ = 0;
  Instant heard_{};
  Instant noticed_{};
  Evidence evidence_ = Evidence::silent;
  std::optional<Promise> promise_;
  std::set<std::string> promised_;  ///< voters, this one included
};

}  // namespace pilotlight::election
