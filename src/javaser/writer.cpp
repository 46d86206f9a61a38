#include "javaser/writer.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <limits>
#include <type_traits>

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "javaser/class_sharing.hpp"
#include "javaser/flat_map.hpp"
#include "javaser/format.hpp"

namespace pilotlight::javaser {
namespace {

struct ByText {
  static std::size_t hash(std::string_view text) { return std::hash<std::string_view>{}(text); }
  static bool equal(std::string_view a, std::string_view b) { return a == b; }
};

/// The state of one write. What waits to be written stands on a stack of steps, the next one on top.
class Writer {
 public:
  explicit Writer(Sharing sharing) : by_value_(sharing == Sharing::by_value) { out_.reserve(2048); }
  std::string write(const Value& root);

 private:
  enum class Kind : std::uint8_t { values, desc_end, object_start, object, array, enum_constant, class_object };

  /// One unfinished thing. `node` is of the type that `kind` says.
  struct Step {
    Kind kind;
    bool annotated = false;  ///< object: the annotation of the current class has been started
    const void* node = nullptr;
    const Value* next = nullptr;  ///< values: from here …
    const Value* end = nullptr;   ///< … up to here
    std::size_t first_class = 0;  ///< object: where its classes stand in chain_
    std::size_t one_class = 0;    ///< object: the current one
    std::size_t class_field = 0;  ///< object: next field within that class
    std::size_t field = 0;        ///< object: next value
    std::size_t annotation = 0;   ///< object: next annotation
  };

  void run();
  void step(Step& top);
  void values(Step& top);
  void object_start(const ObjectNode& node);
  void object(Step& top);
  bool class_data(Step& top, const ObjectNode& node, const ClassDesc& one);
  bool annotation(Step& top, const ObjectNode& node, const ClassDesc& one);
  void array(const ArrayNode& node);
  void enum_constant(const EnumNode& node);

  // Each returns whether it put a step on the stack, so that the value is not complete yet.
  bool value(const Value& value);
  bool start(Kind kind, std::uint8_t tag, const void* node, const ClassDesc* desc);
  bool list(const Values& list);
  bool desc(const ClassDesc* desc);

  void string(const StringNode* node);
  void field_descs(const ClassDesc& desc);
  void block(const Block& block);
  void primitive(char type, const Value& value);
  void utf(std::string_view bytes);
  bool reference(const void* node);
  void back_to(std::int32_t handle);

