// GET /metrics: this master and its cluster in Prometheus' text format, from one table of metrics. Pure.
//
// Names are for ever (docs/METRICS.md is made of the same table): prefix pilotlight_, base units, _total on counters. A
// STANDBY says 0 of workers, applications and drivers, so that a sum over all masters is the cluster's.
#pragma once

#include <string>

#include "base/time.hpp"
#include "core/state.hpp"
#include "http/about.hpp"
#include "http/stats.hpp"
#include "replica/cluster.hpp"

namespace pilotlight::http {

std::string metrics_text(const core::State& state, const Now& now, const replica::Cluster& cluster, const About& about,
                         const Stats& stats);
/// The table of docs/METRICS.md.
std::string metrics_reference();

}  // namespace pilotlight::http
