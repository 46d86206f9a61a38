#include "http/views.hpp"

#include <array>
#include <cstdio>
#include <vector>

#include "http/cluster_json.hpp"
#include "http/findings.hpp"
#include "http/html_page.hpp"
#include "http/html_parts.hpp"
#include "http/spark_format.hpp"
#include "http/text.hpp"
#include "http/totals.hpp"
#include "http/view_cluster.hpp"
#include "http/view_tables.hpp"
#include "http/waterfall.hpp"

namespace pilotlight::http {
namespace {

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

/// How much of it is used, drawn; the figures stand before it.
std::string share(std::int64_t used, std::int64_t all) {
  if (all <= 0) return "";
  std::array<char, 32> width{};
  std::snprintf(width.data(), width.size(), "%.1f", 100.0 * static_cast<double>(used) / static_cast<double>(all));
  return std::string("<svg class=\"share\" viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" aria-hidden=\"true\">") +
         "<rect class=\"used\" width=\"" + width.data() + "\" height=\"4\"/></svg>";
}

std::string totals_items(const core::State& state) {
  const auto totals = totals_of(state);
  auto html = item("Alive Workers", std::to_string(totals.workers));
  html += item("Cores in use", std::to_string(totals.cores) + " Total, " + std::to_string(totals.cores_used) + " Used" +
                                   share(totals.cores_used, totals.cores));
  html += item("Memory in use", memory_text(totals.memory_mb) + " Total, " + memory_text(totals.memory_used_mb) +
                                    " Used" + share(totals.memory_used_mb, totals.memory_mb));
  html += item("Resources in use", resources_in_use(totals));
  html += item("Applications", std::to_string(state.apps.size()) + " <a href=\"#running-app\">Running</a>, " +
                                   std::to_string(state.completed_apps.size()) +
                                   " <a href=\"#completed-app\">Completed</a>");
  return html + item("Drivers", std::to_string(state.drivers.size()) + " Running, " +
                                    std::to_string(state.completed_drivers.size()) + " Completed");
}

std::string summary(const core::State& state, const replica::Cluster& cluster, const PageContext& context) {
  std::string html = "<section class=\"summary\">\n<h2>Summary</h2>\n<ul>\n";
  html += item("URL", html_escaped(state.master_url()));
  if (!context.rest_url.empty()) html += item("REST URL", html_escaped(context.rest_url) + " (cluster mode)");
  // On a standby these would all be nought, and that frightens people.
  if (state.recovery != core::RecoveryState::standby) html += totals_items(state);
  return html + item("Status", status_of(state, cluster)) + "</ul>\n</section>\n";
}

std::string tables(const core::State& state, const Now& now, const replica::Cluster& cluster,
                   const PageContext& context) {
  const bool had_drivers = !state.drivers.empty() || !state.completed_drivers.empty();
  auto html = workers_table(state, now, url_of_all(state, cluster)) + running_apps_table(state, now, context);
  if (had_drivers) html += running_drivers_table(state, now, context);
  html += completed_apps_table(state, now);
  if (had_drivers) html += completed_drivers_table(state, now);
  return html;
}

std::string page_of(const core::State& state, const Now& now, const replica::Cluster& cluster,
                    const PageContext& context) {
  const auto found = findings(state, cluster, now);
  auto body = verdict(state, cluster, found, now) + findings_list(found);
  body += "<div class=\"top\">\n" + summary(state, cluster, context) + masters_block(cluster) +
          last_failover_block(cluster, now) + "</div>\n";
  if (state.recovery != core::RecoveryState::standby) body += tables(state, now, cluster, context);
  if (!cluster.flights.empty()) body += failovers_table(cluster.flights, now);
  return html_page({"Spark Master at " + state.master_url(), badge_of(state, cluster), body, &now}, context);
}

}  // namespace

std::string main_page(const core::State& state, const Now& now, const replica::Cluster& cluster,
                      const PageContext& context) {
  if (state.recovery != core::RecoveryState::standby) return page_of(state, now, cluster, context);
  core::State nothing;  // a STANDBY shows only who it is, whatever it knows already
  nothing.settings = state.settings;
  return page_of(nothing, now, cluster, context);
}

std::string error_page(std::string_view title, std::string_view sentence, const PageContext& context) {
  const auto body = "<p>" + html_escaped(sentence) + "</p>\n<p><a href=\"" + html_escaped(context.root) +
                    "/\">Back to the master</a></p>\n";
  return html_page({std::string(title), "", body, nullptr}, context);
}

}  // namespace pilotlight::http
