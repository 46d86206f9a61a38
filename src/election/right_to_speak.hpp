// Whether a leader may put a frame on the wire that workers or drivers obey, at this moment (D5). Pure.
//
// Spark's peers obey whoever spoke last, so a deposed leader must be silent before its successor speaks. Asked when a
// frame is handed to the socket. Everything counts from the *start* of what was answered, on the leader's own clock.
// Why this is enough is argued in docs/decisions/0006. begin() upon a claim, end() when leadership is lost.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "election/epoch_record.hpp"
#include "election/timing.hpp"

namespace pilotlight::election {

class RightToSpeak {
 public:
  RightToSpeak(Timing timing, std::string self) : timing_(timing), self_(std::move(self)) {}

  /// The claim that ZooKeeper acknowledged was submitted at `started`; not a word before `not_before`.
  void begin(const std::vector<Member>& voters, Instant started, Instant not_before);
  void end();

  /// A change of the voters is under way: what both the old and the new ones demand must hold.
  void voters_proposed(const std::vector<Member>& voters);
  void voters_settled(const std::vector<Member>& voters);

  /// A heartbeat goes out to all: its sequence number.
  std::uint64_t heartbeat_sent(Instant now);
  void heartbeat_answered(const std::string& voter, std::uint64_t sequence);
  /// What the voter answered before counts no more.
  void link_broken(const std::string& voter);

  void session_granted(Duration timeout) { session_timeout_ = timeout; }
  /// ZooKeeper answered a request that was submitted at `started`.
  void zookeeper_answered(Instant started);
  /// A read submitted at `started` showed that the epoch is still ours.
  void epoch_confirmed(Instant started);
  /// The process stood still: nothing is said before the epoch has been read.
  void paused(Instant now);

  /// Why nothing may be said at `now`; nullptr when it may.
  [[nodiscard]] const char* obstacle(Instant now) const;
  [[nodiscard]] bool allowed(Instant now) const { return obstacle(now) == nullptr; }
  /// The end of what the last answer of ZooKeeper carries: beyond, leadership itself is over.
  [[nodiscard]] Instant session_end() const { return zookeeper_ + session_timeout_; }
  /// Whether each frame needs a recent read of the epoch: two voters, and the other does not answer; or after a pause.
  [[nodiscard]] bool needs_reads(Instant now) const;

 private:
  [[nodiscard]] bool majority_answers(const std::vector<std::string>& voters, Instant now) const;
  /// Two voters, and the other does not answer: then only a recent read of the epoch lets it speak.
  [[nodiscard]] bool alone_of_two(const std::vector<std::string>& voters, Instant now) const;

  Timing timing_;
  std::string self_;
  bool leading_ = false;
  std::vector<std::string> voters_;
  std::optional<std::vector<std::string>> proposed_;
  struct Sent {
    std::uint64_t sequence;
    Instant at;
  };
  std::deque<Sent> sent_;
  std::uint64_t last_sequence_ = 0;
  std::map<std::string, Instant> answered_;  ///< voter → when the last heartbeat that it answered was sent
  Duration session_timeout_{};
  Instant zookeeper_{};
  Instant confirmed_{};
  Instant not_before_{};
  std::optional<Instant> read_after_;
};

}  // namespace pilotlight::election
