#include "recovery/zk_plan.hpp"

#include <algorithm>
#include <iterator>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "base/assert.hpp"

namespace pilotlight::recovery {
namespace {

/// The check, the commit and a few parents that may turn out to be missing.
constexpr std::size_t set_apart = 8192;
constexpr std::size_t room_of_a_step = zk::largest_operation - set_apart;

std::size_t size_of(const std::vector<ZkAction>& actions) {
  std::size_t size = 0;
  for (const auto& action : actions) size += recovery::size_of(action);
  return size;
}

template <typename Op>
std::optional<Record> record_of(const Op& operation) {
  if constexpr (std::is_constructible_v<Record, const Op&>)
    return Record(operation);
  else
    return std::nullopt;
}

std::string_view part_of(std::string_view value, std::uint32_t index) {
  return value.substr(index * largest_part, largest_part);
}

Envelope envelope_of(std::string_view value, std::uint64_t number, Place created) {
  Envelope envelope;
  envelope.commit = number;
  envelope.created = created;
  envelope.parts = parts_of(value.size());
  envelope.size = value.size();
  if (envelope.parts > 0) envelope.checksum = checksum_of(value);
  envelope.value = value;
  return envelope;
}

Result<void> check(const RowChange& change) {
  PILOTLIGHT_ASSERT(is_record_kind(change.kind));
  const auto error = [&](const std::string& why) {
    return fatal("the record " + one_line(title_of(change.kind, change.id.substr(0, 64))) +
                 " cannot be stored in ZooKeeper: " + why);
  };
  if (name_of_id(change.id).size() > longest_name) return error("its id is too long");
  if (change.value && change.value->size() > largest_value)
    return error("it has " + std::to_string(change.value->size()) + " bytes, more than " +
                 std::to_string(largest_value));
  return {};
}

std::string aside_name(std::string_view id, std::uint64_t number) {
  return name_of_id(id) + "%at-" + std::to_string(number);
}

}  // namespace

std::size_t size_of(const ZkAction& action) {
  return zk::size_of(zk::Operation(zk::Delete{})) + action.path.size() + action.data.size();
}

ZkStep& ZkPlan::open_step() {
  auto& step = steps_.emplace_back();
  step.number = step.commit.number = next_++;
  return step;
}

ZkPlan::Known ZkPlan::known(std::string_view kind, std::string_view id) const {
  if (const auto found = ahead_.find(key_of(kind, id)); found != ahead_.end()) return found->second;
  const auto* row = mirror_.find(kind, id);
  if (row == nullptr) return {};
  return {true, row->first, row->second.written, row->second.parts, row->second.record.has_value()};
}

Result<void> ZkPlan::add(const std::vector<core::RecordOp>& operations) {
  std::vector<Unit> units;
  units.reserve(operations.size());
  std::size_t bytes = 0;
  for (const auto& operation : operations) {
    auto& unit = units.emplace_back();
    append_row_changes(operation, unit.changes);
    unit.record = std::visit([](const auto& op) { return record_of(op); }, operation);
    for (const auto& change : unit.changes)
      bytes += 256 + change.id.size() * 3 + (change.value ? change.value->size() : 0);
  }
  // Only what is done at once may skip what it replaces itself.
  if (bytes <= room_of_a_step) units = coalesced(std::move(units));
  for (auto& unit : units)
    if (auto added = add(std::move(unit)); !added) return added;
  return {};
}

/// Of several values of one row the last is written, in the place of the first.
std::vector<ZkPlan::Unit> ZkPlan::coalesced(std::vector<Unit> units) {
  std::vector<Unit> kept;
  kept.reserve(units.size());
  std::unordered_map<std::string, std::size_t> put_at;
  for (auto& unit : units) {
    if (unit.changes.size() == 1 && unit.changes.front().value) {
      const auto [at, fresh] = put_at.emplace(key_of(unit.changes.front().kind, unit.changes.front().id), kept.size());
      if (!fresh) {
        kept[at->second] = std::move(unit);
        continue;
      }
    } else {
      for (const auto& change : unit.changes) put_at.erase(key_of(change.kind, change.id));
    }
    kept.push_back(std::move(unit));
  }
  return kept;
}

Result<void> ZkPlan::add(Unit unit) {
  // What is not there need not be deleted, and standbys need not hear of it.
  std::erase_if(unit.changes,
                [&](const RowChange& change) { return !change.value && !known(change.kind, change.id).exists; });
  if (unit.changes.empty()) return {};
  for (const auto& change : unit.changes)
    if (auto storable = check(change); !storable) return storable;

  const bool has_parts = add_parts(unit) > 0;
  std::vector<ZkAction> actions;
  const auto index_in = [](const ZkStep& step) { return static_cast<std::uint32_t>(step.commit.changes.size()); };
  if (!steps_.empty() && !has_parts) actions = body(unit, steps_.back().number, index_in(steps_.back()));
  if (actions.empty() || steps_.back().bytes + size_of(actions) > room_of_a_step)
    actions = body(unit, open_step().number, 0);

  auto& step = steps_.back();
  foresee(unit, step.number, index_in(step));
  put_body(std::move(actions), step);
  for (auto& change : unit.changes) {
    step.decoded.push_back(change.value ? std::exchange(unit.record, std::nullopt) : std::nullopt);
    step.commit.changes.push_back(std::move(change));
  }
  return {};
}

std::vector<ZkPlan::Write> ZkPlan::writes(const Unit& unit, std::uint64_t number) const {
  std::vector<Write> writes;
  for (const auto& change : unit.changes) {
    const auto row = known(change.kind, change.id);
    if (row.exists && !row.readable)
      writes.push_back({layout_.set_aside(change.kind), aside_name(change.id, number),
                        mirror_.find(change.kind, change.id)->second.text});
    if (change.value) writes.push_back({layout_.records(change.kind), name_of_id(change.id), *change.value});
  }
  return writes;
}

/// Each in a step of its own, so that the number of the step that names them is known before. Returns how many.
std::uint64_t ZkPlan::add_parts(const Unit& unit) {
  std::uint64_t count = 0;
  for (const auto& write : writes(unit, 0)) count += parts_of(write.value.size());
  const auto naming = next_ + count;
  if (count == 0) return 0;
  for (const auto& write : writes(unit, naming))
    for (std::uint32_t i = 0; i < parts_of(write.value.size()); ++i)
      put_body({{ZkAction::Kind::create, ZkLayout::below(write.directory, part_name(write.name, naming, i)),
                 std::string(part_of(write.value, i))}},
               open_step());
  return count;
}

ZkAction ZkPlan::copy_aside(const RowChange& change, std::uint64_t number) const {
  const auto& [created, row] = *mirror_.find(change.kind, change.id);
  auto envelope = envelope_of(row.text, number, created);
  envelope.reason = row.reason;
  return {ZkAction::Kind::create, ZkLayout::below(layout_.set_aside(change.kind), aside_name(change.id, number)),
          node_data(envelope)};
}

std::vector<ZkAction> ZkPlan::body(const Unit& unit, std::uint64_t number, std::uint32_t index) const {
  std::vector<ZkAction> actions;
  for (const auto& change : unit.changes) {
    const auto row = known(change.kind, change.id);
    const auto name = name_of_id(change.id);
    const auto directory = layout_.records(change.kind);
    const auto created = row.exists ? row.created : Place{number, index};
    ++index;
    if (row.exists && !row.readable) actions.push_back(copy_aside(change, number));
    if (change.value)
      actions.push_back({row.exists ? ZkAction::Kind::set : ZkAction::Kind::create, ZkLayout::below(directory, name),
                         node_data(envelope_of(*change.value, number, created))});
    else
      actions.push_back({ZkAction::Kind::remove, ZkLayout::below(directory, name), {}});
    for (std::uint32_t i = 0; i < row.parts; ++i)
      actions.push_back({ZkAction::Kind::remove, ZkLayout::below(directory, part_name(name, row.written, i)), {}});
  }
  return actions;
}

void ZkPlan::put_body(std::vector<ZkAction> actions, ZkStep& step) {
  step.bytes += size_of(actions);
  std::ranges::move(actions, std::back_inserter(step.actions));
}

void ZkPlan::foresee(const Unit& unit, std::uint64_t number, std::uint32_t index) {
  for (const auto& change : unit.changes) {
    const auto row = known(change.kind, change.id);
    const auto created = row.exists ? row.created : Place{number, index};
    ++index;
    auto& ahead = ahead_[key_of(change.kind, change.id)];
    ahead = change.value ? Known{true, created, number, parts_of(change.value->size()), true} : Known{};
  }
}

void ZkPlan::set_row_aside(std::string_view kind, std::string_view id) {
  const auto* known_kind = std::ranges::find(record_kinds, kind);
  const auto row = known(kind, id);
  if (known_kind == std::end(record_kinds) || !row.exists || row.readable) return;
  // Removing what cannot be read copies it. What cannot even be copied stays where it is.
  (void)add(Unit{{{*known_kind, std::string(id), std::nullopt}}, std::nullopt});
}

void ZkPlan::sweep(const OrphanPart& orphan) {
  const auto name = read_name(orphan.name);
  if (!name || !name->part_of) return;
  const auto row = known(orphan.kind, name->id);
  if (row.exists && row.written == *name->part_of && name->index < row.parts) return;
  std::vector<ZkAction> actions{
      {ZkAction::Kind::remove, ZkLayout::below(layout_.records(orphan.kind), orphan.name), {}}};
  const bool fits = !steps_.empty() && steps_.back().bytes + size_of(actions) <= room_of_a_step;
  put_body(std::move(actions), fits ? steps_.back() : open_step());
}

}  // namespace pilotlight::recovery
