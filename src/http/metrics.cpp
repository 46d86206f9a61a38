#include "http/metrics.hpp"

#include <algorithm>
#include <cstdio>
#include <initializer_list>
#include <utility>

#include "http/cluster_json.hpp"
#include "http/findings.hpp"
#include "http/text.hpp"
#include "http/totals.hpp"

namespace pilotlight::http {
namespace {

constexpr double mebibyte = 1024.0 * 1024.0;

/// What the metrics are read from.
struct Source {
  const core::State& state;  ///< empty on a STANDBY
  const Now& now;
  const replica::Cluster& cluster;
  const About& about;
  const Stats& stats;
  const Totals totals;
  std::string_view status;
  const std::vector<Finding>& found;
};

std::string number_text(double value) {
  char text[40];
  if (value == static_cast<double>(static_cast<std::int64_t>(value)))
    return std::to_string(static_cast<std::int64_t>(value));
  std::snprintf(text, sizeof text, "%.13g", value);
  return text;
}

std::string label_text(std::string_view value) {
  std::string text;
  for (const char c : valid_utf8(value)) {
    if (c == '\\' || c == '"') text += '\\';
    if (c == '\n')
      text += "\\n";
    else
      text += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return text;
}

using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// The samples of one metric.
class Out {
 public:
  Out(std::string& text, std::string_view name) : text_(text), name_(name) {}

  void sample(double value, Labels labels = {}) { line("", value, labels); }
  void histogram(const Histogram& histogram) {
    for (std::size_t i = 0; i < Histogram::bounds.size(); ++i)
      line("_bucket", static_cast<double>(histogram.below[i]), {{"le", number_text(Histogram::bounds[i])}});
    line("_bucket", static_cast<double>(histogram.count), {{"le", "+Inf"}});
    line("_sum", histogram.sum, {});
    line("_count", static_cast<double>(histogram.count), {});
  }

 private:
  void line(std::string_view suffix, double value, Labels labels) {
    text_.append(name_).append(suffix);
    bool first = true;
    for (const auto& [label, content] : labels) {
      text_.append(std::exchange(first, false) ? "{" : ",").append(label).append("=\"");
      text_.append(label_text(content)).append("\"");
    }
    text_.append(first ? " " : "} ").append(number_text(value)).append("\n");
  }

  std::string& text_;
  std::string_view name_;
};

template <typename Count>
double as_double(Count count) {
  return static_cast<double>(count);
}
double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }
double seconds(WallTime time) { return as_double(time.time_since_epoch().count()) / 1000.0; }

bool leads(const Source& s) {
  return s.cluster.held.empty() &&
         std::ranges::any_of(s.cluster.members, [](const auto& member) { return member.self && member.leads; });
}

template <typename List, typename Of, typename Wanted>
double count_of(const List& list, Of of, Wanted wanted) {
  return as_double(std::ranges::count_if(list, [&](const auto& entry) { return of(entry) == wanted; }));
}

void masters(Out& out, const Source& s) {
  const auto leaders = count_of(
      s.cluster.members, [](const auto& member) { return member.leads; }, true);
  out.sample(leaders, {{"role", "leader"}});
  out.sample(as_double(s.cluster.members.size()) - leaders, {{"role", "standby"}});
}

void states(Out& out, const Source& s) {
  for (const auto* state : {"STANDBY", "RECOVERING", "COMPLETING_RECOVERY", "ALIVE"})
    out.sample(s.status == state ? 1 : 0, {{"state", state}});
}

void behind(Out& out, const Source& s) {
  std::uint64_t top = s.cluster.commit;
  for (const auto& member : s.cluster.members) top = std::max(top, member.mirrored);
  for (const auto& member : s.cluster.members)
    if (member.reported) out.sample(as_double(top - member.mirrored), {{"master", member.url}});
}

void linked(Out& out, const Source& s) {
  for (const auto& member : s.cluster.members) out.sample(member.linked ? 1 : 0, {{"master", member.url}});
}

void phases(Out& out, const Source& s) {
  if (s.cluster.flights.empty()) return;
  const auto& phases = s.cluster.flights.back().phases;
  const auto phase = [&](std::string_view name, const std::optional<Duration>& took) {
    if (took) out.sample(seconds(*took), {{"phase", name}});
  };
  phase("claimed", phases.claimed);
  phase("state_ready", phases.state_ready);
  phase("first_worker", phases.first_worker);
  phase("all_workers", phases.all_workers);
  phase("all_applications", phases.all_applications);
  phase("first_launch", phases.first_launch);
}

void failover_info(Out& out, const Source& s) {
  if (s.cluster.flights.empty()) return;
  const auto& flight = s.cluster.flights.back();
  out.sample(1, {{"epoch", std::to_string(flight.epoch.value)},
                 {"cause", flight.cause},
                 {"leader", flight.leader},
                 {"previous", flight.previous}});
}

void workers(Out& out, const Source& s) {
  using core::WorkerState;
  for (const auto state : {WorkerState::alive, WorkerState::decommissioned, WorkerState::unknown})
    out.sample(count_of(
                   s.state.workers, [](const auto& entry) { return entry.second.state; }, state),
               {{"state", core::to_string(state)}});
  out.sample(as_double(s.state.dead_workers.size()), {{"state", core::to_string(WorkerState::dead)}});
}

void applications(Out& out, const Source& s) {
  using core::AppState;
  for (const auto state : {AppState::waiting, AppState::running, AppState::unknown})
    out.sample(count_of(
                   s.state.apps, [](const auto& entry) { return entry.second.state; }, state),
               {{"state", core::to_string(state)}});
  for (const auto state : {AppState::finished, AppState::failed, AppState::killed})
    out.sample(count_of(
                   s.state.completed_apps, [](const auto& app) { return app.state; }, state),
               {{"state", core::to_string(state)}});
}

void drivers(Out& out, const Source& s) {
  using deploy::DriverState;
  for (const auto state :
       {DriverState::submitted, DriverState::running, DriverState::relaunching, DriverState::unknown})
    out.sample(count_of(
                   s.state.drivers, [](const auto& entry) { return entry.second.record.state; }, state),
               {{"state", deploy::to_string(state)}});
  for (const auto state : {DriverState::finished, DriverState::killed, DriverState::failed, DriverState::error})
    out.sample(count_of(
                   s.state.completed_drivers, [](const auto& driver) { return driver.record.state; }, state),
               {{"state", deploy::to_string(state)}});
}

void executors(Out& out, const Source& s) {
  std::size_t count = 0;
  for (const auto& [id, app] : s.state.apps) count += app.executors.size();
  out.sample(as_double(count));
}

void unplaced_applications(Out& out, const Source& s) {
  out.sample(count_of(
      s.state.apps, [](const auto& entry) { return entry.second.executors.empty(); }, true));
}

void unplaced_cores(Out& out, const Source& s) {
  std::int64_t cores = 0;
  for (const auto& [id, app] : s.state.apps)
    if (app.record.description.max_cores) cores += std::max<std::int64_t>(app.cores_left(), 0);
  out.sample(as_double(cores));
}

template <typename Amount>
double of_waiting_drivers(const Source& s, Amount amount) {
  double sum = 0;
  for (const auto& [id, driver] : s.state.drivers)
    if (!driver.record.worker) sum += amount(driver.record.description);
  return sum;
}

void findings_by_severity(Out& out, const Source& s) {
  for (const auto severity : {Severity::critical, Severity::warning, Severity::info})
    out.sample(count_of(
                   s.found, [](const auto& finding) { return finding.severity; }, severity),
               {{"severity", to_string(severity)}});
}

void requests(Out& out, const Source& s) {
  for (const auto* status : {"2xx", "3xx", "4xx", "5xx"}) {
    const auto found = s.stats.requests.find(status);
    out.sample(found == s.stats.requests.end() ? 0 : as_double(found->second), {{"status", status}});
  }
}

struct Metric {
  std::string_view name;
  std::string_view type;
  std::string_view help;
  void (*write)(Out& out, const Source& source);
};

constexpr Metric metrics[] = {
    {"pilotlight_build_info", "gauge", "1; its label names the version.",
     [](Out& out, const Source& s) {
       out.sample(1, {{"version", s.about.version}});
     }},
    {"pilotlight_start_time_seconds", "gauge", "When this process was started, since the Unix epoch.",
     [](Out& out, const Source& s) { out.sample(seconds(s.about.started)); }},
    {"pilotlight_leader", "gauge", "1 on the master that leads and may speak, else 0.",
     [](Out& out, const Source& s) { out.sample(leads(s) ? 1 : 0); }},
    {"pilotlight_leader_epoch", "gauge", "The leader's epoch, as this master knows it; it only grows.",
     [](Out& out, const Source& s) { out.sample(as_double(s.cluster.epoch.value)); }},
    {"pilotlight_leader_known", "gauge", "1 when this master knows who leads, else 0.",
     [](Out& out, const Source& s) { out.sample(s.cluster.leader.empty() ? 0 : 1); }},
    {"pilotlight_leader_transitions_total", "counter", "Changes of the leader since the cluster was made.",
     [](Out& out, const Source& s) { out.sample(as_double(s.cluster.epoch.value)); }},
    {"pilotlight_held", "gauge", "1 while this master leads and may not speak: answers and launches wait.",
     [](Out& out, const Source& s) { out.sample(s.cluster.held.empty() ? 0 : 1); }},
    {"pilotlight_master_state", "gauge", "1 for the state that this master is in.", states},
    {"pilotlight_masters", "gauge", "Masters in the election by role, as this one sees them.", masters},
    {"pilotlight_master_linked", "gauge", "1 while the link to this master is up.", linked},
    {"pilotlight_master_behind_commits", "gauge", "Commits that this master's memory lacks.", behind},
    {"pilotlight_commit", "gauge", "Number of the last durable commit in this master's memory.",
     [](Out& out, const Source& s) { out.sample(as_double(s.cluster.commit)); }},
    {"pilotlight_records_set_aside", "gauge", "Recovery records that cannot be read.",
     [](Out& out, const Source& s) { out.sample(as_double(s.cluster.set_aside)); }},
    {"pilotlight_failover_phase_seconds", "gauge",
     "How long each phase of the last change of the leader took, from the first sign that the old one was gone.",
     phases},
    {"pilotlight_failover_time_seconds", "gauge", "When the last change of the leader was, since the Unix epoch.",
     [](Out& out, const Source& s) {
       if (!s.cluster.flights.empty()) out.sample(seconds(s.cluster.flights.back().at));
     }},
    {"pilotlight_failover_info", "gauge", "1; its labels tell of the last change of the leader.", failover_info},
    {"pilotlight_zookeeper_connected", "gauge", "1 while this master's ZooKeeper session is connected.",
     [](Out& out, const Source& s) { out.sample(s.cluster.zookeeper == "connected" ? 1 : 0); }},
    {"pilotlight_zookeeper_session_timeout_seconds", "gauge", "The timeout that ZooKeeper granted.",
     [](Out& out, const Source& s) { out.sample(as_double(s.cluster.session_timeout_ms) / 1000.0); }},
    {"pilotlight_zookeeper_session_left_seconds", "gauge",
     "Until the session may be over if ZooKeeper does not answer again.",
     [](Out& out, const Source& s) { out.sample(seconds(s.cluster.session_left)); }},
    {"pilotlight_zookeeper_request_seconds", "histogram", "From a request to ZooKeeper to its answer.",
     [](Out& out, const Source& s) { out.histogram(s.stats.zookeeper_latency); }},
    {"pilotlight_workers", "gauge", "Workers by state.", workers},
    {"pilotlight_cores", "gauge", "Cores of ALIVE workers.",
     [](Out& out, const Source& s) { out.sample(as_double(s.totals.cores)); }},
    {"pilotlight_cores_used", "gauge", "Cores of ALIVE workers that are in use.",
     [](Out& out, const Source& s) { out.sample(as_double(s.totals.cores_used)); }},
    {"pilotlight_memory_bytes", "gauge", "Memory of ALIVE workers.",
     [](Out& out, const Source& s) { out.sample(as_double(s.totals.memory_mb) * mebibyte); }},
    {"pilotlight_memory_used_bytes", "gauge", "Memory of ALIVE workers that is in use.",
     [](Out& out, const Source& s) { out.sample(as_double(s.totals.memory_used_mb) * mebibyte); }},
    {"pilotlight_applications", "gauge", "Applications by state; ended ones as long as they are retained.",
     applications},
    {"pilotlight_drivers", "gauge", "Cluster-mode drivers by state; ended ones as long as they are retained.", drivers},
    {"pilotlight_executors", "gauge", "Executors that hold cores.", executors},
    {"pilotlight_unplaced_applications", "gauge", "Active applications without any executor.", unplaced_applications},
    {"pilotlight_unplaced_application_cores", "gauge", "Cores that applications with spark.cores.max still want.",
     unplaced_cores},
    {"pilotlight_unplaced_drivers", "gauge", "Drivers that wait for a worker.",
     [](Out& out, const Source& s) { out.sample(of_waiting_drivers(s, [](const auto&) { return 1.0; })); }},
    {"pilotlight_unplaced_driver_cores", "gauge", "Cores that waiting drivers want.",
     [](Out& out, const Source& s) {
       out.sample(of_waiting_drivers(s, [](const auto& wanted) { return as_double(wanted.cores); }));
     }},
    {"pilotlight_unplaced_driver_memory_bytes", "gauge", "Memory that waiting drivers want.",
     [](Out& out, const Source& s) {
       out.sample(of_waiting_drivers(s, [](const auto& wanted) { return as_double(wanted.memory_mb) * mebibyte; }));
     }},
    {"pilotlight_findings", "gauge", "What is wrong with the cluster, by severity; /cluster lists it.",
     findings_by_severity},
    {"pilotlight_event_loop_lag_seconds", "histogram", "How late the event loop came to what was due.",
     [](Out& out, const Source& s) { out.histogram(s.stats.loop_lag); }},
    {"pilotlight_snapshot_slice_seconds", "histogram",
     "How long one slice of a snapshot for pages held the event loop.",
     [](Out& out, const Source& s) { out.histogram(s.stats.copy_slice); }},
    {"pilotlight_render_seconds", "histogram", "How long rendering a document took, off the event loop.",
     [](Out& out, const Source& s) { out.histogram(s.stats.render); }},
    {"pilotlight_documents_shared_total", "counter", "Answers that were rendered for an earlier request.",
     [](Out& out, const Source& s) { out.sample(as_double(s.stats.documents_shared)); }},
    {"pilotlight_http_requests_total", "counter", "HTTP requests that were answered, by class of status.", requests},
    {"pilotlight_http_connections", "gauge", "HTTP connections that are open.",
     [](Out& out, const Source& s) { out.sample(as_double(s.stats.connections)); }},
    {"pilotlight_http_streams", "gauge", "Streams of events that are open.",
     [](Out& out, const Source& s) { out.sample(as_double(s.stats.streams)); }},
};

}  // namespace

std::string metrics_text(const core::State& state, const Now& now, const replica::Cluster& cluster, const About& about,
                         const Stats& stats) {
  core::State nothing;
  nothing.settings = state.settings;
  const auto& shown = state.recovery == core::RecoveryState::standby ? nothing : state;
  const auto found = findings(state, cluster, now);
  const Source source{shown, now, cluster, about, stats, totals_of(shown), status_of(state, cluster), found};
  std::string text;
  for (const auto& metric : metrics) {
    text.append("# HELP ").append(metric.name).append(" ").append(metric.help).append("\n");
    text.append("# TYPE ").append(metric.name).append(" ").append(metric.type).append("\n");
    Out out(text, metric.name);
    metric.write(out, source);
  }
  return text;
}

std::string metrics_reference() {
  std::string text = "| metric | type | what it is |\n|---|---|---|\n";
  for (const auto& metric : metrics)
    text.append("| `")
        .append(metric.name)
        .append("` | ")
        .append(metric.type)
        .append(" | ")
        .append(metric.help)
        .append(" |\n");
  return text;
}

}  // namespace pilotlight::http
