// Everything a master does to the world: the only output of the core (D2, D3).
//
// The runtime carries Effects out in the order of their duty:
//   1. `log` lines are written at once;
//   2. `persist` goes to the store, in one transaction with the other steps of the same turn;
//   3. `outputs` are released, in the order of the steps, when every `persist` of this and all earlier steps is
//      durable. So nothing is acknowledged, sent or launched before its record is safe, and order is kept;
//   4. `immediate` outputs need no record (refusals, status answers): they are released at once.
// On leadership loss, what was not yet released is dropped.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "core/peer.hpp"
#include "core/record.hpp"
#include "deploy/messages.hpp"

namespace pilotlight::core {

enum class LogLevel : std::uint8_t { debug, info, warn, error };
/// One line, in Spark's words where Spark has them. `logger` is Spark's class ("Master").
struct LogLine {
  LogLevel level = LogLevel::info;
  std::string text;
  std::string logger = "Master";
};

struct Send {
  Peer to;
  std::variant<deploy::ToWorker, deploy::ToDriver> message;
};
struct Answer {
  AskId ask;
  deploy::Dialect dialect = deploy::Dialect::spark_3_4;
  deploy::Reply reply;
};
/// Read the Spark version from a worker's page, off the strand, within 2 s; answered by WorkerVersionRead.
struct ReadWorkerVersion {
  WorkerId worker;
  std::string web_ui_url;
};
/// Read from a worker's page which drivers run there and how those that ended did, off the strand, within 20 s;
/// answered by WorkerDriversRead.
struct ReadWorkerDrivers {
  WorkerId worker;
  std::string web_ui_url;
};

using Output = std::variant<Send, Answer, ReadWorkerVersion, ReadWorkerDrivers>;

struct Effects {
  std::vector<LogLine> log;
  std::vector<RecordOp> persist;
  std::vector<Output> outputs;
  std::vector<Output> immediate;
  /// When the core wants TimerFired next; replaces the last one. nullopt = no timer needed.
  std::optional<Instant> wake_at;
};

}  // namespace pilotlight::core
