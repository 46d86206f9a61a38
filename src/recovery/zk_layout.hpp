// Where the leader's records are in ZooKeeper and what their znodes hold; docs/PROTOCOL.md draws it. Pure.
//
// A record's node holds two lines: a header (JSON: who wrote it when) and the row's value as record_codec writes it. A
// value that is longer than `largest_part` stands in parts beside the node, which then holds the header alone: the
// manifest. A node's name is the row's id with everything unusual percent-encoded; what follows a '%' that no encoding
// yields is ours: "<name>%part-<commit>-<index>". Whatever cannot be read is an Error that quotes no value.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pilotlight::recovery {

/// Every kind of row that is kept; a node `records/<kind>` each. Others are a newer Pilotlight's: left alone, listed.
inline constexpr std::string_view record_kinds[] = {"worker", "app", "progress", "driver", "executor", "counters"};
bool is_record_kind(std::string_view kind);

/// Two of them never go into one multi, one and all that stands around it always do.
inline constexpr std::size_t largest_part = std::size_t{400} << 10U;
/// What is larger is refused: the parts of one record must be deletable in one multi.
inline constexpr std::size_t largest_value = std::size_t{32} << 20U;
inline constexpr std::size_t longest_name = 1024;

/// How many parts a value of this size has; 0 = it stands in the record's own node.
constexpr std::uint32_t parts_of(std::size_t value_size) {
  return value_size <= largest_part ? 0 : static_cast<std::uint32_t>((value_size + largest_part - 1) / largest_part);
}

/// A row's place in the order of creation: the commit that created it and which of its changes it was. The same on
/// every master; one commit's rows share a zxid, so ZooKeeper itself cannot tell.
struct Place {
  std::uint64_t commit = 0;  ///< rows begin with commit 1
  std::uint32_t index = 0;
  auto operator<=>(const Place&) const = default;
};

/// Never empty, "." or ".."; only printable ASCII without '/'.
std::string name_of_id(std::string_view id);
std::string part_name(std::string_view name, std::uint64_t commit, std::uint32_t index);

/// What a node below records/<kind> is.
struct NodeName {
  std::string id;
  std::optional<std::uint64_t> part_of;  ///< a part of what this commit wrote; else the record itself
  std::uint32_t index = 0;
};
/// nullopt: not a name of ours.
std::optional<NodeName> read_name(std::string_view name);

/// Paths, below the chroot of the connect string.
class ZkLayout {
 public:
  /// `directory`: spark.deploy.zookeeper.dir, "/spark".
  explicit ZkLayout(std::string_view directory);

  [[nodiscard]] const std::string& root() const { return root_; }
  [[nodiscard]] std::string epoch() const { return root_ + "/epoch"; }
  [[nodiscard]] std::string commit() const { return root_ + "/commit"; }
  [[nodiscard]] std::string records() const { return root_ + "/records"; }
  [[nodiscard]] std::string records(std::string_view kind) const { return below(records(), kind); }
  [[nodiscard]] std::string set_aside() const { return root_ + "/set_aside"; }
  [[nodiscard]] std::string set_aside(std::string_view kind) const { return below(set_aside(), kind); }
  static std::string below(std::string path, std::string_view name);

 private:
  std::string root_;
};

/// The header of a record's node, and the value when it has no parts.
struct Envelope {
  std::uint64_t commit = 0;  ///< that wrote it; its parts are named after it
  Place created;
  std::uint32_t parts = 0;
  std::size_t size = 0;        ///< of the whole value
  std::uint64_t checksum = 0;  ///< of the whole value; written and compared only when it has parts
  std::string reason;          ///< below set_aside: why it cannot be read
  std::string_view value;      ///< of the text that was read, or to write
};
std::string node_data(const Envelope& envelope);
Result<Envelope> read_node(std::string_view data);
/// FNV-1a: tells parts that are missing, cut or mixed up; no protection against people.
std::uint64_t checksum_of(std::string_view value);

/// What the node `commit` holds.
struct CommitMark {
  std::uint64_t number = 0;
  std::uint64_t epoch = 0;  ///< of the leader that wrote it
};
std::string commit_data(const CommitMark& mark);
Result<CommitMark> read_commit(std::string_view data);

/// Names come from peers: what is logged of them stays on one line.
std::string one_line(std::string text);

}  // namespace pilotlight::recovery
