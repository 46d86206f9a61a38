#include "javaser/reader.hpp"

#include <bit>
#include <string>
#include <utility>

#include "base/bytes.hpp"

namespace pilotlight::javaser {
namespace {

constexpr std::int32_t first_handle = 0x7E0000;

/// What a handle stands for; complete is false for a descriptor that is still being read.
using Handle = std::variant<const StringNode*, const ObjectNode*, const ArrayNode*, const EnumNode*, const ClassNode*, const ClassDesc*>;

class Reader {
 public:
  Reader(std::string_view stream, const Limits& limits, Graph& graph) : in_(stream), limits_(limits), graph_(graph) {}

  bool stream(Value& root) {
    if (in_.u16() != 0xACED || in_.u16() != 5 || in_.failed()) return fail("this is not a Java serialization stream (no AC ED 00 05)");
    return content(root);
  }
  [[nodiscard]] Error error() const { return malformed(message_, at_); }

 private:
  bool fail(std::string message) {
    if (message_.empty()) {
      message_ = std::move(message);
      at_ = in_.offset();
    }
    return false;
  }
  bool cut() { return fail("the stream ends in the middle of a value"); }

  template <typename Node>
  bool remember(const Node* node) {
    if (handles_.size() >= limits_.handles) return fail("the stream holds more than " + std::to_string(limits_.handles) + " objects");
    handles_.emplace_back(node);
    return true;
  }

  struct Deeper {
    explicit Deeper(Reader& reader) : reader_(reader) { ++reader_.depth_; }
    ~Deeper() { --reader_.depth_; }
    [[nodiscard]] bool ok() const {
      return reader_.depth_ <= reader_.limits_.depth || reader_.fail("objects are nested deeper than " + std::to_string(reader_.limits_.depth));
    }
    Reader& reader_;
  };

  bool content(Value& out) { return content(in_.u8(), out); }

  bool content(std::uint8_t tag, Value& out) {
    if (in_.failed()) return cut();
    const Deeper deeper(*this);
    if (!deeper.ok()) return false;
    switch (tag) {
      case 0x70: out = Null{}; return true;
      case 0x71: return reference(out);
      case 0x72: case 0x7D: {
        const ClassDesc* desc = nullptr;
        if (!class_desc(tag, desc)) return false;
        out = desc;
        return true;
      }
      case 0x73: return object(out);
      case 0x74: return string(in_.u16(), out);
      case 0x7C: return string(in_.i64(), out);
      case 0x75: return array(out);
      case 0x76: {
        const ClassDesc* desc = nullptr;
        if (!class_desc(desc)) return false;
        const ClassNode* node = graph_.class_object(desc);
        out = node;
        return remember(node);
      }
      case 0x7E: return enum_constant(out);
      case 0x7B: return fail("the writer aborted the stream with an exception");
      default: return fail("unknown tag " + std::to_string(tag));
    }
  }

  bool reference(Value& out) {
    const std::int64_t index = std::int64_t{in_.i32()} - first_handle;
    if (in_.failed()) return cut();
    if (index < 0 || index >= static_cast<std::int64_t>(handles_.size())) return fail("a reference to an object that was not written");
    std::visit([&out](auto node) { out = node; }, handles_[static_cast<std::size_t>(index)]);
    return true;
  }

  bool string(std::int64_t size, Value& out) {
    const StringNode* node = nullptr;
    if (!string_node(size, node)) return false;
    out = node;
    return true;
  }

  bool string_node(std::int64_t size, const StringNode*& out) {
    if (in_.failed()) return cut();
    if (size < 0 || static_cast<std::uint64_t>(size) > limits_.string_bytes) return fail("a string of " + std::to_string(size) + " bytes is longer than the limit");
    const auto bytes = in_.bytes(static_cast<std::size_t>(size));
    if (in_.failed()) return cut();
    auto* node = graph_.string_raw(bytes);
    out = node;
    return remember(out);
  }

  /// A name inside a descriptor: not an object, takes no handle.
  bool name(std::string_view& out) {
    const auto bytes = in_.bytes(in_.u16());
    if (in_.failed()) return cut();
    if (!is_modified_utf8(bytes)) return fail("a class or field name is not modified UTF-8");
    out = graph_.keep(bytes);
    return true;
  }

