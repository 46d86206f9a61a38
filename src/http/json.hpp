// The documents under /json/ (spec §9.3, §12), byte for byte in Spark's style and key order. Pure.
//
// Never shown: commands, environments, java options. A STANDBY shows empty lists, whatever it knows already.
#pragma once

#include <string>
#include <string_view>

#include "base/time.hpp"
#include "core/state.hpp"
#include "replica/cluster.hpp"

namespace pilotlight::http {

/// GET /json/: everything; our own keys about the masters stand after Spark's.
std::string master_json(const core::State& state, const Now& now, const replica::Cluster& cluster = {});
/// GET /json/<field>: an object with this one top-level field; Spark answers "" for a name that it does not know.
std::string master_json_field(const core::State& state, const Now& now, std::string_view field,
                              const replica::Cluster& cluster = {});
/// GET /json/clusterutilization.
std::string cluster_utilization_json(const core::State& state);

}  // namespace pilotlight::http
