// Pages for people (spec §9.3): Spark's titles, labels and column names, which tools scrape too. Pure.
//
// Whatever came from a peer is escaped. Never shown: commands, environments, java options.
#pragma once

#include <string>
#include <string_view>

#include "base/time.hpp"
#include "core/state.hpp"
#include "replica/cluster.hpp"

namespace pilotlight::http {

/// GET /: "Spark Master at spark://host:port".
std::string main_page(const core::State& state, const Now& now, const replica::Cluster& cluster = {});
/// A short page for an answer that is an error: "404 Not Found" and one sentence.
std::string error_page(std::string_view title, std::string_view sentence);

}  // namespace pilotlight::http