  std::string out_;
  ByteWriter writer_{out_};
  bool by_value_;
  std::int32_t next_handle_ = first_handle;
  FlatMap<const void*, std::int32_t, ByAddress> nodes_;
  FlatMap<std::string_view, std::int32_t, ByText> texts_;  ///< by value: every string
  ClassSharing classes_;                                   ///< by value
  std::vector<Step> steps_;
  std::vector<const ClassDesc*> chain_;  ///< stack: classes of the unfinished objects, each topmost first
};

std::string Writer::write(const Value& root) {
  writer_.bytes(stream_header);
  PILOTLIGHT_ASSERT(!std::holds_alternative<Block>(root));
  if (value(root)) run();
  return std::move(out_);
}

void Writer::run() {
  while (!steps_.empty()) step(steps_.back());
}

void Writer::step(Step& top) {
  const void* node = top.node;
  switch (top.kind) {
    case Kind::values: return values(top);
    case Kind::object: return object(top);
    case Kind::desc_end: {
      steps_.pop_back();
      writer_.u8(tc_end_block_data);
      desc(static_cast<const ClassDesc*>(node)->super);
      return;
    }
    case Kind::object_start: steps_.pop_back(); return object_start(*static_cast<const ObjectNode*>(node));
    case Kind::array: steps_.pop_back(); return array(*static_cast<const ArrayNode*>(node));
    case Kind::enum_constant: steps_.pop_back(); return enum_constant(*static_cast<const EnumNode*>(node));
    case Kind::class_object:
      steps_.pop_back();
      nodes_.insert(node, next_handle_++);
      return;
  }
}

bool Writer::value(const Value& value) {
  return std::visit(
      [this](const auto& held) {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, Block>) {
          block(held);
          return false;
        } else if constexpr (std::is_pointer_v<Held>) {
          if constexpr (std::is_same_v<Held, const ClassDesc*>) return desc(held);
          if (!held) {
            writer_.u8(tc_null);
            return false;
          }
          if constexpr (std::is_same_v<Held, const StringNode*>) {
            string(held);
            return false;
          } else if constexpr (std::is_same_v<Held, const ObjectNode*>) {
            return start(Kind::object_start, tc_object, held, held->desc);
          } else if constexpr (std::is_same_v<Held, const ArrayNode*>) {
            return start(Kind::array, tc_array, held, held->desc);
          } else if constexpr (std::is_same_v<Held, const EnumNode*>) {
            return start(Kind::enum_constant, tc_enum, held, held->desc);
          } else if constexpr (std::is_same_v<Held, const ClassNode*>) {
            return start(Kind::class_object, tc_class, held, held->desc);
          }
        } else {
          // A number may only stand where the class says so.
          PILOTLIGHT_ASSERT((std::is_same_v<Held, Null>));
          writer_.u8(tc_null);
          return false;
        }
      },
      value);
}

/// The parts of a node come after its class, and its handle between them.
bool Writer::start(Kind kind, std::uint8_t tag, const void* node, const ClassDesc* of) {
  if (reference(node)) return false;
  PILOTLIGHT_ASSERT(of != nullptr);
  writer_.u8(tag);
  steps_.push_back({.kind = kind, .node = node});
  desc(of);
  return true;
}

bool Writer::list(const Values& list) {
  if (list.empty()) return false;
  steps_.push_back({.kind = Kind::values, .next = list.data(), .end = list.data() + list.size()});
  return true;
}

void Writer::values(Step& top) {
  while (top.next != top.end)
    if (value(*top.next++)) return;
  steps_.pop_back();
}

void Writer::object_start(const ObjectNode& node) {
  nodes_.insert(&node, next_handle_++);
  const std::size_t first = chain_.size();
  for (const ClassDesc* one = node.desc; one; one = one->super) chain_.push_back(one);
  std::reverse(chain_.begin() + static_cast<std::ptrdiff_t>(first), chain_.end());
  steps_.push_back({.kind = Kind::object, .node = &node, .first_class = first, .one_class = first});
}

void Writer::object(Step& top) {
  const auto& node = *static_cast<const ObjectNode*>(top.node);
  // The classes of this object are the last in chain_ whenever it is on top.
  for (; top.one_class < chain_.size(); ++top.one_class) {
    const ClassDesc& one = *chain_[top.one_class];
    if (class_data(top, node, one) || annotation(top, node, one)) return;
    top.class_field = 0;
    top.annotated = false;
  }
  PILOTLIGHT_ASSERT(top.field == node.fields.size());
  PILOTLIGHT_ASSERT(top.annotation == node.annotations.size());
  chain_.resize(top.first_class);
  steps_.pop_back();
}

bool Writer::class_data(Step& top, const ObjectNode& node, const ClassDesc& one) {
  if (top.class_field == 0) PILOTLIGHT_ASSERT(one.fields.size() <= node.fields.size() - top.field);
  if (is_externalizable(*node.desc) || hides_its_fields(one)) {
    top.field += one.fields.size() - top.class_field;
    top.class_field = one.fields.size();
  }
  while (top.class_field < one.fields.size()) {
    const char type = one.fields[top.class_field++].type;
    const Value& held = node.fields[top.field++];
    if (!is_reference_type(type)) {
      primitive(type, held);
    } else {
      PILOTLIGHT_ASSERT(!std::holds_alternative<Block>(held));
      if (value(held)) return true;
    }
  }
  return false;
}

bool Writer::annotation(Step& top, const ObjectNode& node, const ClassDesc& one) {
  const bool external = is_externalizable(*node.desc);
  if (external ? &one != node.desc : (one.flags & sc_write_method) == 0) return false;
  if (!top.annotated) {
    top.annotated = true;
    const std::size_t mine = top.annotation;
    if (mine < node.annotations.size() && node.annotations[mine].of == &one) {
      ++top.annotation;
      if (list(node.annotations[mine].contents)) return true;
    }
  }
  writer_.u8(tc_end_block_data);
  return false;
}

void Writer::array(const ArrayNode& node) {
  nodes_.insert(&node, next_handle_++);
  PILOTLIGHT_ASSERT(node.desc->name.size() >= 2);
  const char type = node.desc->name[1];
  const std::size_t size = type == 'B' ? node.bytes.size() : node.items.size();
  PILOTLIGHT_ASSERT(size <= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()));
  writer_.i32(static_cast<std::int32_t>(size));
  if (type == 'B') {
    writer_.bytes(node.bytes);
  } else if (is_reference_type(type)) {
    list(node.items);
  } else {
    for (const Value& item : node.items) primitive(type, item);
  }
}

