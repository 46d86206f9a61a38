// What a document under /json/ says of the masters: our own keys, after Spark's `status`. Pure.
#pragma once

#include <string_view>

#include "core/state.hpp"
#include "http/json_writer.hpp"
#include "replica/cluster.hpp"

namespace pilotlight::http {

/// Spark's word for what this master is. A leader that may not speak at this moment does not call itself ALIVE:
/// another may have been elected meanwhile, and two must never say so.
std::string_view status_of(const core::State& state, const replica::Cluster& cluster);

/// "leader", "standby", or "recovering": it leads, and not everything is usable yet.
std::string_view role_of(const core::State& state, const replica::Cluster& cluster);
/// "complete", "incomplete", or "unknown": this master does not hear of it.
std::string_view mirror_of(const replica::ClusterMember& member);
/// "failovers", oldest first.
void write_flights(JsonWriter& json, const replica::Cluster& cluster);

/// "epoch", "leader", "masters", "zookeeper", "failovers"; nothing for a master that is alone.
void write_cluster_fields(JsonWriter& json, const replica::Cluster& cluster);

}  // namespace pilotlight::http
