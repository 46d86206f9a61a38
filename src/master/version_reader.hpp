// Asks a worker's web page which Spark it runs: one GET, asynchronous, bounded in time and size.
//
// Called on the runtime's thread; `done` is called there exactly once, later, unless the io_context stops first.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/time.hpp"

namespace boost::asio {
class io_context;
}

namespace pilotlight::master {

using VersionRead = std::function<void(std::optional<std::string> spark_version)>;

void read_worker_version(boost::asio::io_context& io, const std::string& web_ui_url, Duration timeout,
                         VersionRead done);

}  // namespace pilotlight::master
