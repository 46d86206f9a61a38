// Where a master keeps its records: the interface and its ways to fail. Implementations: none_store, fs_store
// (SQLite), later zk_store; an importer of Spark's own records fits in `load` later.
//
// Called on the runtime's strand. `commit` is asynchronous: all operations handed in before a commit begins go in
// one transaction, and callbacks come in the order of the calls, posted to the strand through `Post`. The store
// outlives nothing it calls: close() returns after the last callback was posted or dropped.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "core/record.hpp"

namespace pilotlight::recovery {

/// Runs a function on the runtime's strand, from any thread.
using Post = std::function<void(std::function<void()>)>;
using Committed = std::function<void(Result<void>)>;

class Store {
 public:
  virtual ~Store() = default;
  /// Reads everything, once, before the first commit. A record that cannot be read is set aside (listed in
  /// Recovered::set_aside, kept in the store), never fatal. An Error means that the store itself is unusable.
  virtual Result<core::Recovered> load() = 0;
  /// Makes the operations durable, all or none. A `retryable` error (disk full, …) means that nothing of it
  /// happened and the same call may be made again. Commits handed in meanwhile are not held back: a caller that
  /// retries and cares for order hands in one at a time.
  virtual void commit(std::vector<core::RecordOp> operations, Committed done) = 0;
  /// Waits for what is under way; nothing may be called afterwards.
  virtual void close() = 0;
  /// "FILESYSTEM (/var/lib/pilotlight)": for logs and pages.
  [[nodiscard]] virtual std::string describe() const = 0;
};

/// Recovery mode NONE: nothing is kept, every commit succeeds at once.
std::unique_ptr<Store> make_none_store(Post post);
/// Recovery mode FILESYSTEM: `directory`/pilotlight.db (SQLite, WAL, synchronous=FULL), with a thread of its own.
/// The directory is created (mode 0700) when its parent exists. Fails when it cannot be written or another process
/// holds `directory`/pilotlight.lock. The records can be read with sqlite3 while a master runs; they hold secrets.
Result<std::unique_ptr<Store>> make_fs_store(const std::string& directory, Post post);

}  // namespace pilotlight::recovery
