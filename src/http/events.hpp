// GET /events: server-sent events that tell pages when to look again.
//
// `event: cluster` with `data: {"revision":n}` whenever what pages show may have changed, at most twice a second; a
// comment every 15 s otherwise, which finds clients that have gone. Owned by the Site, on the strand. Sleeps while
// nobody follows. Sending, and how many may follow, is the server's (http/server.hpp).
#pragma once

#include <cstdint>
#include <string>

#include "http/master_access.hpp"
#include "http/message.hpp"

namespace pilotlight::http {

class Events {
 public:
  explicit Events(MasterAccess& master) : master_(master) {}
  Response follow();

 private:
  void tick();
  /// Grows with every change, of the masters too.
  std::uint64_t look();
  [[nodiscard]] std::string event() const;

  MasterAccess& master_;
  bool ticking_ = false;
  std::uint64_t seen_ = 0;  ///< MasterAccess::revision()
  std::string masters_;     ///< what was seen of them
  std::uint64_t number_ = 0;
  std::uint64_t told_ = 0;
  Instant told_at_{};
};

}  // namespace pilotlight::http
