#include "http/view_cluster.hpp"

#include <algorithm>
#include <vector>

#include "http/html_parts.hpp"
#include "http/html_table.hpp"
#include "http/text.hpp"
#include "http/waterfall.hpp"

namespace pilotlight::http {
namespace {

/// Twenty workers that died together are one piece of news.
constexpr std::size_t shown_at_once = 5;

bool recovers(const core::State& state) {
  return state.recovery == core::RecoveryState::recovering ||
         state.recovery == core::RecoveryState::completing_recovery;
}

std::vector<const replica::ClusterMember*> by_url(const replica::Cluster& cluster) {
  std::vector<const replica::ClusterMember*> members;
  for (const auto& member : cluster.members) members.push_back(&member);
  std::ranges::sort(members, {}, [](const auto* member) -> const std::string& { return member->url; });
  return members;
}

const replica::ClusterMember* leader_of(const replica::Cluster& cluster) {
  if (cluster.leader.empty()) return nullptr;
  const auto found = std::ranges::find(cluster.members, cluster.leader, &replica::ClusterMember::url);
  return found == cluster.members.end() ? nullptr : &*found;
}

std::string headline(const core::State& state, const replica::Cluster& cluster) {
  if (!cluster.elected) {
    if (recovers(state)) return "This master is recovering";
    return state.recovery == core::RecoveryState::standby ? "This master is starting" : "This master serves alone";
  }
  if (cluster.leader.empty()) return "Nobody leads";
  const auto* leader = leader_of(cluster);
  auto name = html_escaped(without_scheme(cluster.leader));
  if (leader != nullptr && leader->self && !cluster.held.empty()) return name + " leads, but may not speak";
  if (leader != nullptr && leader->self && recovers(state)) return name + " is taking over";
  return name + " leads";
}

/// "Taking over: 2 of 3 workers and 0 of 1 applications have answered."
std::string awaited(const core::State& state) {
  const auto silent_workers = std::ranges::count_if(
      state.workers, [](const auto& entry) { return entry.second.state == core::WorkerState::unknown; });
  const auto silent_apps = std::ranges::count_if(
      state.apps, [](const auto& entry) { return entry.second.state == core::AppState::unknown; });
  const auto workers = state.workers.size();
  const auto apps = state.apps.size();
  return std::to_string(workers - static_cast<std::size_t>(silent_workers)) + " of " +
         counted(workers, "worker", "workers") + " and " +
         std::to_string(apps - static_cast<std::size_t>(silent_apps)) + " of " +
         counted(apps, "application", "applications") + " have answered.";
}

std::string standbys_text(const replica::Cluster& cluster) {
  std::size_t standbys = 0;
  std::size_t down = 0;
  std::size_t incomplete = 0;
  for (const auto& member : cluster.members) {
    if (member.leads) continue;
    ++standbys;
    down += !member.linked ? 1U : 0U;
    incomplete += member.linked && member.reported && !member.complete ? 1U : 0U;
  }
  if (standbys == 0) return "No standby.";
  auto text = counted(standbys, "standby", "standbys");
  if (down > 0) text += ", " + std::to_string(down) + " not heard";
  if (incomplete > 0) text += ", " + std::to_string(incomplete) + " incomplete";
  if (down + incomplete == 0) text += standbys == 1 ? ", ready" : ", all ready";
  return text + ".";
}

std::string findings_text(std::span<const Finding> found) {
  const auto critical = static_cast<std::size_t>(std::ranges::count(found, Severity::critical, &Finding::severity));
  const auto warnings = static_cast<std::size_t>(std::ranges::count(found, Severity::warning, &Finding::severity));
  if (critical + warnings == 0) return "Nothing is wrong.";
  std::string text;
  if (critical > 0) text = std::to_string(critical) + " critical";
  if (warnings > 0) text += (text.empty() ? "" : ", ") + counted(warnings, "warning", "warnings");
  return text + ".";
}

std::string_view tone_of(const core::State& state, const replica::Cluster& cluster, std::span<const Finding> found) {
  const auto any = [&](Severity severity) {
    return std::ranges::find(found, severity, &Finding::severity) != found.end();
  };
  if (any(Severity::critical) || (cluster.elected && cluster.leader.empty())) return "critical";
  const bool self_leads = state.recovery != core::RecoveryState::standby;
  if (any(Severity::warning) || !cluster.held.empty() || (self_leads && recovers(state))) return "warning";
  return "good";
}

/// How many commits the others are ahead, by the furthest of all that this master has heard of.
std::uint64_t behind(const replica::ClusterMember& member, const replica::Cluster& cluster) {
  auto front = cluster.commit;
  for (const auto& other : cluster.members) front = std::max(front, other.mirrored);
  return front - std::min(front, member.mirrored);
}

std::string behind_text(const replica::ClusterMember& member, const replica::Cluster& cluster) {
  if (member.leads) return "";
  if (!member.reported) return "not known here";
  if (!member.complete) return "is being filled";
  const auto commits = behind(member, cluster);
  return commits == 0 ? "in step" : counted(commits, "commit", "commits");
}

}  // namespace

std::string badge_of(const core::State& state, const replica::Cluster& cluster) {
  if (recovers(state)) return "recovering";
  if (state.recovery == core::RecoveryState::standby) return "standby";
  if (!cluster.elected) return "alone";
  return cluster.held.empty() ? "leader" : "recovering";
}

std::string verdict(const core::State& state, const replica::Cluster& cluster, std::span<const Finding> found,
                    const Now& now) {
  std::string html = "<section class=\"verdict ";
  html.append(tone_of(state, cluster, found)).append("\">\n<h2>").append(headline(state, cluster)).append("</h2>\n<p>");
  if (cluster.elected) {
    html += "Epoch " + std::to_string(cluster.epoch.value);
    if (!cluster.flights.empty() && !cluster.leader.empty() && cluster.flights.back().epoch == cluster.epoch)
      html += " for " + lasting(cluster.flights.back().at, now);
    html += ". " + standbys_text(cluster) + " ";
  }
  if (!cluster.held.empty()) html += "Answers and launches wait: " + html_escaped(cluster.held) + ". ";
  if (recovers(state)) html += awaited(state) + " ";
  html += findings_text(found) + "</p>\n";
  const auto* leader = leader_of(cluster);
  if (leader != nullptr && !leader->self)
    html += "<p class=\"action\">" + link(leader->web_ui_url, "Open the leader's page") + "</p>\n";
  return html + "</section>\n";
}

std::string findings_list(std::span<const Finding> found) {
  if (found.empty()) return "";
  std::string html = "<section class=\"findings\" aria-label=\"Findings\">\n<ul>\n";
  std::size_t shown = 0;
  const auto at_once = std::max<std::size_t>(
      shown_at_once, static_cast<std::size_t>(std::ranges::count(found, Severity::critical, &Finding::severity)));
  for (const auto& finding : found) {
    if (shown++ == at_once && found.size() > at_once + 1)
      html += "</ul>\n<details id=\"more-findings\"><summary>" + std::to_string(found.size() - at_once) +
              " more</summary>\n<ul>\n";
    html.append("<li class=\"")
        .append(to_string(finding.severity))
        .append("\"><strong>")
        .append(to_string(finding.severity));
    html += "</strong> <code>" + html_escaped(finding.code) + "</code> <span>" + html_escaped(finding.sentence);
    if (!finding.hint.empty()) html += " <span class=\"hint\">" + html_escaped(finding.hint) + "</span>";
    html += "</span></li>\n";
  }
  html += "</ul>\n";
  if (found.size() > at_once + 1) html += "</details>\n";
  return html + "</section>\n";
}

std::string masters_block(const replica::Cluster& cluster) {
  if (!cluster.elected) return "";
  HtmlTable table("Masters", "masters", "masters", {"URL", "Role", "Behind", "Link", "Voter", "Version"});
  for (const auto* member : by_url(cluster)) {
    std::string look = member->leads ? "leads" : (member->linked ? "" : "down");
    if (member->self) look += look.empty() ? "self" : " self";
    table.row({link(member->web_ui_url, member->url), member->leads ? "leader" : "standby",
               behind_text(*member, cluster), member->self ? "this one" : (member->linked ? "up" : "down"),
               member->voter ? "yes" : "no", html_escaped(member->version)},
              look);
  }
  table.remark("ZooKeeper " + html_escaped(cluster.zookeeper));
  return table.html();
}

std::string last_failover_block(const replica::Cluster& cluster, const Now& now) {
  if (cluster.flights.empty()) return "";
  std::string html = "<section class=\"last-failover\">\n<h2>Last Failover</h2>\n";
  html += waterfall(cluster.flights.back(), now);
  if (cluster.flights.size() > 1)
    html += "<p><a href=\"#failovers\">All " + std::to_string(cluster.flights.size()) + " failovers</a></p>\n";
  return html + "</section>\n";
}

std::string url_of_all(const core::State& state, const replica::Cluster& cluster) {
  if (!cluster.elected || cluster.members.size() < 2) return state.master_url();
  std::string all = "spark://";
  bool first = true;
  for (const auto* member : by_url(cluster)) {
    all.append(first ? "" : ",").append(without_scheme(member->url));
    first = false;
  }
  return all;
}

}  // namespace pilotlight::http
