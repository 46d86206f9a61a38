#include "http/health.hpp"

#include <algorithm>
#include <vector>

#include "http/form.hpp"
#include "http/text.hpp"

namespace pilotlight::http {
namespace {

struct Check {
  std::string_view name;
  bool passes = false;
  std::string remark;
};

Response answer(bool ok, std::string text) { return {ok ? 200 : 503, "text/plain;charset=utf-8", text + "\n", ""}; }

const replica::ClusterMember* leading_member(const replica::Cluster& cluster) {
  const auto found = std::ranges::find(cluster.members, cluster.leader, &replica::ClusterMember::url);
  return cluster.leader.empty() || found == cluster.members.end() ? nullptr : &*found;
}

bool self_leads(const replica::Cluster& cluster) {
  const auto* leader = leading_member(cluster);
  return leader != nullptr && leader->self && leader->leads;
}

bool is_standby(const core::State& state) { return state.recovery == core::RecoveryState::standby; }

Response readyz(const Request& request, const core::State& state, const replica::Cluster& cluster) {
  std::vector<Check> checks;
  if (cluster.elected) {
    checks.push_back({"zookeeper", cluster.zookeeper == "connected", cluster.zookeeper});
    checks.push_back({"election", cluster.in_queue, cluster.in_queue ? "in the queue" : "not in the queue"});
  } else {
    checks.push_back({"state", !is_standby(state), std::string(core::to_string(state.recovery))});
  }
  const bool ready = std::ranges::all_of(checks, &Check::passes);
  if (!has_parameter(request.query, "verbose")) return answer(ready, ready ? "ready" : "not ready");
  std::string text;
  for (const auto& check : checks)
    text.append(check.passes ? "[+]" : "[-]").append(check.name).append(check.passes ? " ok" : " " + check.remark) +=
        '\n';
  return answer(ready, text + (ready ? "ready" : "not ready"));
}

Response leader(const core::State& state, const replica::Cluster& cluster) {
  const std::string epoch = "epoch " + std::to_string(cluster.epoch.value);
  if (!self_leads(cluster) || is_standby(state)) {
    return answer(false, cluster.leader.empty() ? "nobody leads" : valid_utf8(cluster.leader) + " leads, " + epoch);
  }
  if (!cluster.held.empty()) return answer(false, "this master leads and may not speak: " + cluster.held);
  return answer(true, "this master leads, " + epoch);
}

Response standby(const core::State& state, const replica::Cluster& cluster) {
  if (!cluster.elected || !is_standby(state)) return answer(false, "this master is no standby");
  return answer(cluster.in_queue, cluster.in_queue ? "standby" : "this master has no place in the election");
}

Response redirect(const core::State& state, const replica::Cluster& cluster) {
  const auto* leader = leading_member(cluster);
  if (leader == nullptr || (leader->self && is_standby(state))) return answer(false, "nobody leads");
  const auto& url = leader->web_ui_url;
  const bool usable = (url.starts_with("http://") || url.starts_with("https://")) &&
                      std::ranges::all_of(url, [](char c) { return c > ' ' && c < 0x7f; });
  if (!usable) return answer(false, "the leader has no web UI");
  return {307, "text/plain;charset=utf-8", "", url + "/"};
}

struct Probe {
  std::string_view path;
  Response (*answer)(const Request& request, const core::State& state, const replica::Cluster& cluster);
};

constexpr Probe probes[] = {
    {"/livez", [](const auto&, const auto&, const auto&) { return answer(true, "alive"); }},
    {"/readyz", readyz},
    {"/leader", [](const auto&, const auto& state, const auto& cluster) { return leader(state, cluster); }},
    {"/standby", [](const auto&, const auto& state, const auto& cluster) { return standby(state, cluster); }},
    {"/redirect", [](const auto&, const auto& state, const auto& cluster) { return redirect(state, cluster); }},
};

const Probe* probe_at(std::string_view path) {
  const auto* found = std::ranges::find(probes, path, &Probe::path);
  return found == std::end(probes) ? nullptr : found;
}

}  // namespace

bool is_health(std::string_view path) { return probe_at(path) != nullptr; }

std::optional<Response> health(const Request& request, const core::State& state, const replica::Cluster& cluster) {
  const auto* probe = probe_at(request.path);
  if (probe == nullptr) return std::nullopt;
  return probe->answer(request, state, cluster);
}

}  // namespace pilotlight::http
