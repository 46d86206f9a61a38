// Pages and documents for requests, rendered off the loop from a snapshot of the state (docs/decisions/0008).
//
// Owned by the Site, on the strand. The copy is made in slices of at most 0.25 ms, with whatever else happens in
// between. A request gets a snapshot that began after it came, or one from before of which nothing has changed since
// but heartbeats, and which is at most 50 ms old. So a reader sees what was done before it asked. The same document
// of the same snapshot is rendered once. More than 256 different ones under way: 503.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/master_access.hpp"
#include "http/renderer.hpp"
#include "http/state_copy.hpp"

namespace pilotlight::http {

class Documents {
 public:
  /// `master` and `stats` outlive it.
  Documents(About about, MasterAccess& master, Stats& stats);
  ~Documents();
  Documents(const Documents&) = delete;
  Documents& operator=(const Documents&) = delete;

  void ask(const Request& request, const Reply& reply);

 private:
  struct Asked {
    Request request;
    Reply reply;
  };
  struct Copy {
    std::uint64_t revision = 0;
    Now now;
    StateCopy state;
    std::vector<Asked> riders;
  };
  using Key = std::pair<std::uint64_t, std::string>;  ///< snapshot and document

  void begin_copy(std::vector<Asked> riders);
  void slice();
  void finish_copy();
  /// Of a STANDBY, for a document that says nothing of what it mirrors: costs nothing, however large the cluster is.
  std::shared_ptr<const Snapshot> bare_snapshot(std::uint64_t revision, const Now& now);
  void render(const Asked& asked, const std::shared_ptr<const Snapshot>& snapshot);
  void rendered(const Key& key, const Response& response, Duration took);
  void forget_later();
  void forget();

  MasterAccess& master_;
  Stats& stats_;
  std::optional<Copy> copy_;
  std::vector<Asked> next_;  ///< came after copy_ began, and something had changed
  std::shared_ptr<const Snapshot> latest_;
  std::map<std::string, Response> done_;  ///< documents of latest_
  std::map<Key, std::vector<Reply>> under_way_;
  std::uint64_t last_number_ = 0;
  Instant used_{};
  bool forgetting_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< what comes back from the thread may come too late
  Renderer renderer_;
};

}  // namespace pilotlight::http
