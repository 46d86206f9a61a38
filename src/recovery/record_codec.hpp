// Records ↔ rows of versioned JSON text (D8): what every store of ours keeps, whatever it keeps it in. Pure.
//
// A row has a kind, an id and a JSON object: readable fields for people, and beside them `raw` (base64), the peer's
// own bytes of what must be echoed. Descriptions are rebuilt from `raw`; readable fields never hold an environment
// or java options, but `raw` does: rows are secrets. Reading is tolerant forwards: unknown fields are ignored,
// missing optional ones get their default. An Error names the field and never quotes a value. Never throws.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "core/record.hpp"

namespace pilotlight::recovery {

/// The `version` written into every record; a greater one is refused, because its meaning cannot be guessed.
inline constexpr int record_version = 1;

/// One row to write; without a value: to delete. `kind` is a literal.
struct RowChange {
  std::string_view kind;             ///< "worker", "app", "progress", "executor", "driver", "counters"
  std::string id;                    ///< "" for counters, "<application>.<number>" for an executor
  std::optional<std::string> value;  ///< one JSON object on one line, UTF-8
};

/// Appends what one operation does, in order. RemoveApp deletes two rows; the rows of its executors went before, each
/// by its own RemoveExecutor.
void append_row_changes(const core::RecordOp& operation, std::vector<RowChange>& changes);

using Record = std::variant<core::WorkerRecord, core::AppRecord, core::AppProgress, core::ExecutorRecord,
                            core::DriverRecord, core::Counters>;
/// Puts a record into its list.
void append(core::Recovered& recovered, Record record);

/// Reads one row. Errors: unknown kind, not JSON, a newer version, a required field that is missing or of the wrong
/// type or range, an id that is not the row's, raw bytes that cannot be read.
Result<Record> record_from_row(std::string_view kind, std::string_view id, std::string_view value);

}  // namespace pilotlight::recovery
