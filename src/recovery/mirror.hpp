// The leader's records, decoded, in every master's memory: a standby follows the leader's stream of commits with it and
// takes over from it; the leader keeps one too, from which standbys that join are served. Pure.
//
// Complete up to one commit number, or not complete: then it refuses commits until it was loaded from the first chunk
// to the last. Rows are decoded once, on arrival; their text is not kept but written again for a snapshot. A row that
// cannot be decoded keeps its text, its place and the reason, and never stops anything. Used by one thread; a
// snapshot goes on in chunks while commits go on, as long as both reach the other mirror in the order they were made.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/record.hpp"
#include "recovery/record_codec.hpp"
#include "recovery/zk_layout.hpp"

namespace pilotlight::recovery {

/// One durable step of the leader, as standbys are sent it. A commit without changes is one too.
struct Commit {
  std::uint64_t number = 0;
  std::vector<RowChange> changes;  ///< `kind` may point into what was received: it is used during the call only
};

/// A row as snapshots and full reads carry it.
struct StoredRow {
  std::string kind;
  std::string id;
  std::string value;
  Place created;
  std::uint64_t written = 0;  ///< the commit that wrote it last
  std::uint32_t parts = 0;    ///< of its node in ZooKeeper
  std::string damage;         ///< why `value` is not what was written; "" = it is
};

struct Chunk {
  std::uint64_t number = 0;  ///< the commit up to which its rows were true
  bool first = false;
  bool last = false;
  std::vector<StoredRow> rows;       ///< in order of creation
  std::vector<std::string> remarks;  ///< in the first: Mirror::remarks()
};

struct MirrorRow {
  std::optional<Record> record;
  std::string text;      ///< of what cannot be decoded
  std::string reason;    ///< why
  bool damaged = false;  ///< `text` is not even what was written
  std::uint64_t written = 0;
  std::uint32_t parts = 0;
  const std::string* key = nullptr;

  [[nodiscard]] std::string_view kind() const { return std::string_view(*key).substr(0, key->find('/')); }
  [[nodiscard]] std::string_view id() const { return std::string_view(*key).substr(key->find('/') + 1); }
};

class Mirror {
 public:
  using Rows = std::map<Place, MirrorRow>;
  Mirror() = default;
  /// Rows point at their keys.
  Mirror(const Mirror&) = delete;
  Mirror& operator=(const Mirror&) = delete;
  Mirror(Mirror&&) = default;
  Mirror& operator=(Mirror&&) = default;

  [[nodiscard]] bool complete() const { return complete_; }
  /// The last commit applied; while loading, the commit that the stream must follow on.
  [[nodiscard]] std::uint64_t number() const { return number_; }

  /// The next commit of the stream. One that is known already changes nothing. After a gap, or while nothing was
  /// loaded: false, and the mirror is not complete. `decoded`, when given, has the record of each change that puts
  /// one: the leader has them anyway.
  bool apply(const Commit& commit, std::vector<std::optional<Record>> decoded = {});
  /// Not complete any more: the stream broke.
  void lose() { complete_ = loading_ = false; }

  /// The first chunk forgets everything; after the last the mirror is complete. Commits made meanwhile are applied in
  /// between. False when a chunk does not follow on what came before: then it is not complete.
  bool load(Chunk chunk);
  /// The rows created after `after`, about `bytes` of them but at least one; Place{} begins. Go on with the place of
  /// the last row until `last`. The mirror must be complete.
  [[nodiscard]] Chunk snapshot(Place after, std::size_t bytes) const;

  /// A copy in order of creation; peers' raw bytes are shared.
  [[nodiscard]] core::Recovered recovered() const;

  [[nodiscard]] const Rows& rows() const { return rows_; }
  /// The row and its place; nullptr when there is none.
  [[nodiscard]] const Rows::value_type* find(std::string_view kind, std::string_view id) const;
  /// What was set aside in ZooKeeper already, for Recovered::set_aside.
  [[nodiscard]] const std::vector<std::string>& remarks() const { return remarks_; }
  /// Whether a row of a kind that we keep cannot be read.
  [[nodiscard]] bool has_unreadable() const { return unreadable_ > 0; }
  [[nodiscard]] std::size_t unreadable() const { return unreadable_; }
  void remark(std::string text) { remarks_.push_back(one_line(std::move(text))); }

 private:
  void put(std::string key, Place place, MirrorRow row);
  void remove(const std::string& key);
  void apply(const RowChange& change, Place place, std::optional<Record> record);

  bool complete_ = false;
  bool loading_ = false;
  std::uint64_t number_ = 0;
  Rows rows_;
  std::unordered_map<std::string, Rows::iterator> index_;  ///< "kind/id"
  std::vector<std::string> remarks_;
  std::size_t unreadable_ = 0;
};

/// The text of a row again: what record_codec would write today.
std::string text_of(const MirrorRow& row);
std::string key_of(std::string_view kind, std::string_view id);
/// "worker worker-1": for messages.
std::string title_of(std::string_view kind, std::string_view id);

}  // namespace pilotlight::recovery
