// What people may do to the cluster over HTTP, whatever the form of the request: kill, decommission, hand over.
//
// Owned by the Site, on the strand. Who may ask was checked before. An outcome comes once, at once or later; a change
// that is reported as done is durable.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/about.hpp"
#include "http/master_access.hpp"

namespace pilotlight::http {

struct Outcome {
  int status = 200;  ///< as in HTTP: 200 done, 202 begun, 404 unknown, 403 forbidden, 409 not possible, 503 no leader
  std::string message;
  std::string leader = {};  ///< of a hand-over: who leads now; of 503: who leads, as far as is known
  Epoch epoch = {};
  std::int32_t count = 0;  ///< workers that were decommissioned
};
using Done = std::function<void(Outcome)>;

class Actions {
 public:
  /// Both outlive it.
  Actions(MasterAccess& master, const About& about) : master_(master), about_(about) {}

  void kill_app(const std::string& id, Done done);
  void kill_driver(const std::string& id, Done done);
  void decommission(std::vector<std::string> hosts, Done done);
  /// "" = the best standby.
  void transfer(const std::string& url, Done done);
  /// 503 with the leader's URL, unless this master leads and may speak.
  [[nodiscard]] std::optional<Outcome> no_leader() const;

 private:
  [[nodiscard]] std::optional<Outcome> not_here() const;
  void watch_transfer(Epoch before, Instant deadline, Done done);

  MasterAccess& master_;
  const About& about_;
};

}  // namespace pilotlight::http
