// Asks that came in over HTTP and wait for the core's answer, beside those of Spark's peers. Pure.
//
// They have a connection of their own, which no peer can have. Owned by the runtime, on its thread.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <utility>

#include "core/peer.hpp"
#include "http/master_access.hpp"

namespace pilotlight::master {

class HttpAsks {
 public:
  static bool owns(const core::AskId& ask) { return ask.connection == connection; }

  core::AskId open(http::MasterAccess::Answered answered) {
    waiting_.emplace(++last_, std::move(answered));
    return {connection, last_};
  }
  /// Nothing happens the second time.
  void answered(const core::AskId& ask, std::optional<deploy::Reply> reply) {
    const auto found = waiting_.find(ask.request);
    if (found == waiting_.end()) return;
    const auto answered = std::move(found->second);
    waiting_.erase(found);
    answered(std::move(reply));
  }
  /// Leadership is lost: what became of them is not known.
  void give_up() {
    for (const auto& [number, answered] : std::exchange(waiting_, {})) answered(std::nullopt);
  }

 private:
  static constexpr ConnectionId connection{std::numeric_limits<std::uint64_t>::max()};
  std::int64_t last_ = 0;
  std::map<std::int64_t, http::MasterAccess::Answered> waiting_;
};

}  // namespace pilotlight::master
