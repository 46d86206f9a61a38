#include "http/views.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "http/cluster_json.hpp"
#include "http/html_table.hpp"
#include "http/spark_format.hpp"
#include "http/text.hpp"
#include "http/totals.hpp"

namespace pilotlight::http {
namespace {

std::string item(std::string_view label, const std::string& html) {
  return "<li><strong>" + std::string(label) + ":</strong> " + html + "</li>\n";
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all.append(all.empty() ? "" : ", ").append(text);
  return all;
}

/// "1 / 2 gpu": used and all, of each resource.
std::string resources_in_use(const Totals& totals) {
  std::vector<std::string> texts;
  for (const auto& [name, count] : totals.resources) {
    const auto used = totals.resources_used.find(name);
    texts.push_back(std::to_string(used == totals.resources_used.end() ? 0 : used->second) + " / " +
                    std::to_string(count) + " " + name);
  }
  return html_escaped(joined(texts));
}

std::string summary(const core::State& state, const Totals& totals, const replica::Cluster& cluster) {
  std::string html = "<ul>\n" + item("URL", html_escaped(state.master_url()));
  html += item("Alive Workers", std::to_string(totals.workers));
  html += item("Cores in use", std::to_string(totals.cores) + " Total, " + std::to_string(totals.cores_used) + " Used");
  html +=
      item("Memory in use", memory_text(totals.memory_mb) + " Total, " + memory_text(totals.memory_used_mb) + " Used");
  html += item("Resources in use", resources_in_use(totals));
  html += item("Applications", std::to_string(state.apps.size()) + " <a href=\"#running-app\">Running</a>, " +
                                   std::to_string(state.completed_apps.size()) +
                                   " <a href=\"#completed-app\">Completed</a>");
  html += item("Drivers", std::to_string(state.drivers.size()) + " Running, " +
                              std::to_string(state.completed_drivers.size()) + " Completed");
  return html + item("Status", std::string(status_of(state, cluster))) + "</ul>\n";
}

/// "gpu: Free: [1] / Used: [0]".
std::string worker_resources(const core::WorkerInfo& worker) {
  std::vector<std::string> texts;
  for (const auto& [name, addresses] : worker.record.resources) {
    const auto used = worker.resources_used.find(name);
    texts.push_back(name + ": Free: [" + joined(free_addresses(worker, name)) + "] / Used: [" +
                    (used == worker.resources_used.end() ? "" : joined(used->second)) + "]");
  }
  return html_escaped(joined(texts));
}

std::string workers_table(const core::State& state) {
  HtmlTable table("Workers", "workers", {"Worker Id", "Address", "State", "Cores", "Memory", "Resources"});
  auto workers = all_workers(state);
  std::ranges::stable_sort(workers, {}, [](const auto* worker) -> const WorkerId& { return worker->record.id; });
  for (const auto* worker : workers) {
    const auto& record = worker->record;
    const bool alive = worker->state == core::WorkerState::alive;
    table.row({alive ? link(record.web_ui_url, record.id.text) : html_escaped(record.id.text),
               html_escaped(record.host + ":" + std::to_string(record.port)),
               std::string(core::to_string(worker->state)),
               std::to_string(record.cores) + " (" + std::to_string(worker->cores_used) + " Used)",
               memory_text(record.memory_mb) + " (" + memory_text(worker->memory_used_mb) + " Used)",
               worker_resources(*worker)});
  }
  return table.html();
}

/// "1 gpu".
std::string requirements(const deploy::ResourceProfile& profile) {
  std::vector<std::string> texts;
  for (const auto& [name, amount] : profile.custom) texts.push_back(std::to_string(amount) + " " + name);
  return html_escaped(joined(texts));
}

std::string apps_table(std::string_view title, std::string_view anchor, std::vector<const core::AppInfo*> apps,
                       bool running, const Now& now) {
  HtmlTable table(title, anchor,
                  {"Application ID", "Name", "Cores", "Memory per Executor", "Resources Per Executor", "Submitted Time",
                   "User", "State", "Duration"});
  std::ranges::stable_sort(apps, std::greater<>(), [](const auto* app) { return app->record.submitted; });
  for (const auto* app : apps) {
    const auto& description = app->record.description;
    table.row({html_escaped(app->record.id.text),
               running ? link(description.app_ui_url, description.name) : html_escaped(description.name),
               std::to_string(app->cores_granted), memory_text(memory_per_executor_mb(*app)),
               requirements(description.default_profile), page_date(app->record.submitted, now.utc_offset),
               html_escaped(description.user), std::string(core::to_string(app->state)),
               duration_text(duration_of(*app, now))});
  }
  return table.html();
}

/// A driver's worker, linked when it is known.
std::string worker_of(const core::State& state, const core::DriverRecord& driver) {
  if (!driver.worker) return "None";
  const auto worker = state.workers.find(*driver.worker);
  return worker == state.workers.end() ? html_escaped(driver.worker->text)
                                       : link(worker->second.record.web_ui_url, driver.worker->text);
}

std::string drivers_table(std::string_view title, std::string_view anchor, std::vector<const core::DriverInfo*> drivers,
                          bool running, const core::State& state, const Now& now) {
  std::vector<std::string_view> headings = {"Submission ID", "Submitted Time", "Worker",    "State",
                                            "Cores",         "Memory",         "Resources", "Main Class"};
  if (running) headings.push_back("Duration");
  HtmlTable table(title, anchor, headings);
  std::ranges::stable_sort(drivers, std::greater<>(), [](const auto* driver) { return driver->record.submitted; });
  for (const auto* driver : drivers) {
    const auto& record = driver->record;
    std::vector<std::string> resources;
    for (const auto& [name, addresses] : record.resources) resources.push_back(name + ": [" + joined(addresses) + "]");
    std::vector<std::string> cells = {html_escaped(record.id.text),
                                      page_date(record.submitted, now.utc_offset),
                                      worker_of(state, record),
                                      std::string(deploy::to_string(record.state)),
                                      std::to_string(record.description.cores),
                                      memory_text(record.description.memory_mb),
                                      html_escaped(joined(resources)),
                                      html_escaped(record.description.main_class)};
    if (running) cells.push_back(duration_text(now.wall - record.submitted));
    table.row(cells);
  }
  return table.html();
}

/// Pointers to the elements of a map or a list.
template <typename Element, typename List, typename Of>
std::vector<const Element*> pointers(const List& list, Of of) {
  std::vector<const Element*> pointers;
  pointers.reserve(list.size());
  for (const auto& element : list) pointers.push_back(&of(element));
  return pointers;
}

constexpr auto mapped = [](const auto& entry) -> const auto& { return entry.second; };
constexpr auto itself = [](const auto& element) -> const auto& { return element; };

std::string phase_text(const std::optional<Duration>& phase) {
  if (!phase) return "";
  char text[48];
  std::snprintf(text, sizeof text, "%.1f ms", std::chrono::duration<double, std::milli>(*phase).count());
  return text;
}

/// Who leads, who stands by, and how the last changes went; nothing for a master that is alone.
std::string masters_tables(const replica::Cluster& cluster, const Now& now) {
  if (!cluster.elected) return "";
  HtmlTable masters("Masters", "masters", {"URL", "Role", "Link", "Voter", "Last Commit", "Version"});
  for (const auto& member : cluster.members)
    masters.row({link(member.web_ui_url, member.url),
                 std::string(member.leads ? "leader" : "standby") + (member.self ? " (this one)" : ""),
                 member.linked ? "up" : "down", member.voter ? "yes" : "no",
                 std::to_string(member.mirrored) + (member.complete ? "" : " (incomplete)"),
                 html_escaped(member.version)});
  HtmlTable flights("Failovers", "failovers",
                    {"Epoch", "At", "Leader", "Before", "Cause", "Epoch Won", "State Ready", "First Worker",
                     "All Workers", "All Applications", "First Launch"});
  for (auto flight = cluster.flights.rbegin(); flight != cluster.flights.rend(); ++flight)
    flights.row({std::to_string(flight->epoch.value), page_date(flight->at, now.utc_offset),
                 html_escaped(flight->leader), html_escaped(flight->previous), html_escaped(flight->cause),
                 phase_text(flight->phases.claimed), phase_text(flight->phases.state_ready),
                 phase_text(flight->phases.first_worker), phase_text(flight->phases.all_workers),
                 phase_text(flight->phases.all_applications), phase_text(flight->phases.first_launch)});
  return masters.html() + flights.html();
}

std::string cluster_summary(const replica::Cluster& cluster) {
  if (!cluster.elected) return "";
  std::string html = "<ul>\n" + item("Leader", cluster.leader.empty() ? "nobody leads" : html_escaped(cluster.leader));
  html += item("Epoch", std::to_string(cluster.epoch.value));
  html += item("ZooKeeper", html_escaped(cluster.zookeeper));
  if (!cluster.held.empty()) html += item("Held", "answers and launches wait: " + html_escaped(cluster.held));
  return html + "</ul>\n";
}

std::string page_of(const core::State& state, const Now& now, const replica::Cluster& cluster) {
  auto body = summary(state, totals_of(state), cluster) + cluster_summary(cluster) + workers_table(state);
  body += apps_table("Running Applications", "running-app", pointers<core::AppInfo>(state.apps, mapped), true, now);
  const bool had_drivers = !state.drivers.empty() || !state.completed_drivers.empty();
  if (had_drivers)
    body += drivers_table("Running Drivers", "running-driver", pointers<core::DriverInfo>(state.drivers, mapped), true,
                          state, now);
  body += apps_table("Completed Applications", "completed-app", pointers<core::AppInfo>(state.completed_apps, itself),
                     false, now);
  if (had_drivers)
    body += drivers_table("Completed Drivers", "completed-driver",
                          pointers<core::DriverInfo>(state.completed_drivers, itself), false, state, now);
  body += masters_tables(cluster, now);
  return html_page("Spark Master at " + state.master_url(), body);
}

}  // namespace

std::string main_page(const core::State& state, const Now& now, const replica::Cluster& cluster) {
  if (state.recovery != core::RecoveryState::standby) return page_of(state, now, cluster);
  core::State nothing;  // a STANDBY shows only who it is, whatever it knows already
  nothing.settings = state.settings;
  return page_of(nothing, now, cluster);
}

std::string error_page(std::string_view title, std::string_view sentence) {
  return html_page(title, "<p>" + html_escaped(sentence) +
                              "</p>\n<p><a href=\"/\">Master</a> &middot; <a href=\"/json/\">JSON</a></p>\n");
}

}  // namespace pilotlight::http
