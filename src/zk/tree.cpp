#include "zk/tree.hpp"

#include <optional>
#include <utility>

#include "base/assert.hpp"
#include "base/overloaded.hpp"
#include "zk/path.hpp"

namespace pilotlight::zk {
namespace {

bool version_fits(std::int32_t expected, const Tree::Node& node) {
  return expected == any_version || expected == node.version;
}

}  // namespace

/// What one change overwrites. Children are left out: a parent may have ten thousand, and only one of them changes.
struct Tree::Undo {
  Change change;
  std::optional<Node> node;  // as it was; without its children
  std::int32_t parent_creations = 0;
  std::int64_t parent_children_zxid = 0;
};

Stat Tree::Node::stat() const {
  return {.created_zxid = created_zxid,
          .modified_zxid = modified_zxid,
          .version = version,
          .ephemeral_owner = owner,
          .children = static_cast<std::int32_t>(children.size()),
          .data_length = static_cast<std::int32_t>(data.size())};
}

Tree::Tree() { nodes_["/"]; }

const Tree::Node* Tree::find(const std::string& path) const {
  const auto found = nodes_.find(path);
  return found == nodes_.end() ? nullptr : &found->second;
}

std::vector<std::string> Tree::owned_by(std::int64_t session) const {
  const auto found = owned_.find(session);
  if (found == owned_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

Code Tree::decide(const Operation& operation, std::int64_t session, Change& change) const {
  const auto create = [&](const Create& wanted) {
    if (wanted.path == "/" && !wanted.sequential) return Code::node_exists;
    const Node* parent = find(parent_of(wanted.path));
    if (parent == nullptr) return Code::no_node;
    const auto path = wanted.sequential ? with_sequence(wanted.path, parent->creations) : wanted.path;
    if (find(path) != nullptr) return Code::node_exists;
    if (parent->owner != 0) return Code::no_children_for_ephemerals;
    change = {Change::Kind::created, path, wanted.data, wanted.ephemeral ? session : 0};
    return Code::ok;
  };
  const auto set = [&](const Set& wanted) {
    const Node* node = find(wanted.path);
    if (node == nullptr) return Code::no_node;
    if (!version_fits(wanted.version, *node)) return Code::bad_version;
    change = {Change::Kind::data_set, wanted.path, wanted.data, 0};
    return Code::ok;
  };
  const auto remove = [&](const Delete& wanted) {
    if (wanted.path == "/") return Code::failed;
    const Node* node = find(wanted.path);
    if (node == nullptr) return Code::no_node;
    if (!version_fits(wanted.version, *node)) return Code::bad_version;
    if (!node->children.empty()) return Code::not_empty;
    change = {Change::Kind::deleted, wanted.path, {}, 0};
    return Code::ok;
  };
  const auto check = [&](const Check& wanted) {
    const Node* node = find(wanted.path);
    if (node == nullptr) return Code::no_node;
    return version_fits(wanted.version, *node) ? Code::ok : Code::bad_version;
  };
  return std::visit(overloaded{create, set, remove, check}, operation);
}

Written Tree::write(const std::vector<Operation>& operations, std::int64_t session, std::int64_t zxid) {
  Written written;
  std::vector<Undo> undos;
  for (const auto& operation : operations) {
    Change change;
    const auto code = decide(operation, session, change);
    if (code != Code::ok) {
      while (!undos.empty()) {
        take_back(std::move(undos.back()));
        undos.pop_back();
      }
      const auto failed = written.outcomes.size();
      written.outcomes.assign(operations.size(), Outcome{.code = Code::rolled_back, .stat = {}, .path = {}});
      written.outcomes[failed].code = code;
      written.code = code;
      written.changes.clear();
      return written;
    }
    Outcome outcome;
    if (!std::holds_alternative<Check>(operation)) {
      undos.push_back(remember(change));
      apply(change, zxid);
      if (change.kind == Change::Kind::created) outcome.path = change.path;
      if (change.kind == Change::Kind::data_set) outcome.stat = find(change.path)->stat();
      written.changes.push_back(std::move(change));
    }
    written.outcomes.push_back(std::move(outcome));
  }
  return written;
}

void Tree::apply(const Change& change, std::int64_t zxid) {
  if (change.kind == Change::Kind::data_set) {
    auto& node = nodes_.at(change.path);
    node.data = change.data;
    node.modified_zxid = zxid;
    ++node.version;
    return;
  }
  auto& parent = nodes_.at(parent_of(change.path));
  parent.children_zxid = zxid;
  if (change.kind == Change::Kind::created) {
    ++parent.creations;
    parent.children.insert(name_of(change.path));
    // The parent's reference ends here: the table may grow.
    nodes_[change.path] = {.data = change.data,
                           .created_zxid = zxid,
                           .modified_zxid = zxid,
                           .children_zxid = zxid,
                           .version = 0,
                           .creations = 0,
                           .owner = change.owner,
                           .children = {}};
    if (change.owner != 0) owned_[change.owner].insert(change.path);
    return;
  }
  parent.children.erase(name_of(change.path));
  const auto node = nodes_.find(change.path);
  PILOTLIGHT_ASSERT(node != nodes_.end());
  if (const auto owned = owned_.find(node->second.owner); owned != owned_.end()) {
    owned->second.erase(change.path);
    if (owned->second.empty()) owned_.erase(owned);
  }
  nodes_.erase(node);
}

Tree::Undo Tree::remember(const Change& change) const {
  Undo undo{change, std::nullopt, 0, 0};
  if (const Node* node = find(change.path); node != nullptr) {
    undo.node = Node{.data = node->data,
                     .created_zxid = node->created_zxid,
                     .modified_zxid = node->modified_zxid,
                     .children_zxid = node->children_zxid,
                     .version = node->version,
                     .creations = node->creations,
                     .owner = node->owner,
                     .children = {}};
  }
  if (change.kind != Change::Kind::data_set) {
    const Node* parent = find(parent_of(change.path));
    undo.parent_creations = parent->creations;
    undo.parent_children_zxid = parent->children_zxid;
  }
  return undo;
}

void Tree::take_back(Undo undo) {
  const auto& path = undo.change.path;
  if (undo.change.kind == Change::Kind::data_set) {
    auto& node = nodes_.at(path);
    undo.node->children = std::move(node.children);
    node = std::move(*undo.node);
    return;
  }
  if (undo.change.kind == Change::Kind::created) {
    apply({Change::Kind::deleted, path, {}, 0}, undo.parent_children_zxid);
  } else {
    nodes_.at(parent_of(path)).children.insert(name_of(path));
    if (undo.node->owner != 0) owned_[undo.node->owner].insert(path);
    nodes_[path] = std::move(*undo.node);
  }
  auto& parent = nodes_.at(parent_of(path));
  parent.creations = undo.parent_creations;
  parent.children_zxid = undo.parent_children_zxid;
}

}  // namespace pilotlight::zk
