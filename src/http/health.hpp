// /livez, /readyz, /leader, /standby and /redirect: what probes and load balancers ask. Pure.
//
// Answered on the strand, from what is so at this moment: that an answer comes at all proves that the loop answers.
#pragma once

#include <optional>
#include <string_view>

#include "core/state.hpp"
#include "http/message.hpp"
#include "replica/cluster.hpp"

namespace pilotlight::http {

bool is_health(std::string_view path);
/// nullopt when the path is none of these.
std::optional<Response> health(const Request& request, const core::State& state, const replica::Cluster& cluster);

}  // namespace pilotlight::http
