// Pages for people (spec §9.3): Spark's titles, labels and column names, which tools scrape too. Pure.
//
// Whatever came from a peer is escaped. Never shown: commands, environments, java options. Each page is complete
// without its script, which only keeps it up to date (src/http/static).
#pragma once

#include <string>
#include <string_view>

#include "base/time.hpp"
#include "core/state.hpp"
#include "http/page_context.hpp"
#include "replica/cluster.hpp"

namespace pilotlight::http {

/// GET /: "Spark Master at spark://host:port". A STANDBY's shows the masters and who leads, whatever else it knows.
std::string main_page(const core::State& state, const Now& now, const replica::Cluster& cluster = {},
                      const PageContext& context = {});
/// GET /app/?appId=id: "Application: name". For an id that is not known (a STANDBY knows none) a page that says so.
std::string app_page(const core::State& state, const Now& now, std::string_view id,
                     const replica::Cluster& cluster = {}, const PageContext& context = {});
/// A short page for an answer that is an error: "404 Not Found" and one sentence.
std::string error_page(std::string_view title, std::string_view sentence, const PageContext& context = {});

}  // namespace pilotlight::http
