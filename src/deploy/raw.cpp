#include "deploy/raw.hpp"

#include <limits>
#include <unordered_set>

#include "javaser/writer.hpp"

namespace pilotlight::deploy {

using javaser::Value;

namespace {

/// Nesting of what is kept; real descriptions need about 20.
constexpr std::size_t depth_kept = 150;
/// The reader counts descriptors as well: leave it room.
constexpr std::size_t depth_read = 400;

struct Identity {
  const void* operator()(const javaser::ObjectNode* node) const { return node; }
  const void* operator()(const javaser::ArrayNode* node) const { return node; }
  const void* operator()(const javaser::EnumNode* node) const { return node; }
  const void* operator()(const javaser::ClassNode* node) const { return node; }
  const void* operator()(const javaser::ClassDesc* node) const { return node; }
  const void* operator()(const auto&) const { return nullptr; }
};

/// Null for what holds nothing else.
const void* identity(const Value& value) { return std::visit(Identity{}, value); }

using Stack = std::vector<std::pair<Value, std::size_t>>;

/// Puts the parts of a node on the stack so that they come off in the order in which they are written.
struct PushParts {
  Stack& stack;
  std::size_t depth;

  void operator()(const javaser::ObjectNode* node) const {
    for (auto part = node->annotations.rbegin(); part != node->annotations.rend(); ++part) push_all(part->contents);
    push_all(node->fields);
    stack.emplace_back(node->desc, depth);
  }
  void operator()(const javaser::ArrayNode* node) const {
    push_all(node->items);
    stack.emplace_back(node->desc, depth);
  }
  void operator()(const javaser::EnumNode* node) const { stack.emplace_back(node->desc, depth); }
  void operator()(const javaser::ClassNode* node) const { stack.emplace_back(node->desc, depth); }
  void operator()(const javaser::ClassDesc* desc) const {
    if (desc->super) stack.emplace_back(desc->super, depth);
    push_all(desc->annotation);
  }
  void operator()(const auto&) const {}

  void push_all(const auto& values) const {
    for (auto value = values.rbegin(); value != values.rend(); ++value)
      if (identity(*value)) stack.emplace_back(*value, depth);
  }
};

/// Visits every node once, in the order in which a writer that starts at `root` writes them, with its nesting; stops
/// when told to by false, which is then the answer.
template <typename Visit>
bool walk(const Value& root, Visit visit) {
  std::unordered_set<const void*> written;
  Stack stack{{root, 0}};
  while (!stack.empty()) {
    const auto [value, depth] = stack.back();
    stack.pop_back();
    const void* node = identity(value);
    if (!node || !written.insert(node).second) continue;
    if (!visit(value, depth)) return false;
    std::visit(PushParts{stack, depth + 1}, value);
  }
  return true;
}

bool is_java_class(std::string_view name) {
  if (!name.starts_with('[')) return name.starts_with("java.");
  name.remove_prefix(name.find_first_not_of('['));
  return name.size() == 1 || name.starts_with("Ljava.");
}

}  // namespace

RawBytes raw_of(const Value& value, const Fields& from, std::string_view field) {
  if (from.decoding().failed()) return nullptr;
  // A stream's own nesting says nothing about that of a part of it: back references can make a flat list of objects a
  // deep chain when seen from its last one.
  if (!walk(value, [](const Value&, std::size_t depth) { return depth <= depth_kept; })) {
    from.fail(field, "nests too deep to be kept");
    return nullptr;
  }
  return std::make_shared<const std::string>(javaser::write(value, javaser::Sharing::by_identity));
}

bool holds_only_java_classes(const Value& root) {
  return walk(root, [](const Value& value, std::size_t) {
    const auto* desc = std::get_if<const javaser::ClassDesc*>(&value);
    return !desc || is_java_class((*desc)->name);
  });
}

Result<javaser::Stream> read_raw(const RawBytes& raw) {
  if (!raw) return fatal("there are no bytes of it");
  constexpr auto any = std::numeric_limits<std::size_t>::max();
  // They were within the limits of the connection that brought them.
  const javaser::Limits limits{any, depth_read, any, any, any, any, any};
  return javaser::read(*raw, limits);
}

}  // namespace pilotlight::deploy
