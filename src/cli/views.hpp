// What each answer shows of a cluster's document. Pure functions, but for the time zone of moments.
//
// Ages count from the moment at which the master wrote the document, by its own clock.
#pragma once

#include <string>

#include "cli/cluster.hpp"
#include "cli/listing.hpp"
#include "client/cluster_document.hpp"

namespace pilotlight::cli {

Listing masters_listing(const client::ClusterDocument& document);
Listing workers_listing(const client::ClusterDocument& document);
/// `all`: those that have ended as well.
Listing apps_listing(const client::ClusterDocument& document, bool all);
Listing drivers_listing(const client::ClusterDocument& document, bool all);
Listing failovers_listing(const client::ClusterDocument& document);

/// One screen. `wide`: every row and column, nothing left out.
std::string status_screen(const client::ClusterDocument& document, const Leadership& who, const Look& look, bool wide);
/// The same as lines of key, tab, value.
std::string status_tsv(const client::ClusterDocument& document, const Leadership& who);

}  // namespace pilotlight::cli