  bool class_desc(const ClassDesc*& out) {
    const auto tag = in_.u8();
    if (in_.failed()) return cut();
    const Deeper deeper(*this);
    if (!deeper.ok()) return false;
    if (tag == 0x70) {
      out = nullptr;
      return true;
    }
    if (tag == 0x71) {
      Value value;
      if (!reference(value)) return false;
      const auto* desc = std::get_if<const ClassDesc*>(&value);
      if (desc == nullptr) return fail("a class descriptor is expected, the reference is to something else");
      out = *desc;
      return true;
    }
    if (tag != 0x72 && tag != 0x7D) return fail("a class descriptor is expected, not tag " + std::to_string(tag));
    return class_desc(tag, out);
  }

  bool class_desc(std::uint8_t tag, const ClassDesc*& out) {
    ClassDesc* desc = graph_.class_desc();
    if (tag == 0x7D) {
      desc->proxy = true;
      if (!remember<ClassDesc>(desc)) return false;
      const auto count = in_.i32();
      if (in_.failed()) return cut();
      if (count < 0 || static_cast<std::size_t>(count) > limits_.fields) return fail("a proxy with " + std::to_string(count) + " interfaces");
      for (std::int32_t i = 0; i < count; ++i)
        if (!name(desc->interfaces.emplace_back())) return false;
    } else {
      if (!name(desc->name)) return false;
      desc->suid = in_.i64();
      if (in_.failed()) return cut();
      if (!remember<ClassDesc>(desc)) return false;
      desc->flags = in_.u8();
      const std::size_t count = in_.u16();
      if (in_.failed()) return cut();
      if (count > limits_.fields) return fail("a class with " + std::to_string(count) + " fields");
      desc->fields.reserve(count);
      for (std::size_t i = 0; i < count; ++i)
        if (!field(desc->fields.emplace_back())) return false;
    }
    if (!annotation(desc->annotation)) return false;
    if (!class_desc(desc->super)) return false;
    for (const ClassDesc* at = desc->super; at != nullptr; at = at->super)
      if (at == desc) return fail("a class that is its own superclass");
    out = desc;
    return true;
  }

  bool field(FieldDesc& out) {
    out.type = static_cast<char>(in_.u8());
    if (in_.failed()) return cut();
    if (std::string_view("BCDFIJSZL[").find(out.type) == std::string_view::npos) return fail("unknown field type");
    if (!name(out.name)) return false;
    if (out.type != 'L' && out.type != '[') return true;
    Value type;
    if (!content(type)) return false;
    const auto* node = std::get_if<const StringNode*>(&type);
    if (node == nullptr) return fail("a field's type must be a string");
    out.type_name = *node;
    return true;
  }

  /// Up to and with TC_ENDBLOCKDATA.
  bool annotation(std::vector<Value>& out) {
    for (;;) {
      const auto tag = in_.u8();
      if (in_.failed()) return cut();
      if (tag == 0x78) return true;
      if (tag == 0x77 || tag == 0x7A) {
        const std::int64_t size = tag == 0x77 ? in_.u8() : in_.i32();
        if (in_.failed()) return cut();
        if (size < 0) return fail("block data of negative size");
        const auto bytes = in_.bytes(static_cast<std::size_t>(size));
        if (in_.failed()) return cut();
        out.emplace_back(Block{graph_.keep(bytes)});
        continue;
      }
      if (tag == 0x79) return fail("a reset inside an object");
      if (!content(tag, out.emplace_back())) return false;
    }
  }

  bool object(Value& out) {
    const ClassDesc* desc = nullptr;
    if (!class_desc(desc)) return false;
    if (desc == nullptr) return fail("an object without a class");
    ObjectNode* node = graph_.object(desc);
    if (!remember<ObjectNode>(node)) return false;
    out = static_cast<const ObjectNode*>(node);
    return object_data(desc, *node);
  }

