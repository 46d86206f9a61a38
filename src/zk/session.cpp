#include "zk/session.hpp"

#include <algorithm>
#include <utility>

namespace pilotlight::zk {
namespace {

Report report(SessionState state, std::int64_t session, std::string detail) {
  return {{.state = state, .session = session, .timeout = {}, .detail = std::move(detail)}};
}

}  // namespace

SessionActions SessionMachine::start() {
  handle_ = Handle::resolving;
  return {ResolveHosts{}};
}

// The old handle, which went on trying meanwhile, may have been connected before the answer came.
SessionActions SessionMachine::resolved() {
  if (handle_ != Handle::resolving) return {};
  handle_ = Handle::opening;
  lookup_wait_ = Duration::zero();
  deadline_.reset();
  return {ReplaceHandle{.same_session = session_ != 0}};
}

SessionActions SessionMachine::unresolvable(const std::string& why, Instant now) {
  return handle_ == Handle::resolving ? retry_later(why, now) : SessionActions{};
}

SessionActions SessionMachine::not_opened(const std::string& why, Instant now) {
  return handle_ == Handle::opening ? retry_later(why, now) : SessionActions{};
}

SessionActions SessionMachine::retry_later(const std::string& why, Instant now) {
  SessionActions actions;
  explain(why, actions);
  lookup_wait_ = lookup_wait_ == Duration::zero() ? times_.first_lookup_wait
                                                  : std::min(lookup_wait_ * 2, times_.longest_lookup_wait);
  handle_ = Handle::none;
  deadline_ = now + lookup_wait_;
  return actions;
}

SessionActions SessionMachine::opened(Instant now) {
  if (handle_ != Handle::opening) return {};
  handle_ = Handle::waiting;
  resumes_ = session_ != 0;
  allow_attempt(now);
  return {};
}

// A sixth of the timeout: the C client has used two thirds when it leaves a server that went silent.
void SessionMachine::allow_attempt(Instant now) {
  const auto first = std::max((timeout_ == Duration::zero() ? times_.asked : timeout_) / 6, times_.shortest_attempt);
  deadline_ = now + std::min(first * (1 << std::min(attempts_, 10)), times_.longest_attempt);
}

SessionActions SessionMachine::handle_connected(std::int64_t session, Duration timeout, std::string server) {
  if (handle_ == Handle::given_up) return {};
  session_ = session;
  timeout_ = timeout;
  pending_ = {.state = SessionState::connected, .session = session, .timeout = timeout, .detail = std::move(server)};
  if (resumes_) {
    // The new handle does not tell the server what the old one had seen, so it might show an older state.
    handle_ = Handle::syncing;
    deadline_.reset();  // to replace a handle that is connected would end the session
    return {SyncServer{}};
  }
  handle_ = Handle::connected;
  return synced();
}

SessionActions SessionMachine::synced() {
  if (handle_ != Handle::syncing && handle_ != Handle::connected) return {};
  handle_ = Handle::connected;
  state_ = SessionState::connected;
  deadline_.reset();
  attempts_ = 0;
  explained_.clear();
  SessionActions actions{Report{pending_}};
  if (std::exchange(resumes_, false)) actions.emplace_back(FireWatches{});
  return actions;
}

SessionActions SessionMachine::handle_suspended(Instant now) {
  if (handle_ != Handle::connected && handle_ != Handle::syncing) return {};
  handle_ = Handle::waiting;
  allow_attempt(now);
  if (state_ != SessionState::connected) return {};
  state_ = SessionState::suspended;
  return {AnswerAll{Code::connection_loss}, report(SessionState::suspended, session_, "the connection broke")};
}

SessionActions SessionMachine::handle_expired() {
  if (handle_ == Handle::given_up) return {};
  const auto ended = std::exchange(session_, 0);
  handle_ = Handle::resolving;
  state_ = SessionState::connecting;
  resumes_ = false;
  timeout_ = Duration::zero();
  attempts_ = 0;
  explained_.clear();
  deadline_.reset();
  return {AnswerAll{Code::session_expired}, ForgetWatches{},
          report(SessionState::expired, ended, "the servers have ended the session"),
          report(SessionState::connecting, 0, "a new session begins"), ResolveHosts{}};
}

SessionActions SessionMachine::handle_auth_failed() {
  handle_ = Handle::given_up;
  state_ = SessionState::auth_failed;
  deadline_.reset();
  return {AnswerAll{Code::no_auth}, ForgetWatches{},
          report(SessionState::auth_failed, std::exchange(session_, 0), "ZooKeeper refuses the credentials")};
}

SessionActions SessionMachine::time_passed(Instant now) {
  if (!deadline_ || now < *deadline_) return {};
  deadline_.reset();
  SessionActions actions;
  if (handle_ == Handle::waiting) {
    ++attempts_;
    if (session_ == 0) explain("no server answers", actions);
  }
  handle_ = Handle::resolving;
  actions.emplace_back(ResolveHosts{});
  return actions;
}

void SessionMachine::explain(const std::string& why, SessionActions& actions) {
  if (state_ != SessionState::connecting || why == explained_) return;
  explained_ = why;
  actions.emplace_back(report(SessionState::connecting, 0, why));
}

}  // namespace pilotlight::zk
