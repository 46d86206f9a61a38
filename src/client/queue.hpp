// The masters that stand in the election, read from ZooKeeper: for commands that know ZooKeeper and no master.
//
// Runs on the loop of an HttpClient. Begins with one session on all servers; if nothing has been read after a moment, a
// session on each server by itself, so that one that stands still costs no more than that. The destructor ends the
// sessions and waits for it, up to a second each when ZooKeeper has stopped in between.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "client/http_client.hpp"
#include "client/place.hpp"

namespace pilotlight::client {

struct QueueAnswer {
  std::vector<Address> masters;  ///< first in the queue first
  std::size_t strangers = 0;     ///< in the queue, and not ours: Spark's own masters do not say where they listen
  std::string trouble;           ///< it could not be read: why
};

class QueueReader {
 public:
  /// `done` is called once, from http's run(); never when nothing answers, so give it a limit there.
  QueueReader(HttpClient& http, const Queue& queue, std::function<void(QueueAnswer)> done);
  ~QueueReader();
  QueueReader(const QueueReader&) = delete;
  QueueReader& operator=(const QueueReader&) = delete;

  /// What the sessions have met so far, for when nothing came; "" = nothing.
  [[nodiscard]] std::string trouble() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

/// The masters among an election node's children and their data, in the order of the queue. Pure.
QueueAnswer masters_of(const std::vector<std::string>& children, const std::vector<std::string>& data);

}  // namespace pilotlight::client
