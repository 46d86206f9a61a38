#include "http/view_tables.hpp"

#include <algorithm>
#include <vector>

#include "core/explain.hpp"
#include "http/html_parts.hpp"
#include "http/html_table.hpp"
#include "http/spark_format.hpp"
#include "http/text.hpp"
#include "http/totals.hpp"

namespace pilotlight::http {
namespace {

/// Why something waits costs a look at every worker; nobody reads more of these sentences at once.
constexpr int most_reasons = 20;

constexpr auto mapped = [](const auto& entry) -> const auto& { return entry.second; };
constexpr auto itself = [](const auto& element) -> const auto& { return element; };

/// Pointers to the elements of a map or a list, the latest submission first.
template <typename Element, typename List, typename Of>
std::vector<const Element*> newest_first(const List& list, Of of) {
  std::vector<const Element*> pointers;
  pointers.reserve(list.size());
  for (const auto& element : list) pointers.push_back(&of(element));
  std::ranges::stable_sort(pointers, std::greater<>(), [](const auto* element) { return element->record.submitted; });
  return pointers;
}

std::string reason(const std::optional<std::string>& sentence) {
  return sentence ? "<small>" + html_escaped(*sentence) + "</small>" : "";
}

std::string app_id(const core::AppInfo& app) {
  const auto& id = app.record.id.text;
  return "<a href=\"app/?appId=" + html_escaped(url_encoded(id)) + "\">" + html_escaped(id) + "</a>";
}

std::vector<std::string> app_cells(const core::AppInfo& app, const Now& now) {
  const auto& description = app.record.description;
  return {app_id(app),
          html_escaped(description.name),
          std::to_string(app.cores_granted),
          memory_text(memory_per_executor_mb(app)),
          requirements_text(description.default_profile),
          page_date(app.record.submitted, now.utc_offset),
          html_escaped(description.user),
          std::string(core::to_string(app.state)),
          duration_text(duration_of(app, now))};
}

const std::vector<std::string_view> app_headings = {
    "Application ID", "Name",  "Cores",   "Memory per Executor", "Resources Per Executor", "Submitted Time",
    "User",           "State", "Duration"};

std::string_view look_of(core::AppState state) {
  if (state == core::AppState::waiting) return "waits";
  if (state == core::AppState::unknown) return "unknown";
  return state == core::AppState::failed ? "failed" : "";
}

/// A driver's worker, linked when it is known.
std::string worker_of(const core::State& state, const core::DriverRecord& driver) {
  if (!driver.worker) return "None";
  const auto worker = state.workers.find(*driver.worker);
  return worker == state.workers.end() ? html_escaped(driver.worker->text)
                                       : link(worker->second.record.web_ui_url, driver.worker->text);
}

std::vector<std::string> driver_cells(const core::DriverInfo& driver, const core::State& state, const Now& now) {
  const auto& record = driver.record;
  return {html_escaped(record.id.text),
          page_date(record.submitted, now.utc_offset),
          worker_of(state, record),
          std::string(deploy::to_string(record.state)),
          std::to_string(record.description.cores),
          memory_text(record.description.memory_mb),
          addresses_text(record.resources),
          html_escaped(record.description.main_class)};
}

std::vector<std::string_view> driver_headings(bool running) {
  std::vector<std::string_view> headings = {"Submission ID", "Submitted Time", "Worker",    "State",
                                            "Cores",         "Memory",         "Resources", "Main Class"};
  if (running) headings.push_back("Duration");
  return headings;
}

std::string_view look_of(deploy::DriverState state) {
  using enum deploy::DriverState;
  if (state == submitted || state == relaunching) return "waits";
  return state == failed || state == error ? "failed" : "";
}

std::string_view look_of(core::WorkerState state) {
  switch (state) {
    case core::WorkerState::dead: return "dead";
    case core::WorkerState::decommissioned: return "leaving";
    case core::WorkerState::unknown: return "unknown";
    case core::WorkerState::alive: break;
  }
  return "";
}

/// A worker that has missed a heartbeat is worth a word before it is declared DEAD.
std::string silence(const core::WorkerInfo& worker, const core::Settings& settings, const Now& now) {
  if (worker.state != core::WorkerState::alive) return "";
  const auto silent = now.instant - worker.last_heartbeat;
  if (silent < settings.worker_timeout / 2) return "";
  return "<small>silent for " + rough_duration(std::chrono::duration_cast<std::chrono::milliseconds>(silent)) +
         "</small>";
}

/// "2 DEAD, 1 UNKNOWN": those that are not as they should be.
std::string odd_workers(const std::vector<const core::WorkerInfo*>& workers) {
  std::vector<std::string> texts;
  for (const auto state : {core::WorkerState::dead, core::WorkerState::decommissioned, core::WorkerState::unknown}) {
    const auto count = std::ranges::count(workers, state, [](const auto* worker) { return worker->state; });
    if (count > 0) texts.push_back(std::to_string(count) + " " + std::string(core::to_string(state)));
  }
  return joined(texts);
}

}  // namespace

std::string kill_form(std::string_view id, std::string_view action, const PageContext& context) {
  if (!context.kill_enabled) return "";
  std::string html = "<form id=\"";
  html.append(id).append("\" action=\"").append(action).append("\" method=\"POST\">");
  html += "<input type=\"hidden\" name=\"terminate\" value=\"true\">";
  if (!context.csrf.empty())
    html += "<input type=\"hidden\" name=\"csrf\" value=\"" + html_escaped(context.csrf) + "\">";
  return html + "</form>\n";
}

std::string kill_button(std::string_view form, std::string_view id, const PageContext& context) {
  if (!context.kill_enabled) return "";
  const auto name = html_escaped(id);
  std::string html = " <details class=\"kill\"><summary>kill</summary><button form=\"";
  return html.append(form) + "\" name=\"id\" value=\"" + name + "\">Kill " + name + "</button></details>";
}

std::string workers_table(const core::State& state, const Now& now, std::string_view url_of_all) {
  HtmlTable table("Workers", "workers", "workers", {"Worker Id", "Address", "State", "Cores", "Memory", "Resources"});
  auto workers = all_workers(state);
  std::ranges::stable_sort(workers, {}, [](const auto* worker) -> const WorkerId& { return worker->record.id; });
  for (const auto* worker : workers) {
    const auto& record = worker->record;
    const bool alive = worker->state == core::WorkerState::alive;
    table.row({alive ? link(record.web_ui_url, record.id.text) : html_escaped(record.id.text),
               html_escaped(record.host + ":" + std::to_string(record.port)),
               std::string(core::to_string(worker->state)) + silence(*worker, state.settings, now),
               std::to_string(record.cores) + " (" + std::to_string(worker->cores_used) + " Used)",
               memory_text(record.memory_mb) + " (" + memory_text(worker->memory_used_mb) + " Used)",
               worker_resources_text(*worker)},
              look_of(worker->state));
  }
  table.remark(odd_workers(workers));
  table.say_if_empty("No worker has registered. One joins with <code>start-worker.sh " + html_escaped(url_of_all) +
                     "</code>.");
  return table.html();
}

std::string running_apps_table(const core::State& state, const Now& now, const PageContext& context) {
  HtmlTable table("Running Applications", "running-app", "apps", app_headings);
  int reasons = 0;
  for (const auto* app : newest_first<core::AppInfo>(state.apps, mapped)) {
    auto cells = app_cells(*app, now);
    cells[0] += kill_button("kill-app", app->record.id.text, context);
    cells[1] = link(app->record.description.app_ui_url, app->record.description.name);
    const bool waits = app->state == core::AppState::waiting;
    if (waits && reasons++ < most_reasons) cells[7] += reason(core::why_waiting(state, *app));
    table.row(cells, look_of(app->state));
  }
  table.say_if_empty("No application runs.");
  return table.html() + kill_form("kill-app", "app/kill/", context);
}

std::string completed_apps_table(const core::State& state, const Now& now) {
  HtmlTable table("Completed Applications", "completed-app", "apps", app_headings);
  for (const auto* app : newest_first<core::AppInfo>(state.completed_apps, itself))
    table.row(app_cells(*app, now), look_of(app->state));
  table.say_if_empty("None yet.");
  return table.html();
}

std::string running_drivers_table(const core::State& state, const Now& now, const PageContext& context) {
  HtmlTable table("Running Drivers", "running-driver", "drivers", driver_headings(true));
  int reasons = 0;
  for (const auto* driver : newest_first<core::DriverInfo>(state.drivers, mapped)) {
    auto cells = driver_cells(*driver, state, now);
    cells[0] += kill_button("kill-driver", driver->record.id.text, context);
    cells.push_back(duration_text(now.wall - driver->record.submitted));
    const bool waits = !driver->record.worker;
    if (waits && reasons++ < most_reasons) cells[3] += reason(core::why_waiting(state, *driver));
    table.row(cells, look_of(driver->record.state));
  }
  table.say_if_empty("No driver runs in the cluster.");
  return table.html() + kill_form("kill-driver", "driver/kill/", context);
}

std::string completed_drivers_table(const core::State& state, const Now& now) {
  HtmlTable table("Completed Drivers", "completed-driver", "drivers", driver_headings(false));
  for (const auto* driver : newest_first<core::DriverInfo>(state.completed_drivers, itself))
    table.row(driver_cells(*driver, state, now), look_of(driver->record.state));
  table.say_if_empty("None yet.");
  return table.html();
}

}  // namespace pilotlight::http
