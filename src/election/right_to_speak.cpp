#include "election/right_to_speak.hpp"

#include <algorithm>

namespace pilotlight::election {
namespace {

std::vector<std::string> nonces_of(const std::vector<Member>& members) {
  std::vector<std::string> nonces;
  for (const auto& member : members) nonces.push_back(member.nonce);
  return nonces;
}

}  // namespace

void RightToSpeak::begin(const std::vector<Member>& voters, Instant started, Instant not_before) {
  leading_ = true;
  voters_ = nonces_of(voters);
  proposed_.reset();
  // Answers to heartbeats of an earlier leadership of ours say nothing about this one.
  sent_.clear();
  answered_.clear();
  zookeeper_ = std::max(zookeeper_, started);
  confirmed_ = started;
  not_before_ = not_before;
  read_after_.reset();
}

void RightToSpeak::end() { leading_ = false; }

void RightToSpeak::voters_proposed(const std::vector<Member>& voters) { proposed_ = nonces_of(voters); }

void RightToSpeak::voters_settled(const std::vector<Member>& voters) {
  voters_ = nonces_of(voters);
  proposed_.reset();
}

std::uint64_t RightToSpeak::heartbeat_sent(Instant now) {
  sent_.push_back({++last_sequence_, now});
  while (sent_.front().at + timing_.right < now) sent_.pop_front();
  return last_sequence_;
}

void RightToSpeak::heartbeat_answered(const std::string& voter, std::uint64_t sequence) {
  const auto found =
      std::find_if(sent_.begin(), sent_.end(), [&](const auto& sent) { return sent.sequence == sequence; });
  if (found == sent_.end()) return;  // too old to be of use
  auto& at = answered_[voter];
  at = std::max(at, found->at);
}

void RightToSpeak::link_broken(const std::string& voter) { answered_.erase(voter); }

void RightToSpeak::zookeeper_answered(Instant started) { zookeeper_ = std::max(zookeeper_, started); }

void RightToSpeak::epoch_confirmed(Instant started) {
  zookeeper_answered(started);
  confirmed_ = std::max(confirmed_, started);
  if (read_after_ && started >= *read_after_) read_after_.reset();
}

void RightToSpeak::paused(Instant now) { read_after_ = now; }

bool RightToSpeak::majority_answers(const std::vector<std::string>& voters, Instant now) const {
  std::size_t answering = 0;
  for (const auto& voter : voters) {
    const auto found = answered_.find(voter);
    if (voter == self_ || (found != answered_.end() && now < found->second + timing_.right)) ++answering;
  }
  return answering >= majority_of(voters.size());
}

bool RightToSpeak::alone_of_two(const std::vector<std::string>& voters, Instant now) const {
  return voters.size() == 2 && !majority_answers(voters, now);
}

bool RightToSpeak::needs_reads(Instant now) const {
  return leading_ && (read_after_ || alone_of_two(voters_, now) || (proposed_ && alone_of_two(*proposed_, now)));
}

const char* RightToSpeak::obstacle(Instant now) const {
  if (!leading_) return "it does not lead";
  if (now < not_before_) return "its predecessor may still be speaking";
  const auto share = std::chrono::duration_cast<Duration>(session_timeout_ * timing_.session_share);
  if (now >= zookeeper_ + share - timing_.session_margin) return "ZooKeeper does not answer";
  if (read_after_) return "it stood still and has not read the epoch since";
  const auto silent = [&](const std::vector<std::string>& voters) {
    return voters.size() > 2 && !majority_answers(voters, now);
  };
  if (needs_reads(now) && now >= confirmed_ + timing_.lone_right) return "the other master is cut off";
  if (silent(voters_) || (proposed_ && silent(*proposed_))) return "a majority of the masters does not answer";
  return nullptr;
}

}  // namespace pilotlight::election
