#include "http/findings.hpp"

#include <algorithm>
#include <utility>

#include "core/explain.hpp"

namespace pilotlight::http {
namespace {

/// Standbys say where they are every 100 ms, and a busy leader commits a hundred times in between.
constexpr std::uint64_t far_behind = 500;
constexpr auto patience = std::chrono::seconds(60);
/// JVMs answer a new leader within a tenth of a second, on a busy machine within one.
constexpr auto patience_after_failover = std::chrono::seconds(2);
constexpr std::size_t most_of_one_code = 20;
/// Saying why something waits looks at every worker.
constexpr std::size_t looks = 200'000;

class Collector {
 public:
  Collector(const core::State& state, const replica::Cluster& cluster, const Now& now)
      : state_(state), cluster_(cluster), now_(now) {}

  std::vector<Finding> collect() {
    about_leadership();
    about_zookeeper();
    about_members();
    about_workers();
    about_waiting();
    about_records();
    std::ranges::stable_sort(found_, {},
                             [](const Finding& finding) { return std::pair(finding.severity, finding.code); });
    return std::move(found_);
  }

 private:
  void add(std::string_view code, Severity severity, std::string subject, std::string sentence, std::string hint) {
    const auto count = static_cast<std::size_t>(std::ranges::count(found_, code, &Finding::code));
    if (count < most_of_one_code)
      found_.push_back({code, severity, std::move(subject), std::move(sentence), std::move(hint)});
    else
      ++more_;
  }
  /// After all of one code were added.
  void close(std::string_view code) {
    const auto more = std::exchange(more_, 0);
    if (more == 0) return;
    const auto last = std::ranges::find(found_.rbegin(), found_.rend(), code, &Finding::code);
    last->sentence += " (and " + std::to_string(more) + " more like it)";
  }

  [[nodiscard]] bool self_leads() const {
    return std::ranges::any_of(cluster_.members, [](const auto& member) { return member.self && member.leads; });
  }

  [[nodiscard]] bool serves() const { return state_.recovery == core::RecoveryState::alive; }

  [[nodiscard]] bool just_took_over() const {
    return !cluster_.flights.empty() && now_.wall - cluster_.flights.back().at < patience_after_failover;
  }

  void about_leadership() {
    if (cluster_.leader.empty())
      add("PL101", Severity::critical, "cluster", "Nobody leads the cluster.",
          cluster_.elected ? "See whether ZooKeeper answers and at least one master is in the election."
                           : "See the master's log.");
  }

  void about_zookeeper() {
    if (!cluster_.elected || cluster_.zookeeper == "connected") return;
    const auto subject = state_.master_url();
    if (self_leads() && !cluster_.held.empty())
      add("PL102", Severity::critical, subject,
          "ZooKeeper is not connected (" + cluster_.zookeeper + ") and this leader's lease is over: " + cluster_.held +
              ".",
          "Bring a majority of the ZooKeeper servers back; running jobs go on meanwhile.");
    else
      add("PL103", Severity::warning, subject, "ZooKeeper is not connected (" + cluster_.zookeeper + ").",
          "See whether the servers of spark.deploy.zookeeper.url can be reached from this master.");
  }

  void about_members() {
    if (!cluster_.elected) return;
    if (cluster_.members.size() == 1)
      add("PL104", Severity::warning, "cluster", "Only one master is in the election: nobody can take over.",
          "Start a second and a third master with the same spark.deploy.zookeeper.dir.");
    std::uint64_t top = 0;
    for (const auto& member : cluster_.members) top = std::max(top, member.mirrored);
    for (const auto& member : cluster_.members)
      if (!member.linked)
        add("PL105", Severity::warning, member.url, "The link to the master " + member.url + " is down.",
            "See whether it runs, and whether the masters reach each other's RPC ports.");
    close("PL105");
    for (const auto& member : cluster_.members) {
      const auto behind = top - std::min(top, member.mirrored);
      if (member.leads || !member.reported || (member.complete && behind < far_behind)) continue;
      add("PL106", Severity::warning, member.url,
          "The standby " + member.url +
              (member.complete ? " is " + std::to_string(behind) + " commits behind."
                               : " does not hold all records yet."),
          "It catches up by itself within seconds; if not, see its log.");
    }
    close("PL106");
    if (cluster_.members.size() == 2)
      add("PL107", Severity::warning, "cluster",
          "There are two masters only: a leader that hangs is noticed when its ZooKeeper session ends, not sooner.",
          "Start a third master.");
    if (self_leads() && !cluster_.held.empty())
      add("PL108", Severity::warning, state_.master_url(), "Answers and launches wait: " + cluster_.held + ".",
          "They go out by themselves when this is over.");
  }

