#include "cli/verdict.hpp"

#include <algorithm>
#include <cstdio>

#include "cli/amounts.hpp"
#include "cli/terminal_text.hpp"

namespace pilotlight::cli {
namespace {

using client::Outcome;

constexpr std::size_t longest_reason = 120;

bool is_good(const client::Reply& reply) { return reply.outcome == Outcome::answered && reply.status == 200; }

std::string first_line(const std::string& body) {
  return cut(visible(body.substr(0, body.find('\n'))), longest_reason);
}

/// Whether it is as it should be, apart from roles that only one of several has.
Verdict verdict_of(const Probe& probe) {
  for (const auto* reply : {&probe.live, probe.role ? &*probe.role : nullptr}) {
    if (reply == nullptr) continue;
    switch (reply->outcome) {
      case Outcome::answered: break;
      case Outcome::refused: return Verdict::gone;
      case Outcome::silent: return Verdict::silent;
      case Outcome::unknown_host:
      case Outcome::unreachable:
      case Outcome::not_http: return Verdict::unknown;
    }
    if (reply->status == 404) return Verdict::unknown;
  }
  if (!is_good(probe.live) || (probe.role && !is_good(*probe.role))) return Verdict::not_as_asked;
  return Verdict::healthy;
}

std::string reason(const Probe& probe, Role role, Verdict verdict) {
  const auto name = client::to_string(probe.address);
  switch (verdict) {
    case Verdict::gone: return name + " refuses connections: no master runs there";
    case Verdict::silent: return name + " takes connections and does not answer: its message loop stands still";
    case Verdict::unknown: {
      const auto& reply = probe.live.outcome == Outcome::answered && probe.role ? *probe.role : probe.live;
      if (reply.outcome == Outcome::answered) return name + " is no Pilotlight master, or an older one";
      return name + ": " + visible(reply.trouble);
    }
    case Verdict::not_as_asked: {
      const auto& reply = is_good(probe.live) && probe.role ? *probe.role : probe.live;
      const auto said = first_line(reply.body);
      const std::string what = role == Role::leader    ? " is not the serving leader"
                               : role == Role::standby ? " is not a standby in the queue"
                                                       : " is not ready";
      return name + what + (said.empty() ? "" : ": " + said);
    }
    case Verdict::healthy:
    case Verdict::degraded:
    case Verdict::cannot_ask: break;
  }
  return name + (probe.leads ? " leads" : role == Role::standby ? " is a standby" : " answers");
}

}  // namespace

Health judge(const std::vector<Probe>& probes, Role role) {
  Health health;
  const bool one_is_enough = probes.size() > 1 && (role == Role::leader || role == Role::standby);
  std::vector<Verdict> verdicts;
  std::size_t good = 0;
  std::size_t alive = 0;
  for (const auto& probe : probes) {
    verdicts.push_back(verdict_of(probe));
    good += verdicts.back() == Verdict::healthy ? 1 : 0;
    alive += verdicts.back() == Verdict::healthy || (one_is_enough && is_good(probe.live)) ? 1 : 0;
    for (const auto* reply : {&probe.live, probe.role ? &*probe.role : nullptr})
      if (reply != nullptr)
        health.ms = std::max(health.ms, std::chrono::duration<double, std::milli>(reply->took).count());
  }
  const bool has_role = !one_is_enough || good > 0;
  if (!has_role)
    health.verdict = *std::max_element(verdicts.begin(), verdicts.end());
  else if (alive == probes.size())
    health.verdict = Verdict::healthy;
  else if (good > 0)
    health.verdict = Verdict::degraded;
  else
    health.verdict = *std::max_element(verdicts.begin(), verdicts.end());
  if (!has_role && alive > 0) health.verdict = Verdict::not_as_asked;

  std::string text;
  const auto add = [&](const std::string& what) { text.append(text.empty() ? "" : "; ").append(what); };
  if (probes.size() > 1) {
    add(std::to_string(alive) + " of " + std::to_string(probes.size()) + " masters answer");
    for (std::size_t i = 0; i < probes.size(); ++i)
      if (probes[i].leads) add(client::to_string(probes[i].address) + " leads");
    if (!has_role) add(role == Role::leader ? "none of them leads" : "none of them is a standby");
  }
  for (std::size_t i = 0; i < probes.size(); ++i) {
    const bool matters =
        probes.size() == 1 || (one_is_enough ? !is_good(probes[i].live) : verdicts[i] != Verdict::healthy);
    if (matters) add(reason(probes[i], role, verdicts[i]));
  }
  health.line = text;
  return health;
}

int exit_code(Verdict verdict, ExitStyle style) {
  struct Codes {
    Verdict verdict;
    int plain;
    int docker;  // 2 is reserved
    int nagios;  // OK, WARNING, CRITICAL, UNKNOWN
    int lsb;     // 3 not running, 4 unknown, 150 and more are the application's own
    int spark;   // spark-daemon.sh status: 0 running, 1 dead, 2 not running
  };
  static constexpr Codes table[] = {
      {Verdict::healthy, 0, 0, 0, 0, 0},        {Verdict::degraded, 1, 1, 1, 150, 1},
      {Verdict::not_as_asked, 1, 1, 2, 150, 1}, {Verdict::silent, 1, 1, 2, 4, 1},
      {Verdict::gone, 1, 1, 2, 3, 2},           {Verdict::unknown, 1, 1, 2, 4, 1},
      {Verdict::cannot_ask, 2, 1, 3, 4, 1},
  };
  for (const auto& row : table) {
    if (row.verdict != verdict) continue;
    switch (style) {
      case ExitStyle::plain: return row.plain;
      case ExitStyle::docker: return row.docker;
      case ExitStyle::nagios: return row.nagios;
      case ExitStyle::lsb: return row.lsb;
      case ExitStyle::spark: return row.spark;
    }
  }
  return 1;
}

std::string in_style(const Health& health, ExitStyle style) {
  if (style != ExitStyle::nagios)
    return (health.verdict == Verdict::healthy ? "healthy: " : "unhealthy: ") + health.line + " (" +
           measured_text(health.ms) + ")";
  static constexpr const char* words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.6f", health.ms / 1000);
  std::string line = health.line;
  std::replace(line.begin(), line.end(), '|', '/');  // what stands behind it are figures
  return std::string("PILOTLIGHT ") + words[exit_code(health.verdict, style)] + " - " + line + " | time=" + seconds +
         "s";
}

Role role_of(std::string_view text) {
  if (text == "leader") return Role::leader;
  if (text == "standby") return Role::standby;
  return text == "live" ? Role::live : Role::any;
}

ExitStyle exit_style_of(std::string_view text) {
  if (text == "docker") return ExitStyle::docker;
  if (text == "nagios") return ExitStyle::nagios;
  if (text == "lsb") return ExitStyle::lsb;
  return text == "spark" ? ExitStyle::spark : ExitStyle::plain;
}

std::string_view target_of(Role role) {
  switch (role) {
    case Role::any: return "/readyz";
    case Role::leader: return "/leader";
    case Role::standby: return "/standby";
    case Role::live: return "";
  }
  return "";
}

}  // namespace pilotlight::cli
