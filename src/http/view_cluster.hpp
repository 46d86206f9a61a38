// The part of a page that Spark's has not: who leads, who stands by, what is wrong, how the last failovers went. Pure.
#pragma once

#include <span>
#include <string>

#include "base/time.hpp"
#include "core/state.hpp"
#include "http/findings.hpp"
#include "replica/cluster.hpp"

namespace pilotlight::http {

/// One word for what this master is: "leader", "recovering", "standby", "alone".
std::string badge_of(const core::State& state, const replica::Cluster& cluster);
/// The first thing to read: who leads, since when, and whether anything is wrong.
std::string verdict(const core::State& state, const replica::Cluster& cluster, std::span<const Finding> found,
                    const Now& now);
/// A list of sentences; "" when there is nothing to say.
std::string findings_list(std::span<const Finding> found);
/// A table of the masters, and the last failover; "" for a master that is alone.
std::string masters_block(const replica::Cluster& cluster);
std::string last_failover_block(const replica::Cluster& cluster, const Now& now);
/// What workers and spark-submit are given: "spark://m1:7077,m2:7077". Not escaped.
std::string url_of_all(const core::State& state, const replica::Cluster& cluster);

}  // namespace pilotlight::http
