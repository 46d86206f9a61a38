#include "recovery/record_database.hpp"

#include <sqlite3.h>

#include <map>
#include <set>
#include <utility>

namespace pilotlight::recovery {
namespace {

constexpr std::int64_t application_id = 0x50494c54;  // "PILT"
constexpr std::int64_t schema_number = 1;

constexpr const char* create_schema = R"(
  BEGIN IMMEDIATE;
  CREATE TABLE record (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (kind, id));
  CREATE TABLE set_aside (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')));
  PRAGMA application_id = 0x50494c54;
  PRAGMA user_version = 1;
  COMMIT;)";

// The position of a record that is put again stays: applications are listed in the order of registration.
constexpr std::string_view put_sql =
    "INSERT INTO record (kind, id, value) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (kind, id) DO UPDATE SET value = excluded.value";
constexpr std::string_view remove_sql = "DELETE FROM record WHERE kind = ?1 AND id = ?2";

/// Whether the file is new (true) or holds our schema (false).
Result<bool> is_new(Connection& connection, const std::string& path) {
  auto id = connection.query_number("PRAGMA application_id");
  if (!id) return id.error();
  auto schema = connection.query_number("PRAGMA user_version");
  if (!schema) return schema.error();
  auto tables = connection.query_number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  if (*id == 0 && *schema == 0 && *tables == 0) return true;
  if (*id != application_id)
    return fatal(path + " is the database of another program: choose another spark.deploy.recoveryDirectory");
  if (*schema != schema_number)
    return fatal(path + " was written by another version of Pilotlight (schema " + std::to_string(*schema) +
                 "; this one reads schema " + std::to_string(schema_number) +
                 "): start that version, or choose another spark.deploy.recoveryDirectory");
  return false;
}

/// WAL lets one fsync make a commit durable, and readers look on while the master writes.
Result<void> configure(Connection& connection, const std::string& path) {
  auto mode = connection.query_text("PRAGMA journal_mode = WAL");
  if (!mode) return mode.error();
  if (*mode != "wal")
    return fatal(
        path +
        " cannot have a write-ahead log on this file system: put spark.deploy.recoveryDirectory on a local disk");
  return connection.execute(
      "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864; PRAGMA trusted_schema = OFF;");
}

/// Ids come from peers: what is logged of them stays on one line.
std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return text;
}

std::string name_of(std::string_view kind, std::string_view id) {
  return std::string(kind) + (id.empty() ? "" : " ") + std::string(id);
}

}  // namespace

Result<RecordDatabase> RecordDatabase::open(const std::string& path, const DatabaseOptions& options) {
  auto connection = Connection::open(path, options.busy);
  if (!connection) return connection.error();
  auto fresh = is_new(*connection, path);
  if (!fresh) return fresh.error();
  if (auto configured = configure(*connection, path); !configured) return configured.error();
  if (options.max_pages > 0)
    if (auto limited =
            connection->query_number(("PRAGMA max_page_count = " + std::to_string(options.max_pages)).c_str());
        !limited)
      return limited.error();
  if (*fresh)
    if (auto created = connection->execute(create_schema); !created) return created.error();
  auto put = connection->prepare(put_sql);
  if (!put) return put.error();
  auto remove = connection->prepare(remove_sql);
  if (!remove) return remove.error();
  return RecordDatabase(std::move(*connection), std::move(*put), std::move(*remove), path);
}

template <typename Work>
Result<void> RecordDatabase::transaction(Work work) {
  if (connection_.file_has_moved())
    return fatal(path_ + " was removed or replaced while the master was running: put it back or restart the master");
  auto result = connection_.execute("BEGIN IMMEDIATE");
  if (!result) return result;
  result = work();
  if (result) result = connection_.execute("COMMIT");
  if (!result && connection_.in_transaction())
    if (auto undone = connection_.execute("ROLLBACK"); !undone)
      return outcome_unknown(result.error().message + "; and it could not be undone: " + undone.error().message);
  return result;
}

