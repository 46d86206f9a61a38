// One master in the election: its place in the queue, the epoch, its claims, its right to speak. Pure (sans I/O).
//
// The replica feeds it what ZooKeeper, the other masters and time bring, and carries out what take_outputs() yields,
// in order, after every call. Truth is read from ZooKeeper: events, broken links and silence are hints upon which it
// looks or claims, and a claim succeeds only on the version of the epoch that its reasons were about. Deposed never
// means dead: it queues again. Not copyable; remembers continuations of its requests.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "election/epoch_record.hpp"
#include "election/link_message.hpp"
#include "election/right_to_speak.hpp"
#include "election/suspicion.hpp"
#include "election/timing.hpp"
#include "zk/types.hpp"

namespace pilotlight::election {

struct ContenderSettings {
  std::string dir = "/spark";  ///< spark.deploy.zookeeper.dir, without a trailing slash
  Timing timing;
};

/// Nodes below spark.deploy.zookeeper.dir.
std::string election_path(const std::string& dir);  ///< <dir>/leader_election
/// <dir>/leader_election/<node>
std::string candidate_path(const std::string& dir, const std::string& node);
std::string product_path(const std::string& dir);  ///< <dir>/pilotlight
std::string epoch_path(const std::string& dir);    ///< <dir>/pilotlight/epoch

// ---- outputs ----
struct SubmitZk {
  zk::RequestId id;
  zk::Request request;
};
struct SendLink {
  Member to;
  LinkMessage message;
};
/// Try to connect to both ports of the member, now, from here; answered by on_probe.
struct Probe {
  Member member;
};
/// Close every connection to the member and make new ones: nothing has come over them for too long. (After a cut, TCP
/// tries again only at growing intervals.)
struct Relink {
  Member member;
};
/// This master leads: every write must check this fence. Speaking is another matter: may_speak().
struct Elected {
  EpochRecord record;
  Fence fence = 0;
  Member previous;                      ///< unknown when there was none
  Instant noticed;                      ///< when the first sign was seen that the old leader was gone
  std::optional<std::uint64_t> commit;  ///< handed over: the last commit, which the old leader knew
};
struct Deposed {
  std::string reason;
};
/// The leader itself moved the epoch's version: later writes check the new one.
struct FenceMoved {
  Fence fence = 0;
};
/// The voter set, the leader or the session changed: for pages and the log.
struct Notice {
  bool warning = false;
  std::string text;
};
using Output = std::variant<SubmitZk, SendLink, Probe, Relink, Elected, Deposed, FenceMoved, Notice>;

enum class Role : std::uint8_t { standby, claiming, leading };
/// What a probe found at both ports.
enum class Found : std::uint8_t { nobody, somebody, unknown };

/// Another master, as far as it is known here.
struct Known {
  Member member;
  std::string node;     ///< its election node; empty: not in the queue
  bool linked = false;  ///< it was heard of since its connection last broke
  bool dead = false;    ///< its process is gone
  Instant called{};     ///< when it was last sent a Hello
  Instant heard{};      ///< when something last came from it
  int probes_left = 0;
  Instant probe_at{};
  std::uint64_t mirrored = 0;
  bool complete = false;
};

class Contender {
 public:
  /// `next_request` yields ids that nobody else uses on this session.
  Contender(ContenderSettings settings, Member self, std::function<zk::RequestId()> next_request);
  Contender(const Contender&) = delete;
  Contender& operator=(const Contender&) = delete;

  // ---- what happens ----
  /// False: an answer to somebody else's request.
  bool on_zk(Instant now, const zk::Event& event);
  void on_link(Instant now, const std::string& sender, const LinkMessage& message);
  /// A connection to or from the member ended.
  void on_link_broken(Instant now, const std::string& nonce);
  void on_probe(Instant now, const std::string& nonce, Found found);
  /// At least every Timing::tick, and before anything else that happens at `now`.
  void tick(Instant now);

  // ---- what the replica wants ----
  /// Number of the last durable commit (leading) or of the complete mirror, for heartbeats and their answers.
  void set_progress(std::uint64_t commit, bool complete) { commit_ = commit, complete_ = complete; }
  /// Hands leadership to a linked member that may_succeed() with one write; Deposed follows, whatever comes of it.
  void hand_over(Instant now, const std::string& nonce);
  /// A write of ours failed the check of the epoch: somebody else leads.
  void fence_lost(Instant now);
  /// A heartbeat now, so that the others' progress is known without delay.
  void beat(Instant now) { send_heartbeats(now); }
  /// Leaves the queue for good: no node, no claim.
  void leave(Instant now);

  std::vector<Output> take_outputs() { return std::exchange(outputs_, {}); }

  // ---- what is so ----
  [[nodiscard]] Role role() const { return role_; }
  [[nodiscard]] const char* obstacle(Instant now) const { return right_.obstacle(now); }
  [[nodiscard]] bool may_speak(Instant now) const;
  /// The version that a write must check which is submitted now.
  [[nodiscard]] Fence fence() const { return changing_voters_ ? fence_ + 1 : fence_; }
  [[nodiscard]] const Member& self() const { return self_; }
  /// As last read.
  [[nodiscard]] const EpochRecord& record() const { return record_; }
  [[nodiscard]] const std::map<std::string, Known>& others() const { return others_; }
  /// Whether somebody leads as far as this master can tell: in the queue, linked, not promised away.
  [[nodiscard]] bool somebody_leads() const;
  [[nodiscard]] zk::SessionState session() const { return session_state_; }
  [[nodiscard]] Duration session_timeout() const { return session_timeout_; }
  /// Until when the last answer of ZooKeeper carries.
  [[nodiscard]] Instant session_end() const { return right_.session_end(); }
  /// Whether no master of Spark's stands before it in the queue: that one would lead as well when our node is gone.
  [[nodiscard]] bool may_succeed(const Known& known) const;
  [[nodiscard]] bool in_queue() const { return !own_node_.empty(); }
  /// Its place in the queue; "" = none.
  [[nodiscard]] const std::string& own_node() const { return own_node_; }
  /// The leader can be waited for: at which time the next tick is of use.
  [[nodiscard]] Instant next_tick() const;

