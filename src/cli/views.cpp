#include "cli/views.hpp"

#include <algorithm>

#include "cli/amounts.hpp"

namespace pilotlight::cli {
namespace {

std::string number(std::int64_t value) { return std::to_string(value); }
std::string number_or(const std::optional<std::int64_t>& value, const char* otherwise) {
  return value ? std::to_string(*value) : otherwise;
}
std::string share(std::int64_t used, std::int64_t total) { return number(used) + "/" + number(total); }
std::string memory_share(std::int64_t used, std::int64_t total) { return memory_text(used) + "/" + memory_text(total); }
std::string yes_no(bool value) { return value ? "yes" : "no"; }

Tone tone_of_state(const std::string& state) {
  if (state == "ALIVE" || state == "RUNNING" || state == "FINISHED") return Tone::good;
  if (state == "DEAD" || state == "FAILED" || state == "ERROR") return Tone::bad;
  if (state == "WAITING" || state == "SUBMITTED" || state == "RELAUNCHING" || state == "UNKNOWN" ||
      state == "DECOMMISSIONED")
    return Tone::warning;
  return Tone::plain;
}

std::string since_heartbeat(const client::WorkerRow& worker, std::int64_t now) {
  return worker.last_heartbeat <= 0 ? "-" : span_text(now - worker.last_heartbeat);
}

std::string age(std::int64_t submitted, std::int64_t now) { return submitted <= 0 ? "-" : span_text(now - submitted); }

std::string phase(const client::FailoverRow& failover, const std::string& name) {
  for (const auto& [known, ms] : failover.phases_ms)
    if (known == name) return measured_text(ms);
  return "-";
}

std::string state_of(const client::MemberRow& member) {
  std::string state;
  const auto add = [&](const std::string& what) { state.append(state.empty() ? "" : ", ").append(what); };
  if (!member.linked && !member.self) add("no link");
  if (!member.voter) add("no vote");
  if (member.mirror == "incomplete") add("incomplete");
  return state.empty() ? "ready" : state;
}

void add_app(Listing& listing, const client::AppRow& app) {
  listing.rows.push_back({{{app.id},
                           {app.name},
                           {app.user},
                           {app.state, tone_of_state(app.state)},
                           {number(app.cores_granted)},
                           {number_or(app.cores_max, "any")},
                           {number(app.executors)},
                           {number_or(app.executor_limit, "any")},
                           {memory_text(app.memory_per_executor_mb)},
                           {moment_text(app.submitted)},
                           {app.ui},
                           {app.waits_for},
                           {span_text(app.duration_ms)}},
                          app.waits_for.empty() ? std::string() : "waits for: " + app.waits_for});
}

}  // namespace

Listing masters_listing(const client::ClusterDocument& document) {
  Listing listing{{{.title = "MASTER", .flexible = true},
                   {.title = "ROLE"},
                   {.title = "STATE"},
                   {.title = "BEHIND", .number = true},
                   {.title = "COMMIT", .number = true, .wide = true},
                   {.title = "VERSION"},
                   {.title = "WEBUI", .wide = true}},
                  {}};
  for (const auto& member : document.members) {
    const bool leads = member.role == "leader";
    const auto state = state_of(member);
    const auto tone = state == "ready" ? Tone::plain : !member.linked && !member.self ? Tone::bad : Tone::warning;
    listing.rows.push_back({{{short_name(member.url)},
                             {member.role, leads ? Tone::good : Tone::plain},
                             {state, tone},
                             {leads ? "-" : number(member.behind), member.behind > 0 ? Tone::warning : Tone::plain},
                             {number(member.commit)},
                             {member.version},
                             {member.webui}}});
  }
  return listing;
}

Listing workers_listing(const client::ClusterDocument& document) {
  Listing listing{{{.title = "WORKER"},
                   {.title = "STATE", .flexible = true},
                   {.title = "CORES", .number = true},
                   {.title = "MEMORY", .number = true},
                   {.title = "EXECS", .number = true},
                   {.title = "DRIVERS", .number = true, .wide = true},
                   {.title = "SPARK", .wide = true},
                   {.title = "ADDRESS", .wide = true},
                   {.title = "WEBUI", .wide = true},
                   {.title = "RESOURCES", .wide = true},
                   {.title = "SEEN", .number = true}},
                  {}};
  for (const auto& worker : document.workers) {
    listing.rows.push_back({{{worker.id},
                             {worker.state, tone_of_state(worker.state)},
                             {share(worker.cores_used, worker.cores)},
                             {memory_share(worker.memory_used_mb, worker.memory_mb)},
                             {number(worker.executors)},
                             {number(worker.drivers)},
                             {worker.spark},
                             {worker.host + ":" + number(worker.port)},
                             {worker.webui},
                             {worker.resources},
                             {since_heartbeat(worker, document.observed)}}});
  }
  return listing;
}

Listing apps_listing(const client::ClusterDocument& document, bool all) {
  Listing listing{{{.title = "APP"},
                   {.title = "NAME", .flexible = true},
                   {.title = "USER", .wide = true},
                   {.title = "STATE"},
                   {.title = "CORES", .number = true},
                   {.title = "MAXCORES", .number = true, .wide = true},
                   {.title = "EXECS", .number = true},
                   {.title = "MAXEXECS", .number = true, .wide = true},
                   {.title = "MEM/EXEC", .number = true, .wide = true},
                   {.title = "SUBMITTED", .wide = true},
                   {.title = "UI", .wide = true},
                   {.title = "WAITSFOR", .wide = true},
                   {.title = "DURATION", .number = true}},
                  {}};
  for (const auto& app : document.apps) add_app(listing, app);
  if (all)
    for (const auto& app : document.completed_apps) add_app(listing, app);
  return listing;
}

Listing drivers_listing(const client::ClusterDocument& document, bool all) {
  Listing listing{{{.title = "DRIVER"},
                   {.title = "STATE"},
                   {.title = "CORES", .number = true},
                   {.title = "MEMORY", .number = true},
                   {.title = "CLASS", .wide = true},
                   {.title = "SUPERVISED", .wide = true},
                   {.title = "SUBMITTED", .wide = true},
                   {.title = "WORKER", .wide = true},
                   {.title = "HOST", .flexible = true},
                   {.title = "AGE", .number = true}},
                  {}};
  const auto host_of = [&](const std::string& id) {
    for (const auto& worker : document.workers)
      if (worker.id == id) return worker.host + ":" + number(worker.port);
    return std::string();
  };
  const auto add = [&](const client::DriverRow& driver) {
    listing.rows.push_back({{{driver.id},
                             {driver.state, tone_of_state(driver.state)},
                             {number(driver.cores)},
                             {memory_text(driver.memory_mb)},
                             {driver.main_class},
                             {yes_no(driver.supervise)},
                             {moment_text(driver.submitted)},
                             {driver.worker},
                             {host_of(driver.worker)},
                             {age(driver.submitted, document.observed)}}});
  };
  for (const auto& driver : document.drivers) add(driver);
  if (all)
    for (const auto& driver : document.completed_drivers) add(driver);
  return listing;
}

Listing failovers_listing(const client::ClusterDocument& document) {
  Listing listing{{{.title = "EPOCH", .number = true},
                   {.title = "AT"},
                   {.title = "CAUSE"},
                   {.title = "CLAIMED", .number = true, .wide = true},
                   {.title = "READY", .number = true},
                   {.title = "FIRSTWORKER", .number = true, .wide = true},
                   {.title = "WORKERS", .number = true},
                   {.title = "APPS", .number = true},
                   {.title = "FIRSTLAUNCH", .number = true, .wide = true},
                   {.title = "PREVIOUS", .wide = true},
                   {.title = "LEADER", .flexible = true}},
                  {}};
  for (const auto& failover : document.failovers) {
    listing.rows.push_back({{{number(failover.epoch)},
                             {moment_text(failover.at)},
                             {failover.cause},
                             {phase(failover, "claimed")},
                             {phase(failover, "state_ready")},
                             {phase(failover, "first_worker")},
                             {phase(failover, "all_workers")},
                             {phase(failover, "all_applications")},
                             {phase(failover, "first_launch")},
                             {short_name(failover.previous)},
                             {short_name(failover.leader)}}});
  }
  return listing;
}

}  // namespace pilotlight::cli
