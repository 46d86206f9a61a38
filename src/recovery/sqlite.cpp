#include "recovery/sqlite.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace pilotlight::recovery {
namespace {

std::string directory_of(const std::string& path) { return std::filesystem::path(path).parent_path().string(); }

Error disk_full(const std::string& path) {
  return retryable("disk full on " + directory_of(path) + ": " + path +
                   " could not be written; free some space there and it goes on");
}

Error error_of(int code, int system_error, const std::string& path) {
  const auto reason = [&] {
    return std::string(sqlite3_errstr(code)) +
           (system_error != 0 ? std::string(", ") + std::strerror(system_error) : "");
  };
  switch (code & 0xff) {
    case SQLITE_FULL: return disk_full(path);
    case SQLITE_IOERR:
      if (system_error == ENOSPC || system_error == EDQUOT) return disk_full(path);
      return retryable(path + " could not be read or written (" + reason() + "): look at the disk and the limits of " +
                       directory_of(path));
    case SQLITE_READONLY:
      return retryable(path + " cannot be written (" + reason() +
                       "): give the master's user the right to write there, or mount the file system read-write");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return retryable("another program holds " + path + ": end it (an open sqlite3 shell, a backup)");
    case SQLITE_CANTOPEN:
      return retryable(path + " could not be opened (" + reason() +
                       "): the master's user needs to read and write it and its directory");
    case SQLITE_NOMEM: return retryable("no memory is left to work on " + path);
    case SQLITE_NOTADB:
      return fatal(path + " is not an SQLite database: choose another spark.deploy.recoveryDirectory, or move it away");
    case SQLITE_CORRUPT:
      return fatal(path +
                   " is damaged: copy it and its -wal file away, repair the copy with `sqlite3 … .recover`, or "
                   "start with an empty directory (what it held is then forgotten)");
    default: return fatal(path + ": " + reason());
  }
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

void Statement::bind(int index, std::string_view text) {
  sqlite3_bind_text64(statement_.get(), index, text.data() != nullptr ? text.data() : "", text.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
}

int Statement::step() { return sqlite3_step(statement_.get()); }

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

std::string_view Statement::text(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(statement_.get(), column); }

// The _v2 form outlives statements that are finalized later, so members may be destroyed in any order.
void Connection::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

Result<Connection> Connection::open(const std::string& path, std::chrono::milliseconds busy) {
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  Connection connection(handle, path);
  if (code != SQLITE_OK) return error_of(code, handle != nullptr ? sqlite3_system_errno(handle) : 0, path);
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, static_cast<int>(busy.count()));
  return connection;
}

Result<void> Connection::execute(const char* sql) {
  errno = 0;
  const int code = sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error(code);
  return {};
}

Result<Statement> Connection::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return error(code);
  return Statement(statement);
}

Result<std::int64_t> Connection::query_number(const char* sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  const int code = statement->step();
  if (code != SQLITE_ROW) return error(code);
  return statement->number(0);
}

Result<std::string> Connection::query_text(const char* sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  const int code = statement->step();
  if (code != SQLITE_ROW) return error(code);
  return std::string(statement->text(0));
}

Result<void> Connection::run(Statement& statement) {
  errno = 0;
  const int code = statement.step();
  // Before the reset, which forgets the system's reason.
  auto result = code == SQLITE_DONE ? Result<void>() : Result<void>(error(code));
  statement.reset();
  return result;
}

bool Connection::in_transaction() const { return sqlite3_get_autocommit(connection_.get()) == 0; }

bool Connection::file_has_moved() const {
  int moved = 0;
  sqlite3_file_control(connection_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return moved != 0;
}

Error Connection::error(int code) const {
  // SQLite forgets the system's reason when a COMMIT fails; errno still has it then.
  const int last = errno;
  const int known = sqlite3_system_errno(connection_.get());
  return error_of(code, known != 0 || (code & 0xff) != SQLITE_IOERR ? known : last, path_);
}

}  // namespace pilotlight::recovery
