// ZooKeeper's data tree: nodes, versions and the rules of create, set, delete and check. Pure; the ensemble in memory
// keeps one for each server.
//
// The leader's tree decides (`write`: all operations or none) and says what changed; the other trees repeat the
// changes (`apply`) in the same order. Paths must be valid (zk/path.hpp). The rules, their order of precedence and the
// numbers in a Stat are those of ZooKeeper 3.8's server; ACLs and quotas are not modelled.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "zk/types.hpp"

namespace pilotlight::zk {

/// One thing that happened to a tree.
struct Change {
  enum class Kind : std::uint8_t { created, data_set, deleted };
  Kind kind = Kind::created;
  std::string path;
  std::string data;
  std::int64_t owner = 0;  ///< of an ephemeral node
};

/// What became of a group of operations.
struct Written {
  Code code = Code::ok;           ///< of the operation that failed
  std::vector<Outcome> outcomes;  ///< one for each operation
  std::vector<Change> changes;    ///< none when an operation failed
};

class Tree {
 public:
  struct Node {
    std::string data;
    std::int64_t created_zxid = 0;
    std::int64_t modified_zxid = 0;
    std::int64_t children_zxid = 0;  ///< of the last creation or removal of a child
    std::int32_t version = 0;
    std::int32_t creations = 0;  ///< of children, ever: numbers sequential ones
    std::int64_t owner = 0;
    std::set<std::string> children;

    [[nodiscard]] Stat stat() const;
  };

  Tree();

  Written write(const std::vector<Operation>& operations, std::int64_t session, std::int64_t zxid);
  void apply(const Change& change, std::int64_t zxid);

  /// nullptr when there is none; valid until the next write.
  [[nodiscard]] const Node* find(const std::string& path) const;
  /// The ephemeral nodes of a session, in order.
  [[nodiscard]] std::vector<std::string> owned_by(std::int64_t session) const;

 private:
  struct Undo;
  /// Code::ok and what to change (nothing for a Check), or why not.
  Code decide(const Operation& operation, std::int64_t session, Change& change) const;
  Undo remember(const Change& change) const;
  void take_back(Undo undo);

  std::unordered_map<std::string, Node> nodes_;
  std::map<std::int64_t, std::set<std::string>> owned_;
};

}  // namespace pilotlight::zk