void Writer::enum_constant(const EnumNode& node) {
  nodes_.insert(&node, next_handle_++);
  PILOTLIGHT_ASSERT(node.constant != nullptr);
  string(node.constant);
}

bool Writer::desc(const ClassDesc* desc) {
  for (; desc; desc = desc->super) {
    if (by_value_) desc = classes_.representative(desc);
    if (!desc->unshared && reference(desc)) return false;
    writer_.u8(desc->proxy ? tc_proxy_class_desc : tc_class_desc);
    if (!desc->proxy) {
      utf(desc->name);
      writer_.i64(desc->suid);
    }
    nodes_.insert(desc, next_handle_++);
    if (desc->proxy) {
      writer_.i32(static_cast<std::int32_t>(desc->interfaces.size()));
      for (const std::string_view interface : desc->interfaces) utf(interface);
    } else {
      field_descs(*desc);
    }
    if (!desc->annotation.empty()) {
      steps_.push_back({.kind = Kind::desc_end, .node = desc});
      return list(desc->annotation);
    }
    writer_.u8(tc_end_block_data);
  }
  writer_.u8(tc_null);
  return false;
}

void Writer::field_descs(const ClassDesc& desc) {
  writer_.u8(desc.flags);
  PILOTLIGHT_ASSERT(desc.fields.size() <= std::numeric_limits<std::uint16_t>::max());
  writer_.u16(static_cast<std::uint16_t>(desc.fields.size()));
  for (const FieldDesc& field : desc.fields) {
    writer_.u8(static_cast<std::uint8_t>(field.type));
    utf(field.name);
    if (!is_reference_type(field.type)) continue;
    PILOTLIGHT_ASSERT(field.type_name != nullptr);
    string(field.type_name);
  }
}

void Writer::string(const StringNode* node) {
  const std::string_view bytes = node->bytes;
  const std::int32_t handle = by_value_ ? texts_.insert(bytes, next_handle_) : nodes_.insert(node, next_handle_);
  if (handle != next_handle_) return back_to(handle);
  ++next_handle_;
  if (bytes.size() <= std::numeric_limits<std::uint16_t>::max()) {
    writer_.u8(tc_string);
    utf(bytes);
  } else {
    writer_.u8(tc_long_string);
    writer_.i64(static_cast<std::int64_t>(bytes.size()));
    writer_.bytes(bytes);
  }
}

void Writer::block(const Block& block) {
  constexpr std::size_t longest_short = 255;
  if (block.bytes.size() <= longest_short) {
    writer_.u8(tc_block_data);
    writer_.u8(static_cast<std::uint8_t>(block.bytes.size()));
  } else {
    PILOTLIGHT_ASSERT(block.bytes.size() <= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()));
    writer_.u8(tc_block_data_long);
    writer_.i32(static_cast<std::int32_t>(block.bytes.size()));
  }
  writer_.bytes(block.bytes);
}

void Writer::primitive(char type, const Value& value) {
  std::visit(
      [this, type](const auto held) {
        if constexpr (std::is_arithmetic_v<std::decay_t<decltype(held)>>) {
          switch (type) {
            case 'Z': return writer_.u8(held != 0 ? 1 : 0);
            case 'B': return writer_.u8(static_cast<std::uint8_t>(held));
            case 'C':
            case 'S': return writer_.u16(static_cast<std::uint16_t>(held));
            case 'I': return writer_.i32(static_cast<std::int32_t>(held));
            case 'J': return writer_.i64(static_cast<std::int64_t>(held));
            case 'F': return writer_.i32(std::bit_cast<std::int32_t>(static_cast<float>(held)));
            case 'D': return writer_.i64(std::bit_cast<std::int64_t>(static_cast<double>(held)));
            default: PILOTLIGHT_ASSERT(!"a field type that Java has");
          }
        } else {
          PILOTLIGHT_ASSERT(!"a number where the class says so");
        }
      },
      value);
}

void Writer::utf(std::string_view bytes) {
  PILOTLIGHT_ASSERT(bytes.size() <= std::numeric_limits<std::uint16_t>::max());
  writer_.u16(static_cast<std::uint16_t>(bytes.size()));
  writer_.bytes(bytes);
}

bool Writer::reference(const void* node) {
  const std::int32_t* handle = nodes_.find(node);
  if (handle) back_to(*handle);
  return handle != nullptr;
}

void Writer::back_to(std::int32_t handle) {
  writer_.u8(tc_reference);
  writer_.i32(handle);
}

}  // namespace

std::string write(const Value& root, Sharing sharing) { return Writer(sharing).write(root); }

}  // namespace pilotlight::javaser
