#include "recovery/zk_reader.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "base/assert.hpp"

namespace pilotlight::recovery {
namespace {

/// A claim was made before, so nobody writes; who does nevertheless is not waited for without end.
constexpr int most_attempts = 10;

}  // namespace

ZkAsks ZkReader::start(Mirror known, Proposals proposals) {
  read_ = {};
  read_.mirror = std::move(known);
  proposals_ = std::move(proposals);
  return start();
}

ZkAsks ZkReader::start() {
  state_ = State::reading;
  attempts_ = 0;
  prepared_ = false;
  begin_attempt();
  return pump();
}

FullRead ZkReader::take() {
  PILOTLIGHT_ASSERT(state_ == State::done);
  state_ = State::failed;
  error_ = fatal("what was read has been taken");
  return std::exchange(read_, {});
}

ZkAsks ZkReader::on_answer(const zk::Answered& answer) {
  const auto found = under_way_.find(answer.request.value);
  if (found == under_way_.end()) return {};
  const auto then = std::move(found->second);
  under_way_.erase(found);
  if (!usable(answer)) return {};
  then(answer);
  return pump();
}

/// Whether a continuation may look at it: "no node" and "node exists" mean something to all of them.
bool ZkReader::usable(const zk::Answered& answer) {
  const auto code = answer.code;
  if (code == zk::Code::ok || code == zk::Code::no_node || code == zk::Code::node_exists) return true;
  if (zk::is_lost(code)) {
    state_ = State::interrupted;
    wanted_.clear();
    under_way_.clear();
    return false;
  }
  const auto why = std::string(zk::to_string(code)) + (answer.text.empty() ? "" : ": ") + answer.text;
  const auto what = "the records below " + layout_.root() + " cannot be read: " + why;
  fail(code == zk::Code::failed ? retryable(what) : fatal(what));
  return false;
}

void ZkReader::fail(Error error) {
  state_ = State::failed;
  error_ = std::move(error);
  wanted_.clear();
  under_way_.clear();
}

void ZkReader::want(zk::Request request, OnAnswer then) {
  auto& wanted = wanted_.emplace_back();
  wanted.request = std::move(request);
  wanted.then = std::move(then);
}

ZkAsks ZkReader::pump() {
  if (state_ == State::reading && wanted_.empty() && under_way_.empty())
    want(zk::Get{layout_.commit(), false}, [this](const auto& answer) { on_last_commit(answer); });
  ZkAsks asks;
  while (state_ == State::reading && !wanted_.empty() && under_way_.size() < most_reads) {
    const auto id = next_id_();
    auto& next = wanted_.front();
    under_way_[id.value] = std::move(next.then);
    asks.push_back({id, std::move(next.request)});
    wanted_.pop_front();
  }
  return asks;
}

void ZkReader::begin_attempt() {
  if (++attempts_ > most_attempts)
    return fail(retryable("the records below " + layout_.root() + " change while they are read: another master leads"));
  wanted_.clear();
  under_way_.clear();
  parts_.clear();
  changed_ = false;
  want(zk::Get{layout_.commit(), false}, [this](const auto& answer) { on_first_commit(answer); });
}

bool ZkReader::read_mark(const zk::Answered& answer, CommitMark& mark) {
  const auto read = read_commit(answer.data);
  if (read)
    mark = *read;
  else
    fail(fatal(layout_.commit() + " cannot be read: " + read.error().to_string()));
  return read.ok();
}

void ZkReader::on_first_commit(const zk::Answered& answer) {
  if (answer.code == zk::Code::no_node) return prepare();
  if (!read_mark(answer, read_.commit)) return;
  read_.commit_version = answer.stat.version;
  if (read_.mirror.complete()) proposals_.catch_up(read_.mirror, read_.commit);
  if (read_.mirror.complete() && read_.mirror.number() == read_.commit.number) {
    read_.from_mirror = true;
    state_ = State::done;
    return;
  }
  Chunk nothing;
  nothing.first = true;
  nothing.number = read_.commit.number;
  PILOTLIGHT_ASSERT(read_.mirror.load(std::move(nothing)));
  list_everything();
}

/// Parents that are there already stay as they are.
void ZkReader::prepare() {
  if (prepared_) return fail(retryable(layout_.root() + " was removed while the records were read"));
  prepared_ = true;
  std::vector<zk::Create> nodes;
  for (auto slash = layout_.root().find('/', 1); slash != std::string::npos;
       slash = layout_.root().find('/', slash + 1))
    nodes.push_back({layout_.root().substr(0, slash), {}, false, false});
  for (const auto& path : {layout_.root(), layout_.records(), layout_.set_aside()})
    nodes.push_back({path, {}, false, false});
  for (const auto kind : record_kinds) {
    nodes.push_back({layout_.records(kind), {}, false, false});
    nodes.push_back({layout_.set_aside(kind), {}, false, false});
  }
  nodes.push_back({layout_.commit(), commit_data({}), false, false});
  const auto left = std::make_shared<std::size_t>(nodes.size());
  for (auto& node : nodes)
    want(std::move(node), [this, left](const auto&) {
      if (--*left == 0) begin_attempt();
    });
}

void ZkReader::list_everything() {
  want(zk::Children{layout_.records(), false}, [this](const auto& answer) { on_kinds(answer); });
  want(zk::Children{layout_.set_aside(), false}, [this](const auto& answer) {
    for (const auto& kind : answer.children)
      want(zk::Children{layout_.set_aside(kind), false},
           [this, kind](const auto& names) { list_set_aside(kind, names); });
  });
}

void ZkReader::on_kinds(const zk::Answered& answer) {
  const std::set<std::string, std::less<>> there(answer.children.begin(), answer.children.end());
  const bool all = std::ranges::all_of(record_kinds, [&](std::string_view kind) { return there.contains(kind); });
  if (!all && !prepared_) {
    wanted_.clear();
    under_way_.clear();
    return prepare();
  }
  for (const auto& kind : there)
    want(zk::Children{layout_.records(kind), false}, [this, kind](const auto& names) { on_names(kind, names); });
}

void ZkReader::on_names(std::string_view kind, const zk::Answered& answer) {
  const auto path = layout_.records(kind);
  if (!is_record_kind(kind)) {
    if (!answer.children.empty())
      read_.mirror.remark(std::string(kind) + ": " + std::to_string(answer.children.size()) +
                          " records of a kind that this Pilotlight does not know (left in " + path + ")");
    return;
  }
  for (const auto& name : answer.children) {
    auto read = read_name(name);
    if (!read || name_of_id(read->id).size() > longest_name) {
      read_.mirror.remark(std::string(kind) + " " + name + ": not a record's name (left in " + path + ")");
      continue;
    }
    if (read->part_of) {
      parts_[std::string(kind)].push_back(name);
      continue;
    }
    want(zk::Get{ZkLayout::below(path, name), false},
         [this, kind = std::string(kind), id = std::move(read->id)](const auto& node) { on_record(kind, id, node); });
  }
}

void ZkReader::on_record(const std::string& kind, const std::string& id, const zk::Answered& answer) {
  if (answer.code == zk::Code::no_node) {
    changed_ = true;
    return;
  }
  StoredRow row{kind, id, {}, {}, 0, 0, {}};
  const auto envelope = read_node(answer.data);
  if (!envelope) {
    row.value = answer.data;
    row.created = {1, 0};
    row.damage = envelope.error().to_string();
    return keep(std::move(row));
  }
  row.created = envelope->created;
  row.written = envelope->commit;
  row.parts = envelope->parts;
  if (envelope->parts > 0) return want_parts(std::move(row), *envelope);
  row.value = envelope->value;
  keep(std::move(row));
}

void ZkReader::want_parts(StoredRow row, const Envelope& envelope) {
  const auto assembly = std::make_shared<Assembly>();
  assembly->checksum = envelope.checksum;
  assembly->size = envelope.size;
  assembly->parts.resize(envelope.parts);
  assembly->awaited = envelope.parts;
  const auto path = ZkLayout::below(layout_.records(row.kind), name_of_id(row.id));
  assembly->row = std::move(row);
  for (std::uint32_t i = 0; i < envelope.parts; ++i)
    want(zk::Get{part_name(path, envelope.commit, i), false}, [this, assembly, i](const auto& part) {
      assembly->parts[i] = part.data;
      if (part.code == zk::Code::no_node) ++assembly->missing;
      if (--assembly->awaited == 0) assemble(*assembly);
    });
}

void ZkReader::assemble(Assembly& assembly) {
  auto& row = assembly.row;
  for (const auto& part : assembly.parts) row.value += part;
  if (assembly.missing > 0)
    row.damage = std::to_string(assembly.missing) + " of its " + std::to_string(row.parts) + " parts are missing";
  else if (row.value.size() != assembly.size || checksum_of(row.value) != assembly.checksum)
    row.damage = "its parts do not belong together";
  keep(std::move(row));
}

void ZkReader::keep(StoredRow row) {
  Chunk chunk;
  chunk.number = read_.commit.number;
  chunk.rows.push_back(std::move(row));
  PILOTLIGHT_ASSERT(read_.mirror.load(std::move(chunk)));
}

void ZkReader::list_set_aside(const std::string& kind, const zk::Answered& answer) {
  for (const auto& name : answer.children) {
    if (name.find("%part-") != std::string::npos) continue;
    const auto path = ZkLayout::below(layout_.set_aside(kind), name);
    want(zk::Get{path, false}, [this, kind, path, name](const auto& node) {
      const auto envelope = read_node(node.data);
      read_.mirror.remark(kind + " " + name + ": " + (envelope ? envelope->reason : envelope.error().to_string()) +
                          " (kept in " + path + ")");
    });
  }
}

void ZkReader::on_last_commit(const zk::Answered& answer) {
  CommitMark now;
  if (answer.code == zk::Code::ok && !read_mark(answer, now)) return;
  if (changed_ || answer.code != zk::Code::ok || now.number != read_.commit.number ||
      answer.stat.version != read_.commit_version)
    return begin_attempt();
  finish();
}

void ZkReader::finish() {
  Chunk end;
  end.number = read_.commit.number;
  end.last = true;
  PILOTLIGHT_ASSERT(read_.mirror.load(std::move(end)));
  read_.orphans.clear();
  for (const auto& [kind, names] : parts_)
    for (const auto& name : names) {
      const auto part = read_name(name);
      const auto* row = read_.mirror.find(kind, part->id);
      if (row == nullptr || row->second.written != *part->part_of || part->index >= row->second.parts)
        read_.orphans.push_back({kind, name});
    }
  state_ = State::done;
}

}  // namespace pilotlight::recovery
