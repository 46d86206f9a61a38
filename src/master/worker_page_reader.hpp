// Asks a worker's web page which Spark it runs, or which drivers: one GET, asynchronous, bounded in time and size.
//
// Called on the runtime's thread; `done` is called there exactly once, later, unless the io_context stops first.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "deploy/types.hpp"

namespace boost::asio {
class io_context;
}

namespace pilotlight::master {

using VersionRead = std::function<void(std::optional<std::string> spark_version)>;
using DriversRead = std::function<void(std::optional<std::map<DriverId, deploy::DriverState>> drivers)>;

void read_worker_version(boost::asio::io_context& io, const std::string& web_ui_url, Duration timeout,
                         VersionRead done);
/// nullopt: there is no such page, or it was not read to its end.
void read_worker_drivers(boost::asio::io_context& io, const std::string& web_ui_url, Duration timeout,
                         DriversRead done);

}  // namespace pilotlight::master
