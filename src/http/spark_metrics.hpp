// Spark's own metrics under Spark's own paths and names (spec §9.5): its PrometheusServlet and its MetricsServlet.
// Pure.
//
// Spark serves the first only where metrics.properties says so; here both are always there. What a JVM counts of
// itself (CodeGenerator, HiveExternalCatalog) does not exist.
#pragma once

#include <string>

#include "core/state.hpp"

namespace pilotlight::http {

std::string master_prometheus(const core::State& state);
std::string applications_prometheus(const core::State& state, const Now& now);
std::string master_metrics_json(const core::State& state);
std::string applications_metrics_json(const core::State& state, const Now& now);

}  // namespace pilotlight::http
