// Which page answers which request (spec §9.2, §9.3). Pure; the server adds the headers that every answer has.
#pragma once

#include "base/time.hpp"
#include "core/state.hpp"
#include "http/about.hpp"
#include "http/message.hpp"
#include "http/stats.hpp"
#include "replica/cluster.hpp"

namespace pilotlight::http {

/// Answers any request, however odd:
///   GET /, /app/?appId=              pages
///   GET /json/, /json                everything
///   GET /json/clusterutilization     sums in percent (spec §12)
///   GET /json/<field>                one top-level field
///   GET /cluster                     the whole cluster, the same from any master
/// HEAD like GET; any other method 405; any other path 404.
Response respond(const Request& request, const core::State& state, const Now& now, const replica::Cluster& cluster = {},
                 const About& about = {}, const Stats& stats = {});

}  // namespace pilotlight::http
