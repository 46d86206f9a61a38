// One SQLite connection and its prepared statements, as values with our errors. Private to recovery.
//
// Used by one thread at a time (handing over needs a lock or a join in between). A Statement must not outlive its
// Connection. Errors name the file and what to do, and carry no data: SQLite is never asked to quote a value.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace pilotlight::recovery {

class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  /// Index from 1. The text must stay alive until step() or reset().
  void bind(int index, std::string_view text);
  /// SQLITE_ROW, SQLITE_DONE or an error code.
  int step();
  /// Ends a run, so that the statement can be bound and stepped again.
  void reset();
  /// Index from 0; "" for NULL. Valid until the next step() or reset().
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] std::int64_t number(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Connection {
 public:
  /// Opens or creates the file; waits up to `busy` whenever another process holds it.
  static Result<Connection> open(const std::string& path, std::chrono::milliseconds busy);

  /// One or more statements without results.
  Result<void> execute(const char* sql);
  Result<Statement> prepare(std::string_view sql);
  /// The first column of the first row.
  Result<std::int64_t> query_number(const char* sql);
  Result<std::string> query_text(const char* sql);

  /// Steps a statement that yields no rows to its end and resets it.
  Result<void> run(Statement& statement);

  /// A transaction is open. SQLite itself ends one upon some errors.
  [[nodiscard]] bool in_transaction() const;
  /// Whether the file was removed, renamed or replaced since it was opened.
  [[nodiscard]] bool file_has_moved() const;
  /// The Error for a code that step() returned.
  [[nodiscard]] Error error(int code) const;

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  Connection(sqlite3* connection, std::string path) : connection_(connection), path_(std::move(path)) {}

  std::unique_ptr<sqlite3, Close> connection_;
  std::string path_;
};

}  // namespace pilotlight::recovery
