// Sessions with ZooKeeper as the C client's shell keeps them: when to look hosts up, when to open a handle anew, what
// to answer and to report. Pure: what happened and the time go in, actions come out, in the order to carry them out.
//
// The C client knows one session and one list of addresses. It learns that a session has expired only when it is
// connected again, and waits for two thirds of the timeout on a server that takes its connection and says nothing. So
// a handle that does not get connected is replaced, in time for the session: the new one goes on with the same
// session, from other servers, with the hosts looked up again. Events of replaced handles must not come in.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "zk/types.hpp"

namespace pilotlight::zk {

struct SessionTimes {
  Duration asked = std::chrono::seconds(6);                     ///< the session's timeout until one is granted
  Duration shortest_attempt = std::chrono::milliseconds(500);   ///< a handle has at least this long to get connected,
  Duration longest_attempt = std::chrono::seconds(10);          ///< at most this, and twice as long as the one before
  Duration first_lookup_wait = std::chrono::milliseconds(100);  ///< before hosts are looked up once more,
  Duration longest_lookup_wait = std::chrono::seconds(2);       ///< doubled each time up to this
};

/// Look the hosts up; then resolved() or unresolvable().
struct ResolveHosts {};
/// Close the handle if there is one and open another; then opened() or not_opened().
struct ReplaceHandle {
  bool same_session = false;
};
/// Have the server catch up with the leader before anything is read; then synced().
struct SyncServer {};
/// Answer everything outstanding.
struct AnswerAll {
  Code code = Code::connection_loss;
};
/// Report every armed watch as fired: the new handle does not know them.
struct FireWatches {};
/// Watches ended with their session.
struct ForgetWatches {};
struct Report {
  SessionChanged change;
};
using SessionAction =
    std::variant<ResolveHosts, ReplaceHandle, SyncServer, AnswerAll, FireWatches, ForgetWatches, Report>;
using SessionActions = std::vector<SessionAction>;

class SessionMachine {
 public:
  explicit SessionMachine(SessionTimes times) : times_(times) {}

  SessionActions start();
  SessionActions resolved();
  SessionActions unresolvable(const std::string& why, Instant now);
  SessionActions opened(Instant now);
  SessionActions not_opened(const std::string& why, Instant now);
  SessionActions synced();

  // ---- what the handle's watcher was told ----
  SessionActions handle_connected(std::int64_t session, Duration timeout, std::string server);
  SessionActions handle_suspended(Instant now);
  SessionActions handle_expired();
  SessionActions handle_auth_failed();

  SessionActions time_passed(Instant now);
  /// When to call time_passed.
  [[nodiscard]] std::optional<Instant> deadline() const { return deadline_; }

  /// Requests may be sent.
  [[nodiscard]] bool connected() const { return state_ == SessionState::connected; }
  [[nodiscard]] SessionState state() const { return state_; }

 private:
  /// What becomes of the handle, as opposed to what was reported.
  enum class Handle : std::uint8_t { none, resolving, opening, waiting, syncing, connected, given_up };

  SessionActions retry_later(const std::string& why, Instant now);
  /// `connecting` with a reason, once for each reason and session.
  void explain(const std::string& why, SessionActions& actions);
  void allow_attempt(Instant now);

  SessionTimes times_;
  SessionState state_ = SessionState::connecting;
  Handle handle_ = Handle::none;
  std::int64_t session_ = 0;
  bool resumes_ = false;  // the handle goes on with a session that another one began
  SessionChanged pending_;
  Duration timeout_{};
  int attempts_ = 0;
  Duration lookup_wait_{};
  std::string explained_;
  std::optional<Instant> deadline_;
};

}  // namespace pilotlight::zk
