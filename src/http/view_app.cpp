#include <algorithm>
#include <vector>

#include "core/demand.hpp"
#include "core/explain.hpp"
#include "http/html_page.hpp"
#include "http/html_parts.hpp"
#include "http/html_table.hpp"
#include "http/spark_format.hpp"
#include "http/text.hpp"
#include "http/totals.hpp"
#include "http/view_cluster.hpp"
#include "http/view_tables.hpp"
#include "http/views.hpp"

namespace pilotlight::http {
namespace {

const core::AppInfo* find_app(const core::State& state, std::string_view id) {
  if (state.recovery == core::RecoveryState::standby) return nullptr;
  if (const auto running = state.apps.find(AppId(std::string(id))); running != state.apps.end())
    return &running->second;
  // The newest, should an id have come twice (spark.deploy.appNumberModulo).
  const auto same_id = [&](const core::AppInfo& app) { return app.record.id.text == id; };
  const auto done = std::find_if(state.completed_apps.rbegin(), state.completed_apps.rend(), same_id);
  return done == state.completed_apps.rend() ? nullptr : &*done;
}

const core::WorkerInfo* find_worker(const core::State& state, const WorkerId& id) {
  if (const auto live = state.workers.find(id); live != state.workers.end()) return &live->second;
  const auto same_id = [&](const core::WorkerInfo& worker) { return worker.record.id == id; };
  const auto dead = std::ranges::find_if(state.dead_workers, same_id);
  return dead == state.dead_workers.end() ? nullptr : &*dead;
}

bool is_finished(const core::AppInfo& app) {
  return app.state != core::AppState::waiting && app.state != core::AppState::running &&
         app.state != core::AppState::unknown;
}

/// "Unlimited (4 granted)", "8 (4 granted, 4 left)".
std::string cores_text(const core::AppInfo& app) {
  const auto granted = std::to_string(app.cores_granted);
  const auto& most = app.record.description.max_cores;
  if (!most) return "Unlimited (" + granted + " granted)";
  return std::to_string(*most) + " (" + granted + " granted, " + std::to_string(app.cores_left()) + " left)";
}

std::string limit_text(const core::AppInfo& app) {
  const auto target = app.progress.targets.find(ProfileId(0));
  const bool limited = target != app.progress.targets.end() && target->second != std::numeric_limits<int>::max();
  return (limited ? std::to_string(target->second) : std::string("Unlimited")) + " (" +
         std::to_string(app.executors.size()) + " granted)";
}

std::string summary(const core::State& state, const core::AppInfo& app, const Now& now, const PageContext& context) {
  const auto& description = app.record.description;
  std::string html = "<section class=\"summary\" aria-label=\"Summary\">\n<ul>\n";
  html += item("ID", html_escaped(app.record.id.text));
  html += item("Name", html_escaped(description.name));
  html += item("User", html_escaped(description.user));
  html += item("Cores", cores_text(app));
  html += item("Executor Limit", limit_text(app));
  html += item("Executor Memory - Default Resource Profile", memory_text(memory_per_executor_mb(app)));
  html += item("Executor Resources - Default Resource Profile", requirements_text(description.default_profile));
  html += item("Submit Date", moment(app.record.submitted, now));
  html += item("State", core::to_string(app.state));
  html += item("Duration", duration_text(duration_of(app, now)));
  html += item("Spark", deploy::name_of(app.record.dialect));
  if (!is_finished(app)) {
    if (const auto why = core::why_waiting(state, app))
      html += item(app.executors.empty() ? "Waits" : "Waits for more", html_escaped(*why));
    html += description.app_ui_url.empty()
                ? item("Application UI", "Disabled")
                : "<li><strong>" + link(description.app_ui_url, "Application Detail UI") + "</strong></li>\n";
  }
  html += "</ul>\n";
  if (!is_finished(app)) html += kill_button("kill-app", app.record.id.text, context);
  return html + "</section>\n" + (is_finished(app) ? "" : kill_form("kill-app", "kill/", context));
}

std::string logs(const core::WorkerInfo* worker, const core::AppInfo& app, const core::ExecutorInfo& executor) {
  if (worker == nullptr) return "";
  std::string html;
  for (const auto* type : {"stdout", "stderr"})
    html.append(html.empty() ? "" : " ")
        .append(link(worker->record.web_ui_url + "/logPage/?appId=" + url_encoded(app.record.id.text) +
                         "&executorId=" + std::to_string(executor.id.value) + "&logType=" + type,
                     type));
  return html;
}

std::string executors_table(std::string_view title, std::string_view anchor, const core::State& state,
                            const core::AppInfo& app, const std::vector<const core::ExecutorInfo*>& executors,
                            std::string_view if_empty) {
  HtmlTable table(title, anchor, "executors",
                  {"ExecutorID", "Worker", "Cores", "Memory", "Resource Profile Id", "Resources", "State", "Logs"});
  for (const auto* executor : executors) {
    const auto* worker = find_worker(state, executor->worker);
    table.row({std::to_string(executor->id.value),
               worker == nullptr ? html_escaped(executor->worker.text)
                                 : link(worker->record.web_ui_url, executor->worker.text),
               std::to_string(executor->cores), std::to_string(executor->memory_mb),
               std::to_string(executor->profile.value), addresses_text(executor->resources),
               std::string(deploy::to_string(executor->state)), logs(worker, app, *executor)},
              executor->state == deploy::ExecutorState::failed || executor->state == deploy::ExecutorState::lost
                  ? "failed"
                  : "");
  }
  table.say_if_empty(std::string(if_empty));
  return table.html();
}

std::string executors_tables(const core::State& state, const core::AppInfo& app) {
  std::vector<const core::ExecutorInfo*> present;  // those that run, and those that ended well
  std::vector<const core::ExecutorInfo*> removed;
  for (const auto& [id, executor] : app.executors) present.push_back(&executor);
  for (const auto& executor : app.removed_executors)
    (executor.state == deploy::ExecutorState::exited || !deploy::is_finished(executor.state) ? present : removed)
        .push_back(&executor);
  auto html = executors_table("Executor Summary", "executors", state, app, present, "It has no executor.");
  if (!removed.empty()) html += executors_table("Removed Executors", "removed-executors", state, app, removed, "");
  return html;
}

}  // namespace

std::string app_page(const core::State& state, const Now& now, std::string_view id, const replica::Cluster& cluster,
                     const PageContext& context) {
  const auto* app = find_app(state, id);
  if (app == nullptr) {
    auto sentence = "No running application with ID " + std::string(id);
    if (state.recovery == core::RecoveryState::standby && !cluster.leader.empty())
      sentence += ". This master is a standby: ask " + cluster.leader;
    return error_page("Not Found", sentence, context);
  }
  const auto back = "<p class=\"back\"><a href=\"" + html_escaped(context.root) + "/\">Spark Master at " +
                    html_escaped(state.master_url()) + "</a></p>\n";
  return html_page({"Application: " + app->record.description.name, "",
                    back + summary(state, *app, now, context) + executors_tables(state, *app), &now},
                   context);
}

}  // namespace pilotlight::http
