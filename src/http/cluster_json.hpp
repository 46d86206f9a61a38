// What a document under /json/ says of the masters: our own keys, after Spark's `status`. Pure.
#pragma once

#include "http/json_writer.hpp"
#include "replica/cluster.hpp"

namespace pilotlight::http {

/// "epoch", "leader", "masters", "zookeeper", "failovers"; nothing for a master that is alone.
void write_cluster_fields(JsonWriter& json, const replica::Cluster& cluster);

}  // namespace pilotlight::http
