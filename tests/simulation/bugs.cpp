// The planted bugs. Each breaks one rule of the failover protocol (docs/decisions, leases and fences) at the boundary
// of a master: in what it asks of ZooKeeper and hears from it, in what it says to other masters and peers, in its
// settings.
#include "simulation/bug.hpp"

#include <algorithm>
#include <set>

namespace pilotlight::simulation {
namespace {

using std::chrono::seconds;

const std::string epoch_path = "/spark/pilotlight/epoch";

bool concerns(const zk::Operation& operation, std::string_view part) {
  return std::visit([&](const auto& one) { return one.path.find(part) != std::string::npos; }, operation);
}

bool is_journal(const zk::Multi& multi) {
  return std::any_of(multi.operations.begin(), multi.operations.end(),
                     [](const auto& operation) { return concerns(operation, "/pilotlight/commit"); });
}

bool is_check(const zk::Operation& operation) { return std::holds_alternative<zk::Check>(operation); }

// ---- writes ----

/// Group commits check nothing.
struct NoFence : Bug {
  void on_zk_request(zk::RequestId, zk::Request& request) override {
    if (auto* multi = std::get_if<zk::Multi>(&request); multi != nullptr && is_journal(*multi))
      std::erase_if(multi->operations, is_check);
  }
};

/// One kind of write is not fenced: failover records.
struct NoFenceForFlights : Bug {
  void on_zk_request(zk::RequestId, zk::Request& request) override {
    auto* multi = std::get_if<zk::Multi>(&request);
    if (multi != nullptr && !multi->operations.empty() && concerns(multi->operations.back(), "/failovers/"))
      std::erase_if(multi->operations, is_check);
  }
};

/// Only the epoch is checked, not the election node beside it.
struct NoPlace : Bug {
  void on_zk_request(zk::RequestId, zk::Request& request) override {
    if (auto* multi = std::get_if<zk::Multi>(&request); multi != nullptr && is_journal(*multi))
      std::erase_if(multi->operations,
                    [](const auto& operation) { return is_check(operation) && concerns(operation, "-latch-"); });
  }
};

/// The epoch is written whatever its version: claims and changes of the voters.
struct AnyVersion : Bug {
  void on_zk_request(zk::RequestId, zk::Request& request) override {
    if (auto* multi = std::get_if<zk::Multi>(&request))
      for (auto& operation : multi->operations)
        if (auto* set = std::get_if<zk::Set>(&operation); set != nullptr && set->path == epoch_path)
          set->version = zk::any_version;
  }
};

/// Records are written, and their commit number is not.
struct NoCommitNumber : Bug {
  void on_zk_request(zk::RequestId, zk::Request& request) override {
    if (auto* multi = std::get_if<zk::Multi>(&request); multi != nullptr && is_journal(*multi))
      std::erase_if(multi->operations, [](const auto& operation) { return concerns(operation, "/pilotlight/commit"); });
  }
};

/// An executor's record is not written.
struct NoExecutorRecords : Bug {
  void on_zk_request(zk::RequestId, zk::Request& request) override {
    if (auto* multi = std::get_if<zk::Multi>(&request); multi != nullptr && is_journal(*multi))
      std::erase_if(multi->operations, [](const auto& operation) { return concerns(operation, "/records/executor/"); });
  }
};

/// The counters are not written: ids begin anew with each leader.
struct NoCounters : Bug {
  void on_zk_request(zk::RequestId, zk::Request& request) override {
    if (auto* multi = std::get_if<zk::Multi>(&request); multi != nullptr && is_journal(*multi))
      std::erase_if(multi->operations, [](const auto& operation) { return concerns(operation, "/records/counters"); });
  }
  void on_link_sent(election::LinkMessage& message) override {
    if (auto* proposed = std::get_if<election::Proposed>(&message))
      std::erase_if(proposed->rows, [](const auto& row) { return row.kind == "counters"; });
  }
};

// ---- what ZooKeeper says ----

/// A lost answer to some writes is taken for success.
template <bool journal>
struct LostIsDone : Bug {
  void on_zk_request(zk::RequestId id, zk::Request& request) override {
    const auto* multi = std::get_if<zk::Multi>(&request);
    if (multi != nullptr && is_journal(*multi) == journal) writes.insert(id.value);
  }
  bool on_zk_event(zk::Event& event) override {
    auto* answer = std::get_if<zk::Answered>(&event);
    if (answer != nullptr && writes.erase(answer->request.value) != 0 && answer->code == zk::Code::connection_loss)
      answer->code = zk::Code::ok;
    return true;
  }
  std::set<std::uint64_t> writes;
};

/// Reads go to whatever server, without a sync before.
struct NoSync : Bug {
  void on_zk_request(zk::RequestId, zk::Request& request) override {
    if (std::holds_alternative<zk::Sync>(request)) request = zk::Exists{epoch_path, false};
  }
};

// ---- the right to speak ----

struct AlwaysSpeaks : Bug {
  bool may_speak(bool) override { return true; }
};

/// What a deposed leader had not sent yet goes out later.
struct NeverForgets : Bug {
  bool may_speak(bool truly) override { return truly || deposed; }
  bool forgets_guarded() override {
    deposed = true;
    return false;
  }
  bool deposed = false;
};

/// A leader's words are sent like anybody's.
struct NoGuard : Bug {
  bool on_carry(core::Output&, bool& guarded) override {
    guarded = false;
    return true;
  }
};

/// The lease counts from when an answer comes, not from when its question was sent.
struct LeaseFromAnswer : Bug {
  void on_link_sent(election::LinkMessage& message) override {
    if (const auto* heartbeat = std::get_if<election::Heartbeat>(&message)) newest = heartbeat->sequence;
  }
  void on_link_received(election::LinkMessage& message) override {
    if (auto* answer = std::get_if<election::HeartbeatAnswer>(&message)) answer->sequence = newest;
  }
  std::uint64_t newest = 0;
};

/// The lease lasts longer than the silence that ends it.
struct LongLease : Bug {
  void on_settings(replica::Settings& settings) override { settings.election->timing.right = seconds(5); }
};

/// The lease counts from the session's end, not from before it.
struct LongSession : Bug {
  void on_settings(replica::Settings& settings) override {
    settings.election->timing.session_share = 3;
    settings.election->timing.right = seconds(30);
  }
};

/// Whatever a timer says after a pause is believed, and nobody reads the epoch before going on.
struct BelievesLateTimers : Bug {
  void on_settings(replica::Settings& settings) override {
    settings.election->timing.pause = std::chrono::hours(1);
    settings.election->timing.right = std::chrono::hours(1);
    settings.election->timing.session_share = 100;
  }
};

// ---- what peers are told ----

/// MasterChanged is said once to each.
struct SaysItOnce : Bug {
  bool on_carry(core::Output& output, bool&) override {
    const auto* send = std::get_if<core::Send>(&output);
    if (send == nullptr) return true;
    const auto* worker = std::get_if<deploy::ToWorker>(&send->message);
    const auto* driver = std::get_if<deploy::ToDriver>(&send->message);
    const bool changed = (worker != nullptr && std::holds_alternative<deploy::MasterChanged>(*worker)) ||
                         (driver != nullptr && std::holds_alternative<deploy::MasterChanged>(*driver));
    return !changed || said.insert(deploy::to_string(send->to.ref.address)).second;
  }
  std::set<std::string> said;
};

/// What rests on a record is said before the record is durable: the answer to a submission comes from nothing.
struct NoRecordsOfDrivers : Bug {
  void on_zk_request(zk::RequestId, zk::Request& request) override {
    if (auto* multi = std::get_if<zk::Multi>(&request); multi != nullptr && is_journal(*multi))
      std::erase_if(multi->operations, [](const auto& operation) { return concerns(operation, "/records/driver/"); });
  }
  void on_link_sent(election::LinkMessage& message) override {
    if (auto* proposed = std::get_if<election::Proposed>(&message))
      std::erase_if(proposed->rows, [](const auto& row) { return row.kind == "driver"; });
  }
};

/// A kill is accepted and nobody is told.
struct KillsNobody : Bug {
  bool on_carry(core::Output& output, bool&) override {
    const auto* send = std::get_if<core::Send>(&output);
    const auto* worker = send == nullptr ? nullptr : std::get_if<deploy::ToWorker>(&send->message);
    return worker == nullptr || !std::holds_alternative<deploy::KillDriver>(*worker);
  }
};

/// Whoever asks for a driver's status hears what the first who asked was told.
struct OldStatus : Bug {
  bool on_carry(core::Output& output, bool&) override {
    auto* answer = std::get_if<core::Answer>(&output);
    auto* status = answer == nullptr ? nullptr : std::get_if<deploy::DriverStatusResponse>(&answer->reply);
    if (status == nullptr || !status->state) return true;
    if (!first) first = status->state;
    status->state = first;
    return true;
  }
  std::optional<deploy::DriverState> first;
};

// ---- mirrors ----

/// Every second commit is sent to the standbys without its rows.
struct HollowCommits : Bug {
  void on_link_sent(election::LinkMessage& message) override {
    if (auto* proposed = std::get_if<election::Proposed>(&message); proposed != nullptr && proposed->number % 2 == 0)
      proposed->rows.clear();
  }
};

/// Standbys are told a higher number than that of their rows.
struct LyingMirror : Bug {
  void on_link_sent(election::LinkMessage& message) override {
    if (auto* answer = std::get_if<election::HeartbeatAnswer>(&message)) answer->complete = true;
    if (auto* proposed = std::get_if<election::Proposed>(&message)) {
      held.push_back(*proposed);
      if (held.size() < 2) return;
      proposed->rows = held.front().rows;
      held.erase(held.begin());
    }
  }
  std::vector<election::Proposed> held;
};

template <typename Planted>
NamedBug named(const char* name, const char* what, const char* fault = "") {
  return {name, what, [] { return std::make_unique<Planted>(); }, fault};
}

}  // namespace

const std::vector<NamedBug>& bugs() {
  static const std::vector<NamedBug> all = {
      named<NoFence>("no-fence", "commits check neither the epoch nor the election node"),
      named<NoFenceForFlights>("no-fence-for-flights", "one kind of write is not fenced"),
      named<NoPlace>("no-place", "commits check a version that may be another's claim"),
      named<AnyVersion>("any-version", "a claim expects no version of the epoch"),
      named<NoCommitNumber>("no-commit-number", "commits are not numbered"),
      named<NoExecutorRecords>("no-executor-records", "an executor is launched without a record"),
      named<NoCounters>("no-counters", "counters are not recorded"),
      named<NoRecordsOfDrivers>("no-driver-records", "a submission is acknowledged without a record"),
      named<LostIsDone<true>>("lost-commit-is-done", "a commit whose answer was lost is taken for durable"),
      named<LostIsDone<false>>("lost-claim-is-done", "a claim whose answer was lost is taken for won"),
      named<NoSync>("no-sync", "a lagging server's view is taken for the truth", "a ZooKeeper server lags"),
      named<AlwaysSpeaks>("always-speaks", "the right to speak is not looked at"),
      named<NeverForgets>("never-forgets", "a deposed leader sends what it held"),
      named<NoGuard>("no-guard", "orders are not guarded"),
      named<LeaseFromAnswer>("lease-from-answer", "the lease counts from the answer's arrival"),
      named<LongLease>("long-lease", "the lease is longer than the silence"),
      named<LongSession>("long-session", "neither the session nor the voters end the right to speak"),
      named<BelievesLateTimers>("believes-late-timers",
                                "a process that stood still goes on as if nothing had happened"),
      named<SaysItOnce>("says-it-once", "MasterChanged is said once to each peer"),
      named<KillsNobody>("kills-nobody", "a kill is accepted and not carried out"),
      named<OldStatus>("old-status", "a driver's status is what it was when somebody asked first"),
      named<HollowCommits>("hollow-commits", "standbys are sent commits without rows"),
      named<LyingMirror>("lying-mirror", "standbys are sent the rows of the commit before")};
  return all;
}

}  // namespace pilotlight::simulation
