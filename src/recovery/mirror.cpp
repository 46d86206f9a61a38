#include "recovery/mirror.hpp"

#include <utility>

#include "base/assert.hpp"

namespace pilotlight::recovery {
namespace {

MirrorRow decoded_row(std::string_view kind, std::string_view id, std::string value, std::string damage) {
  MirrorRow row;
  row.reason = std::move(damage);
  row.damaged = !row.reason.empty();
  if (!row.damaged) {
    auto record = record_from_row(kind, id, value);
    if (record) {
      row.record = std::move(*record);
      return row;
    }
    row.reason = record.error().to_string();
  }
  row.text = std::move(value);
  return row;
}

bool counts_as_unreadable(const MirrorRow& row) { return !row.record && is_record_kind(row.kind()); }

/// What a row costs in a chunk besides its text.
constexpr std::size_t around_a_row = 64;

}  // namespace

std::string key_of(std::string_view kind, std::string_view id) { return std::string(kind).append("/").append(id); }

std::string title_of(std::string_view kind, std::string_view id) {
  return std::string(kind) + (id.empty() ? "" : " ") + std::string(id);
}

std::string text_of(const MirrorRow& row) {
  if (!row.record) return row.text;
  std::vector<RowChange> changes;
  std::visit([&](const auto& record) { append_row_changes(record, changes); }, *row.record);
  PILOTLIGHT_ASSERT(changes.size() == 1 && changes.front().value);
  return std::move(*changes.front().value);
}

const Mirror::Rows::value_type* Mirror::find(std::string_view kind, std::string_view id) const {
  const auto found = index_.find(key_of(kind, id));
  return found == index_.end() ? nullptr : &*found->second;
}

void Mirror::put(std::string key, Place place, MirrorRow row) {
  remove(key);
  // Two rows in one place come only from nodes that people have copied: both are kept.
  while (rows_.contains(place)) ++place.index;
  const auto at = rows_.emplace(place, std::move(row)).first;
  at->second.key = &index_.emplace(std::move(key), at).first->first;
  if (counts_as_unreadable(at->second)) ++unreadable_;
}

void Mirror::remove(const std::string& key) {
  const auto found = index_.find(key);
  if (found == index_.end()) return;
  const auto row = found->second;
  if (counts_as_unreadable(row->second)) --unreadable_;
  index_.erase(found);
  rows_.erase(row);
}

void Mirror::apply(const RowChange& change, Place place, std::optional<Record> record) {
  auto key = key_of(change.kind, change.id);
  if (!change.value) return remove(key);
  MirrorRow row;
  if (record)
    row.record = std::move(record);
  else
    row = decoded_row(change.kind, change.id, *change.value, {});
  row.written = place.commit;
  row.parts = parts_of(change.value->size());
  const auto known = index_.find(key);
  if (known == index_.end()) return put(std::move(key), place, std::move(row));
  row.key = &known->first;
  auto& there = known->second->second;
  if (counts_as_unreadable(there)) --unreadable_;
  if (counts_as_unreadable(row)) ++unreadable_;
  there = std::move(row);
}

bool Mirror::apply(const Commit& commit, std::vector<std::optional<Record>> decoded) {
  if (!complete_ && !loading_) return false;
  if (commit.number <= number_) return true;
  if (commit.number != number_ + 1) {
    lose();
    return false;
  }
  decoded.resize(commit.changes.size());
  number_ = commit.number;
  for (std::uint32_t i = 0; i < commit.changes.size(); ++i)
    apply(commit.changes[i], {number_, i}, std::move(decoded[i]));
  return true;
}

bool Mirror::load(Chunk chunk) {
  if (chunk.first) {
    rows_.clear();
    index_.clear();
    unreadable_ = 0;
    remarks_ = std::move(chunk.remarks);
    number_ = chunk.number;
    loading_ = true;
    complete_ = false;
  }
  if (!loading_ || chunk.number != number_) {
    lose();
    return false;
  }
  for (auto& row : chunk.rows) {
    auto decoded = decoded_row(row.kind, row.id, std::move(row.value), std::move(row.damage));
    decoded.written = row.written;
    decoded.parts = row.parts;
    put(key_of(row.kind, row.id), row.created, std::move(decoded));
  }
  if (chunk.last) {
    loading_ = false;
    complete_ = true;
  }
  return true;
}

Chunk Mirror::snapshot(Place after, std::size_t bytes) const {
  PILOTLIGHT_ASSERT(complete_);
  Chunk chunk;
  chunk.number = number_;
  chunk.first = after == Place{};
  if (chunk.first) chunk.remarks = remarks_;
  std::size_t size = 0;
  auto at = rows_.upper_bound(after);
  for (; at != rows_.end() && size < bytes; ++at) {
    const auto& [place, row] = *at;
    StoredRow stored{std::string(row.kind()), std::string(row.id()), text_of(row), place, row.written, row.parts, {}};
    // What was damaged stays so there too; what is only unknown here may be readable there.
    if (!row.record && row.damaged) stored.damage = row.reason;
    size += around_a_row + stored.kind.size() + stored.id.size() + stored.value.size();
    chunk.rows.push_back(std::move(stored));
  }
  chunk.last = at == rows_.end();
  return chunk;
}

core::Recovered Mirror::recovered() const {
  core::Recovered recovered;
  recovered.set_aside = remarks_;
  const auto unreadable = [&](const MirrorRow& row, std::string_view why) {
    recovered.set_aside.push_back(one_line(title_of(row.kind(), row.id()) + ": " + std::string(why)));
  };
  for (const auto& [place, row] : rows_) {
    if (!row.record) {
      unreadable(row, row.reason);
      continue;
    }
    if (std::holds_alternative<core::AppProgress>(*row.record)) {
      const auto* app = find("app", row.id());
      if (app == nullptr || !app->second.record) {
        unreadable(row, "its application has no readable record");
        continue;
      }
    }
    append(recovered, *row.record);
  }
  return recovered;
}

}  // namespace pilotlight::recovery