Result<void> RecordDatabase::apply(const std::vector<RowChange>& changes) {
  for (const auto& change : changes) {
    auto& statement = change.value ? put_ : remove_;
    statement.bind(1, change.kind);
    statement.bind(2, change.id);
    if (change.value) statement.bind(3, *change.value);
    if (auto done = connection_.run(statement); !done) return done;
  }
  return {};
}

Result<void> RecordDatabase::write(const std::vector<RowChange>& changes) {
  if (changes.empty()) return {};
  return transaction([&] { return apply(changes); });
}

Result<core::Recovered> RecordDatabase::load() {
  core::Recovered recovered;
  auto unreadable = read_records(recovered);
  if (!unreadable) return unreadable.error();
  if (!unreadable->empty()) {
    const auto moved = transaction([&] { return set_aside(*unreadable); });
    // A full disk must not keep a master from starting with the records that it can read.
    for (const auto& row : *unreadable)
      if (!moved)
        recovered.set_aside.push_back(one_line(name_of(row.kind, row.id) + ": " + row.reason +
                                               " (still among the records: " + moved.error().message + ")"));
  }
  if (auto listed = list_set_aside(recovered); !listed) return listed.error();
  return recovered;
}

Result<std::vector<RecordDatabase::Row>> RecordDatabase::read_records(core::Recovered& recovered) {
  auto select = connection_.prepare("SELECT position, kind, id, value FROM record ORDER BY position");
  if (!select) return select.error();
  std::vector<Row> unreadable;
  std::map<AppId, std::int64_t> progress_positions;
  int code = SQLITE_OK;
  while ((code = select->step()) == SQLITE_ROW) {
    Row row{select->number(0), std::string(select->text(1)), std::string(select->text(2)), {}};
    auto record = record_from_row(row.kind, row.id, select->text(3));
    if (!record) {
      row.reason = record.error().to_string();
      unreadable.push_back(std::move(row));
      continue;
    }
    if (row.kind == "progress") progress_positions[AppId(row.id)] = row.position;
    append(recovered, std::move(*record));
  }
  if (code != SQLITE_DONE) return connection_.error(code);

  // What is left of an application goes where its record went, so that both can be put back together.
  std::set<AppId> apps;
  for (const auto& app : recovered.apps) apps.insert(app.id);
  std::erase_if(recovered.progress, [&](const core::AppProgress& progress) {
    if (apps.contains(progress.id)) return false;
    unreadable.push_back(
        {progress_positions[progress.id], "progress", progress.id.text, "its application has no readable record"});
    return true;
  });
  return unreadable;
}

Result<void> RecordDatabase::set_aside(const std::vector<Row>& rows) {
  auto copy = connection_.prepare(
      "INSERT INTO set_aside (kind, id, value, reason) SELECT kind, id, value, ?1 FROM record "
      "WHERE position = CAST(?2 AS INTEGER)");
  if (!copy) return copy.error();
  auto remove = connection_.prepare("DELETE FROM record WHERE position = CAST(?1 AS INTEGER)");
  if (!remove) return remove.error();
  for (const auto& row : rows) {
    const auto position = std::to_string(row.position);
    copy->bind(1, row.reason);
    copy->bind(2, position);
    if (auto done = connection_.run(*copy); !done) return done;
    remove->bind(1, position);
    if (auto done = connection_.run(*remove); !done) return done;
  }
  return {};
}

Result<void> RecordDatabase::list_set_aside(core::Recovered& recovered) {
  auto select = connection_.prepare("SELECT kind, id, reason, at FROM set_aside ORDER BY number");
  if (!select) return select.error();
  int code = SQLITE_OK;
  while ((code = select->step()) == SQLITE_ROW) {
    recovered.set_aside.push_back(one_line(name_of(select->text(0), select->text(1)) + ": " +
                                           std::string(select->text(2)) + " (set aside " +
                                           std::string(select->text(3)) + ", kept in " + path_ + ")"));
  }
  if (code != SQLITE_DONE) return connection_.error(code);
  return {};
}

}  // namespace pilotlight::recovery
