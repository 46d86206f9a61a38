// What a master that does not lead keeps for the moment when it does: registrations and asks that it may not answer,
// and over which connection each worker and driver can be reached (spec §5.12). Private to replica, pure.
//
// Without it, a driver that starts during a failover waits for its own next attempt, 20 s later. Asks of clients
// (submit, kill, status) are refused a little later than they could be: clients ask all masters at once, and the one
// that leads may be dying or handing over at this moment. Bounded; an entry goes with its connection, or when a newer
// one of the same peer takes its place.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/event.hpp"

namespace pilotlight::replica {

class WaitingRoom {
 public:
  enum class Fate : std::uint8_t {
    pass,  ///< the core answers it now, as a STANDBY does
    keep,  ///< it is answered by whom it concerns, or refused later
  };
  /// A message arrived while this master does not lead.
  /// `at`: when it may have come in, for a process that stood still; else now.
  /// `seen`: the newest epoch that this master knows.
  Fate arrived(const core::MessageReceived& message, const Now& now, WallTime at, Epoch seen = {});
  Fate arrived(const core::MessageReceived& message, const Now& now) { return arrived(message, now, now.wall); }
  void closed(ConnectionId connection);

  /// For a new leader: everything, in the order of arrival; nothing is kept.
  std::vector<core::MessageReceived> take_all();
  /// Before taking over in epoch `won`: what applications asked before somebody else led whom this master did not see.
  /// They may have asked that leader for something newer, so each gets a STANDBY's answer.
  std::vector<core::MessageReceived> take_outdated(Epoch won);
  /// Another leads: the asks that came before `before`, so that they get a STANDBY's answer.
  std::vector<core::MessageReceived> take_asks(Instant before);
  /// When the oldest ask came.
  [[nodiscard]] std::optional<Instant> oldest_ask() const {
    return asks_.empty() ? std::nullopt : std::optional(asks_.begin()->second.at);
  }

  /// Remembers over which connection the sender speaks to us, in any role.
  void heard(const core::MessageReceived& message);
  [[nodiscard]] const std::map<std::string, std::pair<deploy::Address, ConnectionId>>& connections() const {
    return connections_;
  }

 private:
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, core::MessageReceived> registrations_;
  std::map<std::string, std::uint64_t> latest_;  ///< sender → its registration
  struct Ask {
    Instant at;
    core::MessageReceived message;
    Epoch seen;
  };
  std::map<std::uint64_t, Ask> asks_;
  std::map<std::string, std::pair<deploy::Address, ConnectionId>> connections_;
  std::multimap<std::uint64_t, std::string> senders_;  ///< connection → sender
};

}  // namespace pilotlight::replica