  void about_workers() {
    for (const auto& worker : state_.dead_workers)
      add("PL201", Severity::warning, worker.record.id.text,
          "Worker " + worker.record.id.text + " on " + worker.record.host + " is DEAD.",
          "Start it again; it goes from this list after spark.dead.worker.persistence worker timeouts.");
    close("PL201");
    // Those who have not answered a master that took over may do so any moment: they neither are there nor are lost.
    bool any_may_serve = false;
    for (const auto& [id, worker] : state_.workers) {
      any_may_serve =
          any_may_serve || worker.state == core::WorkerState::alive || worker.state == core::WorkerState::unknown;
      if (worker.state != core::WorkerState::unknown || !serves() || just_took_over()) continue;
      add("PL205", Severity::warning, id.text,
          "Worker " + id.text + " on " + worker.record.host + " has not answered since this master took over.",
          "See whether it runs. It keeps its executors and drivers until spark.deploy.recoveryTimeout has passed, then "
          "it is DEAD.");
    }
    close("PL205");
    const auto waiting =
        std::ranges::count_if(state_.apps, [](const auto& entry) { return entry.second.executors.empty(); });
    if (!any_may_serve && serves() && (waiting > 0 || !state_.waiting_drivers.empty()))
      add("PL202", Severity::critical, "cluster",
          "No worker is ALIVE and " + std::to_string(waiting) + " applications and " +
              std::to_string(state_.waiting_drivers.size()) + " drivers wait.",
          "Start workers that name all masters in their master URL.");
  }

  void about_waiting() {
    // A standby knows what is recorded, not what the leader has decided since.
    if (state_.recovery == core::RecoveryState::standby) return;
    std::size_t budget = looks;
    const auto why = [&](const auto& waiting) -> std::string {
      const auto cost = state_.workers.size() + 1;
      if (cost > budget) return "";
      budget -= cost;
      const auto reason = core::why_waiting(state_, waiting);
      return reason ? ": " + *reason : "";
    };
    for (const auto& [id, app] : state_.apps) {
      const auto waited = now_.wall - app.record.submitted;
      if (!app.executors.empty() || waited <= patience) continue;
      const auto reason = core_reason(app, why);
      if (!reason) continue;
      add("PL203", Severity::warning, id.text, "Application " + id.text + " has no executor" + *reason + ".",
          "Free or add what it asks for, or kill it.");
    }
    close("PL203");
    for (const auto& id : state_.waiting_drivers) {
      const auto found = state_.drivers.find(id);
      if (found == state_.drivers.end() || now_.wall - found->second.record.submitted <= patience) continue;
      add("PL204", Severity::warning, id.text, "Driver " + id.text + " waits" + why(found->second) + ".",
          "Free or add what it asks for, or kill it.");
    }
    close("PL204");
  }

  /// nullopt: it has what it asked for, which may be nothing (dynamic allocation while idle).
  template <typename Why>
  std::optional<std::string> core_reason(const core::AppInfo& app, Why& why) {
    const auto& profile = app.record.description.default_profile.id;
    const auto target = app.progress.targets.find(profile);
    if (target != app.progress.targets.end() && target->second == 0 && app.progress.targets.size() == 1)
      return std::nullopt;
    return why(app);
  }

  void about_records() {
    if (cluster_.set_aside > 0)
      add("PL301", Severity::warning, state_.master_url(),
          std::to_string(cluster_.set_aside) + " recovery records cannot be read and were set aside.",
          "The log of the master that leads names each; nothing was deleted.");
  }

  const core::State& state_;
  const replica::Cluster& cluster_;
  const Now& now_;
  std::vector<Finding> found_;
  std::size_t more_ = 0;
};

}  // namespace

std::string_view to_string(Severity severity) {
  constexpr std::string_view names[] = {"critical", "warning", "info"};
  return names[static_cast<std::size_t>(severity)];
}

std::vector<Finding> findings(const core::State& state, const replica::Cluster& cluster, const Now& now) {
  return Collector(state, cluster, now).collect();
}

bool healthy(const std::vector<Finding>& findings) {
  return std::ranges::none_of(findings, [](const auto& finding) { return finding.severity == Severity::critical; });
}

}  // namespace pilotlight::http
