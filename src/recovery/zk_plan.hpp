// How a batch of records becomes fenced multis that ZooKeeper accepts: which node is created, set or deleted, what is
// split, what goes together. Private to the journal. Pure.
//
// Each step of a plan is one multi and one commit number, fixed when it is planned. One operation of the core is never
// torn; a batch that needs several steps may be cut between them, in order. Parts of a long value go in steps of their
// own, before the one that names them. A row that cannot be read is copied below set_aside before it is replaced.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/record.hpp"
#include "recovery/mirror.hpp"
#include "recovery/zk_layout.hpp"
#include "zk/types.hpp"

namespace pilotlight::recovery {

struct ZkAction {
  enum class Kind : std::uint8_t { create, set, remove } kind;
  std::string path;
  std::string data;
};

struct ZkStep {
  std::uint64_t number = 0;
  std::vector<ZkAction> actions;
  std::size_t bytes = 0;
  Commit commit;                               ///< what standbys are sent
  std::vector<std::optional<Record>> decoded;  ///< of each change that puts a record
};

/// A part node that no record names.
struct OrphanPart {
  std::string kind;
  std::string name;  ///< of the node, escaped, with its mark
};

class ZkPlan {
 public:
  /// `mirror`: what exists, up to the commit before `first`. Both outlive the plan.
  ZkPlan(const ZkLayout& layout, const Mirror& mirror, std::uint64_t first)
      : layout_(layout), mirror_(mirror), next_(first) {}

  /// One operation after the other. An Error: a record that cannot be stored; throw the plan away.
  Result<void> add(const std::vector<core::RecordOp>& operations);
  /// Moves a row that cannot be read below set_aside; one that is readable, or of an unknown kind, stays.
  void set_row_aside(std::string_view kind, std::string_view id);
  /// Deletes a part, unless a record names it by now.
  void sweep(const OrphanPart& orphan);

  /// The steps, ready to be submitted.
  std::vector<ZkStep> take() && { return std::move(steps_); }

 private:
  /// What the plan knows of one row, ahead of the mirror.
  struct Known {
    bool exists = false;
    Place created;
    std::uint64_t written = 0;
    std::uint32_t parts = 0;
    bool readable = true;
  };
  struct Unit {
    std::vector<RowChange> changes;
    std::optional<Record> record;
  };
  /// A value that is to stand in one node, or in parts beside it.
  struct Write {
    std::string directory;
    std::string name;
    std::string_view value;
  };
  Result<void> add(Unit unit);
  [[nodiscard]] Known known(std::string_view kind, std::string_view id) const;
  [[nodiscard]] std::vector<Write> writes(const Unit& unit, std::uint64_t number) const;
  std::uint64_t add_parts(const Unit& unit);
  [[nodiscard]] std::vector<ZkAction> body(const Unit& unit, std::uint64_t number, std::uint32_t index) const;
  [[nodiscard]] ZkAction copy_aside(const RowChange& change, std::uint64_t number) const;
  void put_body(std::vector<ZkAction> actions, ZkStep& step);
  void foresee(const Unit& unit, std::uint64_t number, std::uint32_t index);
  ZkStep& open_step();
  static std::vector<Unit> coalesced(std::vector<Unit> units);

  const ZkLayout& layout_;
  const Mirror& mirror_;
  std::uint64_t next_;
  std::vector<ZkStep> steps_;
  std::map<std::string, Known> ahead_;
};

std::size_t size_of(const ZkAction& action);

}  // namespace pilotlight::recovery
