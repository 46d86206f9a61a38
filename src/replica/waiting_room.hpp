// What a master that does not lead keeps for the moment when it does: registrations and asks that it may not answer,
// and over which connection each worker and driver can be reached (spec §5.12). Private to replica, pure.
//
// Without it, a driver that starts during a failover waits for its own next attempt, 20 s later. Bounded; an entry goes
// with its connection, or when a newer one of the same peer takes its place.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/event.hpp"

namespace pilotlight::replica {

class WaitingRoom {
 public:
  enum class Fate : std::uint8_t {
    pass,  ///< the core answers it now, as a STANDBY does
    keep,  ///< nobody answers it before somebody leads
  };
  /// A message arrived while this master does not lead. `nobody_leads`: an ask is worth waiting.
  Fate arrived(const core::MessageReceived& message, bool nobody_leads, WallTime wall);
  void closed(ConnectionId connection);

  /// For a new leader: everything, in the order of arrival; nothing is kept.
  std::vector<core::MessageReceived> take_all();
  /// Another leads: the asks, so that they get a STANDBY's answer.
  std::vector<core::MessageReceived> take_asks();
  [[nodiscard]] bool has_asks() const { return !asks_.empty(); }

  /// Remembers over which connection the sender speaks to us, in any role.
  void heard(const core::MessageReceived& message);
  [[nodiscard]] const std::map<std::string, std::pair<deploy::Address, ConnectionId>>& connections() const {
    return connections_;
  }

 private:
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, core::MessageReceived> registrations_;
  std::map<std::string, std::uint64_t> latest_;  ///< sender → its registration
  std::map<std::uint64_t, core::MessageReceived> asks_;
  std::map<std::string, std::pair<deploy::Address, ConnectionId>> connections_;
  std::multimap<std::uint64_t, std::string> senders_;  ///< connection → sender
};

}  // namespace pilotlight::replica
