// A bug planted in the masters of a simulated cluster, to show that the witness sees it. None in production code.
//
// Each master process has an instance of its own, which sits between the replica and the world: it may change what goes
// in and what comes out. The defaults change nothing.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "election/link_message.hpp"
#include "replica/replica.hpp"
#include "zk/types.hpp"

namespace pilotlight::simulation {

class Bug {
 public:
  virtual ~Bug() = default;
  virtual void on_settings(replica::Settings&) {}
  virtual void on_zk_request(zk::RequestId, zk::Request&) {}
  /// False: it never arrives.
  virtual bool on_zk_event(zk::Event&) { return true; }
  virtual void on_link_sent(election::LinkMessage&) {}
  virtual void on_link_received(election::LinkMessage&) {}
  virtual bool may_speak(bool truly) { return truly; }
  virtual bool forgets_guarded() { return true; }
  /// The time as the replica is told.
  virtual void on_time(Now&) {}
  /// False: it is not sent.
  virtual bool on_carry(core::Output&, bool& guarded) {
    (void)guarded;
    return true;
  }
};

struct NamedBug {
  std::string name;
  std::string what;  ///< which rule it breaks
  std::function<std::unique_ptr<Bug>()> make;
  std::string fault = {};  ///< every other fault of its nights: what it needs is rare; "" = as they come
};
const std::vector<NamedBug>& bugs();

}  // namespace pilotlight::simulation