  bool object_data(const ClassDesc* desc, ObjectNode& node) {
    std::vector<const ClassDesc*> chain;
    for (const ClassDesc* at = desc; at != nullptr; at = at->super) {
      chain.push_back(at);
      if (chain.size() > limits_.depth) return fail("a class with too many superclasses");
    }
    for (auto at = chain.rbegin(); at != chain.rend(); ++at) {
      const ClassDesc& one = **at;
      if ((one.flags & sc_externalizable) != 0) {
        if ((one.flags & sc_block_data) == 0) return fail("an Externalizable object of the old protocol cannot be read");
        node.fields.resize(node.fields.size() + one.fields.size());
      } else if ((one.flags & sc_serializable) == 0) {
        return fail("an object of a class that is not serializable");
      } else if (one.name == "scala.collection.mutable.ListBuffer" && (one.flags & sc_write_method) != 0) {
        // Its writeObject never writes the fields that its descriptor lists (spec §3.3).
        node.fields.resize(node.fields.size() + one.fields.size());
      } else {
        for (const auto& field : one.fields)
          if (!field_value(field.type, node.fields.emplace_back())) return false;
      }
      if ((one.flags & (sc_write_method | sc_externalizable)) != 0) {
        Annotation annotation_of{&one, {}};
        if (!annotation(annotation_of.contents)) return false;
        node.annotations.push_back(std::move(annotation_of));
      }
    }
    return true;
  }

  bool field_value(char type, Value& out) {
    switch (type) {
      case 'Z': out = in_.u8() != 0; break;
      case 'B': out = static_cast<std::int8_t>(in_.u8()); break;
      case 'C': out = static_cast<char16_t>(in_.u16()); break;
      case 'S': out = static_cast<std::int16_t>(in_.u16()); break;
      case 'I': out = in_.i32(); break;
      case 'J': out = in_.i64(); break;
      case 'F': out = std::bit_cast<float>(in_.i32()); break;
      case 'D': out = std::bit_cast<double>(in_.i64()); break;
      default: return content(out);
    }
    return in_.failed() ? cut() : true;
  }

  static std::size_t bytes_of(char type) {
    switch (type) {
      case 'Z': case 'B': return 1;
      case 'C': case 'S': return 2;
      case 'I': case 'F': return 4;
      case 'J': case 'D': return 8;
      default: return 1;  // an object takes at least its tag
    }
  }

  bool array(Value& out) {
    const ClassDesc* desc = nullptr;
    if (!class_desc(desc)) return false;
    if (desc == nullptr || desc->name.size() < 2 || desc->name[0] != '[') return fail("an array without an array class");
    ArrayNode* node = graph_.array(desc);
    if (!remember<ArrayNode>(node)) return false;
    out = static_cast<const ArrayNode*>(node);
    const std::int64_t count = in_.i32();
    if (in_.failed()) return cut();
    const char type = desc->name[1];
    if (std::string_view("BCDFIJSZL[").find(type) == std::string_view::npos) return fail("an array of an unknown type");
    if (count < 0 || static_cast<std::size_t>(count) > limits_.array_items) return fail("an array of " + std::to_string(count) + " elements is larger than the limit");
    if (static_cast<std::size_t>(count) * bytes_of(type) > in_.remaining()) return cut();
    if (type == 'B') {
      node->bytes = graph_.keep(in_.bytes(static_cast<std::size_t>(count)));
      return true;
    }
    node->items.reserve(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i)
      if (!field_value(type, node->items.emplace_back())) return false;
    return true;
  }

  bool enum_constant(Value& out) {
    const ClassDesc* desc = nullptr;
    if (!class_desc(desc)) return false;
    if (desc == nullptr) return fail("an enum constant without a class");
    EnumNode* node = graph_.enum_constant(desc, {});
    if (!remember<EnumNode>(node)) return false;
    out = static_cast<const EnumNode*>(node);
    Value constant;
    if (!content(constant)) return false;
    const auto* name = std::get_if<const StringNode*>(&constant);
    if (name == nullptr) return fail("an enum constant's name must be a string");
    node->constant = *name;
    return true;
  }

  ByteReader in_;
  const Limits& limits_;
  Graph& graph_;
  std::vector<Handle> handles_;
  std::size_t depth_ = 0;
  std::string message_;
  std::size_t at_ = 0;
};

}  // namespace

Result<Stream> read(std::string_view stream, const Limits& limits) {
  if (stream.size() > limits.bytes)
    return malformed("a stream of " + std::to_string(stream.size()) + " bytes is longer than the limit of " + std::to_string(limits.bytes), 0);
  Stream out;
  Reader reader(stream, limits, out.graph);
  if (!reader.stream(out.root)) return reader.error();
  return out;
}

}  // namespace pilotlight::javaser
