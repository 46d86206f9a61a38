#include <iostream>

#include "cli/cluster.hpp"
#include "cli/terminal_text.hpp"
#include "cli/verdict.hpp"

namespace pilotlight::cli {
namespace {

constexpr Duration default_limit = std::chrono::seconds(2);
/// Nobody connects as late as that and is well; who says --timeout decides by himself.
constexpr Duration default_connect_limit = std::chrono::seconds(1);

Result<std::vector<client::Address>> addresses(const Words& words) {
  if (const auto list = words.value("--master")) {
    auto place = client::parse_place(*list);
    if (!place) return place.error();
    if (place->queue) return fatal("health asks masters themselves: name them, not ZooKeeper");
    return std::move(place->masters);
  }
  auto own = client::this_node(wanted_by(words), quick_inputs());
  if (!own) return own.error();
  return std::vector{*own};
}

std::vector<Probe> ask(const std::vector<client::Address>& addresses, Role role, Duration limit, Duration connect) {
  client::HttpClient http;
  std::vector<Probe> probes(addresses.size());
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    auto& probe = probes[i];
    probe.address = addresses[i];
    const auto get = [&](std::string_view target, std::function<void(client::Reply)> done) {
      http.send({.to = addresses[i], .target = std::string(target), .connect_within = connect}, limit, std::move(done));
    };
    get("/livez", [&probe](client::Reply reply) { probe.live = std::move(reply); });
    if (role == Role::live) continue;
    probe.role.emplace();
    get(target_of(role), [&probe](client::Reply reply) { probe.role = std::move(reply); });
    get("/leader", [&probe](const client::Reply& reply) {
      probe.leads = reply.outcome == client::Outcome::answered && reply.status == 200;
    });
  }
  http.run(limit + std::chrono::milliseconds(200));  // each request ends by itself within its limit
  return probes;
}

int run(const Words& words) {
  const auto role = role_of(words.value("--role").value_or("any"));
  const auto style = exit_style_of(words.value("--exit-style").value_or(""));
  Health health;
  const auto asked = addresses(words);
  if (asked) {
    const auto limit = words.time("--timeout", default_limit);
    health = judge(ask(*asked, role, limit, words.has("--timeout") ? limit : default_connect_limit), role);
  } else {
    health = {.verdict = Verdict::cannot_ask, .line = visible(asked.error().message)};
  }
  std::cout << in_style(health, style) << '\n' << std::flush;
  return exit_code(health.verdict, style);
}

}  // namespace

CommandRow health_command() {
  auto options = where_options("how long all answers together may take (default: 2s, 1s of it to connect)");
  options.push_back({.names = "--role",
                     .value = "ROLE",
                     .sentence = "any (default): serves or stands by; leader; standby; live: only the message loop",
                     .choices = "any leader standby live",
                     .offer = Offer::choices});
  options.push_back({.names = "--exit-style",
                     .value = "STYLE",
                     .sentence = "exit codes and line of docker, nagios, lsb or spark (default: 0 or 1)",
                     .choices = "docker nagios lsb spark",
                     .offer = Offer::choices});
  return {
      .name = "health",
      .sentence = "probe masters: one line and an exit code",
      .examples = {{"pilotlight health", "this node's master: HEALTHCHECK, ExecStartPost, exec probe"},
                   {"pilotlight health --role live", "liveness: true as long as it is not stuck"},
                   {"pilotlight health --master m1:7077 --role leader", "is this one the leader"},
                   {"pilotlight health --master m1,m2,m3 --exit-style nagios", "all of them, for Nagios"}},
      .text =
          "Every address that --master names is asked; without it, this node's own master, from the configuration, "
          "SPARK_MASTER_HOST and SPARK_MASTER_PORT. PILOTLIGHT_MASTER does not count here.\n\n"
          "Healthy is who answers /livez from its message loop and is ready: it leads, or stands in the queue. With "
          "--role leader or standby and several addresses, all must answer and one must have the role.\n\n"
          "nagios: 0 OK, 1 some of several fail, 2 critical, 3 cannot ask. lsb: 0 running, 3 not running, 4 no answer, "
          "150 not in its role. spark, as spark-daemon.sh status: 0 running, 1 not well, 2 not running. docker: 0 or "
          "1.",
      .options = std::move(options),
      .exits = {{exit_ok, "healthy"}, {exit_failed, "not healthy"}, {exit_usage, "wrong usage or configuration"}},
      .run = run,
  };
}

}  // namespace pilotlight::cli
