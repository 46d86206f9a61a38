// A ZooKeeper in memory with one client of it, and masters that lead through it, for the tests of the journal, the
// reader and the mirror. Connections are lost where a test says so and made again at once.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "recovery/zk_journal.hpp"
#include "recovery/zk_reader.hpp"
#include "unit/recovery/samples.hpp"
#include "zk/memory_ensemble.hpp"

namespace pilotlight::recovery {

class ZkWorld {
 public:
  ZkWorld();

  /// Asked for each request that a machine submits; none: all goes well.
  std::function<zk::Fault(const zk::Request&)> faults;
  /// Every request of a machine, as it was submitted.
  std::vector<zk::Request> submitted;
  /// Multis of a machine that ZooKeeper refused.
  int refused = 0;

  const ZkLayout layout{"/spark"};
  NextRequestId ids();
  /// Submits, and connects again when a fault broke the connection before.
  void submit(const ZkAsks& asks);
  /// The answers that have come.
  std::vector<zk::Answered> answers();
  void reconnect();

  /// One operation of an administrator, who is asked for no version.
  zk::Answered by_hand(const zk::Request& request);
  std::string data(const std::string& path) { return by_hand(zk::Get{path, false}).data; }
  std::vector<std::string> children(const std::string& path);
  std::optional<zk::Stat> stat(const std::string& path);

  /// What the election does: the next epoch, and the fence's new version.
  Leadership claim();
  /// Starts until it is done; fails the test when it cannot be.
  FullRead read(Mirror known = {});

 private:
  zk::MemoryEnsemble ensemble_{{}};
  zk::ClientId client_;
  zk::ClientId hand_;
  std::uint64_t last_id_ = 0;
  std::uint64_t epoch_ = 0;
};

/// A master that leads, and a standby that follows its stream.
class Leader {
 public:
  explicit Leader(ZkWorld& world, Mirror known = {});

  /// Runs a batch to its end; the last news. Commits go to the standby.
  JournalNews::What commit(const std::vector<core::RecordOp>& operations) { return run(journal.begin(operations)); }
  JournalNews::What run(JournalNews news);

  ZkWorld& world;
  FullRead read;
  Mirror& mirror = read.mirror;
  ZkJournal journal;
  Mirror standby;
  std::vector<Commit> commits;  ///< all that standbys were sent
  Error error;                  ///< of the last failure
};

/// All that a mirror knows of its rows, for comparing.
struct RowView {
  std::string kind;
  std::string id;
  std::string value;
  Place created;
  std::uint64_t written = 0;
  std::uint32_t parts = 0;
  bool operator==(const RowView&) const = default;
};
std::vector<RowView> rows_of(const Mirror& mirror);
/// "kind/id" in order of creation.
std::vector<std::string> keys_of(const Mirror& mirror);
Mirror copy_of(const Mirror& mirror, std::size_t chunk_bytes = 4096);

/// A worker whose record has about this many bytes.
core::WorkerRecord large_worker(const std::string& id, std::size_t bytes, char fill = 'x');
/// A real description whose name has this many bytes.
core::AppRecord large_app(const std::string& id, std::size_t bytes);

}  // namespace pilotlight::recovery
