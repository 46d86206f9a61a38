// Asks workers' web pages which Spark they run, or which drivers: one GET each, bounded in time and size.
//
// One for each master, on the runtime's thread. Only so many pages are read at once, the others wait: after a failover
// ten thousand workers are asked in one turn. What a driver's fate hangs on goes first. `done` is called on the same
// thread exactly once, later, unless the io_context stops first; it may outlive the reader.
#pragma once

#include <functional>
#include <map>
#include <memory>
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

class WorkerPageReader {
 public:
  static constexpr std::size_t most_at_once = 64;

  explicit WorkerPageReader(boost::asio::io_context& io);
  ~WorkerPageReader();
  WorkerPageReader(const WorkerPageReader&) = delete;
  WorkerPageReader& operator=(const WorkerPageReader&) = delete;

  /// `timeout` counts from when it is this page's turn.
  void read_version(const std::string& web_ui_url, Duration timeout, VersionRead done);
  /// nullopt: there is no such page, or it was not read to its end.
  void read_drivers(const std::string& web_ui_url, Duration timeout, DriversRead done);

 private:
  class Queue;
  std::shared_ptr<Queue> queue_;
};

}  // namespace pilotlight::master
