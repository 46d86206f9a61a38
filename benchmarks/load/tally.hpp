// What all peers of one run count together, and what went wrong.
//
// One thread. A run in which anything is in `complaints` has failed: its figures are not to be used.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pilotlight::load {

struct Tally {
  std::uint64_t verified = 0;
  std::uint64_t heartbeats_sent = 0;
  std::uint64_t executors_launched = 0;  ///< LaunchExecutor obeyed
  std::uint64_t executors_killed = 0;    ///< KillExecutor obeyed and its report answered
  std::uint64_t reports_answered = 0;    ///< ExecutorStateChanged answered by the master
  std::uint64_t applications_finished_notices = 0;
  std::uint64_t complaint_count = 0;
  std::vector<std::string> complaints;  ///< the first few

  void complain(const std::string& what) {
    constexpr std::size_t kept = 10;
    ++complaint_count;
    if (complaints.size() < kept) complaints.push_back(what);
  }
};

}  // namespace pilotlight::load
