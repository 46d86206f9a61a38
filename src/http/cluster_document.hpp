// GET /cluster: the whole cluster as one JSON document, the same from any master. Pure.
//
// A STANDBY has its state made of the records that it mirrors (http/mirrored.hpp). Keys stay as they are for ever; new
// ones come at the end of their object. Never in it: commands, environments, java options.
#pragma once

#include <string>

#include "base/time.hpp"
#include "core/state.hpp"
#include "http/about.hpp"
#include "replica/cluster.hpp"

namespace pilotlight::http {

std::string cluster_document(const core::State& state, const Now& now, const replica::Cluster& cluster,
                             const About& about);

}  // namespace pilotlight::http