 private:
  using Continue = std::function<void(Instant now, const zk::Answered&)>;

  // ---- ZooKeeper: contender_zk.cpp ----
  void ask(Instant now, zk::Request request, Continue then);
  void on_session(Instant now, const zk::SessionChanged& change);
  void make_parents(Instant now);
  void look(Instant now);
  void confirm_epoch(Instant now);
  void epoch_read(Instant started, const zk::Answered& answer);
  void queue_read(Instant now, const zk::Answered& answer);
  void own_node_checked(const zk::Answered& answer);
  void one_read_done(Instant now, const zk::Answered& answer);
  void look_done(Instant now);
  void join_queue(Instant now);
  void watch_predecessor(Instant now);

  // ---- leadership: contender_claim.cpp ----
  void decide(Instant now);
  void check_own_leadership(Instant now);
  [[nodiscard]] bool first_in_line() const;
  [[nodiscard]] bool leader_in_queue() const;
  [[nodiscard]] bool old_self_leads() const;
  [[nodiscard]] const Candidate* candidate(const std::string& node) const;
  [[nodiscard]] std::string place_of(const std::string& node) const { return candidate_path(settings_.dir, node); }
  /// `wait`: how long after the acknowledgement nothing is said yet.
  void claim(Instant now, std::string cause, bool remove_leader, Instant noticed, Duration wait);
  void elected(Instant now, Instant started, Instant not_before, std::optional<std::uint64_t> commit);
  void depose(const std::string& reason);
  [[nodiscard]] std::vector<Member> wanted_voters() const;
  void settle_voters(Instant now, bool refresh);
  void become_follower(Instant now);

  // ---- masters among themselves: contender_links.cpp ----
  void on(Instant now, Known& from, const Hello& message);
  void on(Instant now, Known& from, const Heartbeat& message);
  void on(Instant now, Known& from, const HeartbeatAnswer& message);
  void on(Instant now, Known& from, const Promise& message);
  void on(Instant now, Known& from, const LeadershipHanded& message);
  /// The others are for the replica.
  template <typename Other>
  void on(Instant, Known&, const Other&) {}
  void linked(Instant now, Known& known);
  void call(Instant now, Known& known);
  void begin_probe(Known& known);
  /// Those from whom something must come every Timing::heartbeat.
  void relink_the_silent(Instant now);
  void process_is_dead(Instant now, Known& known);
  void promised(Instant now, const std::optional<Promise>& promise);
  void send_heartbeats(Instant now);
  void send(const Member& to, LinkMessage message) { outputs_.push_back(SendLink{to, std::move(message)}); }
  void send_all(const LinkMessage& message);

  void notice(std::string text, bool warning = false) { outputs_.push_back(Notice{warning, std::move(text)}); }
  [[nodiscard]] Duration shortest_pause() const;
  void resumed(Instant now);
  [[nodiscard]] bool replaced(const Known& known) const;

  ContenderSettings settings_;
  Member self_;
  std::function<zk::RequestId()> next_request_;
  std::vector<Output> outputs_;
  struct Pending {
    Instant started;
    Continue then;
  };
  std::unordered_map<std::uint64_t, Pending> pending_;

  // the session
  zk::SessionState session_state_ = zk::SessionState::connecting;
  std::int64_t session_ = 0;
  Duration session_timeout_{};
  bool parents_made_ = false;

  // what was read last
  EpochRecord record_;
  Fence seen_fence_ = -1;  ///< -1: never read
  bool unreadable_ = false;
  std::vector<Candidate> queue_;
  std::map<std::string, std::optional<Member>> read_candidates_;  ///< by node name
  bool looking_ = false;
  bool look_again_ = false;
  int reads_open_ = 0;
  bool look_failed_ = false;
  Instant look_started_{};
  Instant looked_{};  ///< start of the last complete look
  std::string own_uuid_;
  std::string own_node_;
  int joins_ = 0;
  bool joining_ = false;
  bool leaving_ = false;
  std::string watched_;

  // leadership
  Role role_ = Role::standby;
  Fence fence_ = 0;
  RightToSpeak right_;
  Suspicion suspicion_;
  bool changing_voters_ = false;
  std::vector<Member> proposed_voters_;  ///< by the change that is under way
  bool voters_unknown_ = false;          ///< the answer to a change of the voters was lost: the next look tells
  bool handing_over_ = false;
  Instant refreshed_{};
  Instant heartbeat_at_{};
  bool confirming_ = false;
  Instant confirm_at_{};
  bool confirm_fence_ = false;  ///< reconnected: the journal waits for the epoch to be confirmed
  Instant promise_again_{};
  std::optional<Instant> leaderless_since_;
  Instant claim_noticed_{};
  Member previous_leader_;

  // the others
  std::map<std::string, Known> others_;
  std::uint64_t commit_ = 0;
  bool complete_ = false;
  Instant ticked_{};
  bool ticking_ = false;
};

}  // namespace pilotlight::election
