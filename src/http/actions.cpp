#include "http/actions.hpp"

#include <algorithm>
#include <utility>

namespace pilotlight::http {
namespace {

/// The replica gives a hand-over up after a second; a new leader is known within milliseconds.
constexpr auto transfer_patience = std::chrono::milliseconds(2500);
constexpr auto transfer_look = std::chrono::milliseconds(2);
constexpr const char* unknown_outcome = "No answer came in time, or leadership was lost: look before asking again.";

template <typename Expected>
const Expected* reply_as(const std::optional<deploy::Reply>& reply) {
  return reply ? std::get_if<Expected>(&*reply) : nullptr;
}

}  // namespace

std::optional<Outcome> Actions::no_leader() const {
  const auto cluster = master_.cluster(master_.now());
  if (master_.state().recovery == core::RecoveryState::standby)
    return Outcome{503,
                   cluster.leader.empty() ? "This master is a standby, and nobody leads."
                                          : "This master is a standby: ask the leader.",
                   cluster.leader};
  if (!cluster.held.empty()) return Outcome{503, "This master leads and may not speak: " + cluster.held, ""};
  return std::nullopt;
}

std::optional<Outcome> Actions::not_here() const {
  if (!about_.kill_enabled) return Outcome{403, "Killing is switched off: spark.ui.killEnabled is false."};
  return no_leader();
}

void Actions::kill_app(const std::string& id, Done done) {
  if (auto refused = not_here()) return done(std::move(*refused));
  const AppId app(id);
  if (!master_.state().apps.contains(app)) {
    const bool over = std::ranges::any_of(master_.state().completed_apps,
                                          [&](const core::AppInfo& info) { return info.record.id == app; });
    return done({404, over ? "Application " + id + " has already finished." : "There is no application " + id + "."});
  }
  master_.kill_application(app, [id, done = std::move(done)](const std::optional<deploy::Reply>& reply) {
    const auto* killed = reply_as<deploy::BooleanReply>(reply);
    if (killed == nullptr) return done({503, unknown_outcome});
    if (!killed->value) return done({404, "Application " + id + " has already finished."});
    done({200, "Application " + id + " was killed."});
  });
}

void Actions::kill_driver(const std::string& id, Done done) {
  if (auto refused = not_here()) return done(std::move(*refused));
  master_.ask(deploy::RequestKillDriver{DriverId(id)},
              [done = std::move(done)](const std::optional<deploy::Reply>& reply) {
                const auto* killed = reply_as<deploy::KillDriverResponse>(reply);
                if (killed == nullptr) return done({503, unknown_outcome});
                done({killed->success ? 200 : 404, killed->message});
              });
}

void Actions::decommission(std::vector<std::string> hosts, Done done) {
  if (auto refused = no_leader()) return done(std::move(*refused));
  master_.ask(deploy::DecommissionWorkersOnHosts{std::move(hosts)},
              [done = std::move(done)](const std::optional<deploy::Reply>& reply) {
                const auto* count = reply_as<deploy::IntegerReply>(reply);
                if (count == nullptr) return done({503, unknown_outcome});
                done({count->value > 0 ? 200 : 404,
                      count->value > 0 ? std::to_string(count->value) + " workers are being decommissioned."
                                       : "No worker runs on these hosts.",
                      "",
                      {},
                      count->value});
              });
}

void Actions::transfer(const std::string& url, Done done) {
  const auto now = master_.now();
  const auto cluster = master_.cluster(now);
  if (auto refused = no_leader()) return done(std::move(*refused));
  std::optional<std::string> nonce;
  if (!url.empty()) {
    const auto found = std::ranges::find(cluster.members, url, &replica::ClusterMember::url);
    if (found == cluster.members.end()) return done({409, url + " is not in the election.", cluster.leader});
    if (found->self) return done({200, url + " leads already.", url, cluster.epoch});
    nonce = found->nonce;
  }
  if (const auto begun = master_.transfer(nonce); !begun)
    return done({409, "Leadership stays: " + begun.error().to_string() + ".", cluster.leader});
  watch_transfer(cluster.epoch, now.instant + transfer_patience, std::move(done));
}

void Actions::watch_transfer(Epoch before, Instant deadline, Done done) {
  const auto now = master_.now();
  const auto cluster = master_.cluster(now);
  if (cluster.epoch > before && !cluster.leader.empty() && cluster.leader != master_.state().master_url())
    return done({200, cluster.leader + " leads.", cluster.leader, cluster.epoch});
  if (now.instant < deadline)
    return master_.after(transfer_look,
                         [this, before, deadline, done = std::move(done)] { watch_transfer(before, deadline, done); });
  if (cluster.leader == master_.state().master_url())
    return done({409, "The hand-over was given up: the other master did not catch up in time.", cluster.leader});
  done({202, "The hand-over has begun; who leads is not known yet.", "", cluster.epoch});
}

}  // namespace pilotlight::http
