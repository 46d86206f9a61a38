// Finds the drivers in a worker's web page: those that run and, as many as the worker retains, those that ended. Pure.
//
// Spark's /json/ of a worker has none (spec §9.4). Each row of the tables "Running Drivers" and "Finished Drivers"
// begins with the cells driver id, main class, state; all lines of Spark print them so.
#pragma once

#include <map>
#include <string_view>

#include "base/ids.hpp"
#include "deploy/types.hpp"

namespace pilotlight::master {

/// Never fails: what does not look like such a row is passed over.
std::map<DriverId, deploy::DriverState> drivers_in_page(std::string_view html);
/// The page was read to its end.
bool is_whole_page(std::string_view html);

}  // namespace pilotlight::master
