// The rows of records in one SQLite file: schema, reading all, writing a group in one transaction. Private to recovery.
//
// Tables: `record` (kind, id, value; `position` keeps the order in which records first came) and `set_aside` (records
// that could not be read, with the reason and the time; nothing here ever deletes from it). The header's application
// id and schema number tell a foreign or newer file. People may read the file with sqlite3 while a master runs.
// Synchronous; used by one thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "core/record.hpp"
#include "recovery/record_codec.hpp"
#include "recovery/sqlite.hpp"

namespace pilotlight::recovery {

struct DatabaseOptions {
  std::chrono::milliseconds busy{1000};  ///< how long to wait for another program that holds the file
  std::int64_t max_pages = 0;            ///< of 4 KiB; beyond, the disk counts as full. 0 = no limit
};

class RecordDatabase {
 public:
  /// Opens an existing file or fills an empty one. Errors: foreign, newer, damaged, not writable.
  static Result<RecordDatabase> open(const std::string& path, const DatabaseOptions& options);

  /// Every record. Those that cannot be read move to `set_aside` first, in one transaction.
  Result<core::Recovered> load();
  /// One durable transaction: when it fails, nothing of it happened.
  Result<void> write(const std::vector<RowChange>& changes);

 private:
  struct Row {
    std::int64_t position;
    std::string kind;
    std::string id;
    std::string reason;
  };
  RecordDatabase(Connection connection, Statement put, Statement remove, std::string path)
      : connection_(std::move(connection)), put_(std::move(put)), remove_(std::move(remove)), path_(std::move(path)) {}

  Result<std::vector<Row>> read_records(core::Recovered& recovered);
  Result<void> set_aside(const std::vector<Row>& rows);
  Result<void> list_set_aside(core::Recovered& recovered);
  Result<void> apply(const std::vector<RowChange>& changes);
  template <typename Work>
  Result<void> transaction(Work work);

  Connection connection_;
  Statement put_;
  Statement remove_;
  std::string path_;
};

}  // namespace pilotlight::recovery
