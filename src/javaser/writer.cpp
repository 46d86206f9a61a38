#include "javaser/writer.hpp"

#include <bit>
#include <string_view>
#include <unordered_map>

#include "base/assert.hpp"
#include "base/bytes.hpp"

namespace pilotlight::javaser {
namespace {

constexpr std::int32_t first_handle = 0x7E0000;

bool same(const ClassDesc* a, const ClassDesc* b) {
  if (a == b) return true;
  if (a == nullptr || b == nullptr || a->name != b->name || a->suid != b->suid || a->flags != b->flags ||
      a->proxy != b->proxy || a->fields.size() != b->fields.size() ||
      !a->annotation.empty() || !b->annotation.empty())
    return false;
  for (std::size_t i = 0; i < a->fields.size(); ++i) {
    const auto& x = a->fields[i];
    const auto& y = b->fields[i];
    if (x.type != y.type || x.name != y.name || (x.type_name == nullptr) != (y.type_name == nullptr)) return false;
    if (x.type_name != nullptr && x.type_name->bytes != y.type_name->bytes) return false;
  }
  return same(a->super, b->super);
}

class Writer {
 public:
  explicit Writer(Sharing sharing) : by_value_(sharing == Sharing::by_value), out_(bytes_) {}

  std::string stream(const Value& root) {
    out_.u16(0xACED);
    out_.u16(5);
    value(root);
    return std::move(bytes_);
  }

 private:
  bool known(const void* node) {
    const auto found = handles_.find(node);
    if (found == handles_.end()) return false;
    reference(found->second);
    return true;
  }
  void reference(std::int32_t handle) {
    out_.u8(0x71);
    out_.i32(handle);
  }
  void remember(const void* node) { handles_.emplace(node, next_++); }

  void utf(std::string_view text) {
    out_.u16(static_cast<std::uint16_t>(text.size()));
    out_.bytes(text);
  }

  void string(const StringNode* node) {
    if (by_value_) {
      const auto [found, fresh] = strings_.try_emplace(node->bytes, next_);
      if (!fresh) return reference(found->second);
      ++next_;
    } else {
      if (known(node)) return;
      remember(node);
    }
    if (node->bytes.size() > 0xFFFF) {
      out_.u8(0x7C);
      out_.i64(static_cast<std::int64_t>(node->bytes.size()));
      out_.bytes(node->bytes);
    } else {
      out_.u8(0x74);
      utf(node->bytes);
    }
  }

  void desc(const ClassDesc* desc) {
    if (desc == nullptr) return out_.u8(0x70);
    if (known(desc)) return;
    if (by_value_ && !desc->unshared) {
      for (const auto& [other, handle] : descs_)
        if (same(other, desc)) return reference(handle);
      descs_.emplace_back(desc, next_);
    }
    if (desc->proxy) {
      out_.u8(0x7D);
      remember(desc);
      out_.i32(static_cast<std::int32_t>(desc->interfaces.size()));
      for (const auto name : desc->interfaces) utf(name);
    } else {
      out_.u8(0x72);
      utf(desc->name);
      out_.i64(desc->suid);
      remember(desc);
      out_.u8(desc->flags);
      out_.u16(static_cast<std::uint16_t>(desc->fields.size()));
      for (const auto& field : desc->fields) {
        out_.u8(static_cast<std::uint8_t>(field.type));
        utf(field.name);
        if (field.type == 'L' || field.type == '[') string(field.type_name);
      }
    }
    contents(desc->annotation);
    this->desc(desc->super);
  }

  /// With TC_ENDBLOCKDATA.
  void contents(const std::vector<Value>& values) {
    for (const auto& one : values) value(one);
    out_.u8(0x78);
  }

  void object(const ObjectNode* node) {
    if (known(node)) return;
    out_.u8(0x73);
    desc(node->desc);
    remember(node);
    std::vector<const ClassDesc*> chain;
    for (const ClassDesc* at = node->desc; at != nullptr; at = at->super) chain.push_back(at);
    std::size_t next_field = 0;
    std::size_t next_annotation = 0;
    for (auto at = chain.rbegin(); at != chain.rend(); ++at) {
      const ClassDesc& one = **at;
      const bool writes_fields = (one.flags & sc_externalizable) == 0 &&
                                 !(one.name == "scala.collection.mutable.ListBuffer" && (one.flags & sc_write_method) != 0);
      for (const auto& field : one.fields) {
        PILOTLIGHT_ASSERT(next_field < node->fields.size());
        if (writes_fields) field_value(field.type, node->fields[next_field]);
        ++next_field;
      }
      if ((one.flags & (sc_write_method | sc_externalizable)) == 0) continue;
      if (next_annotation < node->annotations.size() && node->annotations[next_annotation].of == *at)
        contents(node->annotations[next_annotation++].contents);
      else
        out_.u8(0x78);
    }
  }

  void field_value(char type, const Value& field) {
    switch (type) {
      case 'Z': out_.u8(std::get<bool>(field) ? 1 : 0); break;
      case 'B': out_.u8(static_cast<std::uint8_t>(std::get<std::int8_t>(field))); break;
      case 'C': out_.u16(std::get<char16_t>(field)); break;
      case 'S': out_.u16(static_cast<std::uint16_t>(std::get<std::int16_t>(field))); break;
      case 'I': out_.i32(std::get<std::int32_t>(field)); break;
      case 'J': out_.i64(std::get<std::int64_t>(field)); break;
      case 'F': out_.i32(std::bit_cast<std::int32_t>(std::get<float>(field))); break;
      case 'D': out_.i64(std::bit_cast<std::int64_t>(std::get<double>(field))); break;
      default: value(field);
    }
  }

  void array(const ArrayNode* node) {
    if (known(node)) return;
    out_.u8(0x75);
    desc(node->desc);
    remember(node);
    const char type = node->desc->name[1];
    if (type == 'B') {
      out_.i32(static_cast<std::int32_t>(node->bytes.size()));
      out_.bytes(node->bytes);
      return;
    }
    out_.i32(static_cast<std::int32_t>(node->items.size()));
    for (const auto& item : node->items) field_value(type, item);
  }

  void value(const Value& value) {
    if (std::holds_alternative<Null>(value)) return out_.u8(0x70);
    if (const auto* s = std::get_if<const StringNode*>(&value)) return string(*s);
    if (const auto* o = std::get_if<const ObjectNode*>(&value)) return object(*o);
    if (const auto* a = std::get_if<const ArrayNode*>(&value)) return array(*a);
    if (const auto* d = std::get_if<const ClassDesc*>(&value)) return desc(*d);
    if (const auto* e = std::get_if<const EnumNode*>(&value)) {
      if (known(*e)) return;
      out_.u8(0x7E);
      desc((*e)->desc);
      remember(*e);
      return string((*e)->constant);
    }
    if (const auto* c = std::get_if<const ClassNode*>(&value)) {
      if (known(*c)) return;
      out_.u8(0x76);
      desc((*c)->desc);
      return remember(*c);
    }
    const auto* block = std::get_if<Block>(&value);
    PILOTLIGHT_ASSERT(block != nullptr);  // a primitive where an object must stand
    if (block->bytes.size() <= 0xFF) {
      out_.u8(0x77);
      out_.u8(static_cast<std::uint8_t>(block->bytes.size()));
    } else {
      out_.u8(0x7A);
      out_.i32(static_cast<std::int32_t>(block->bytes.size()));
    }
    out_.bytes(block->bytes);
  }

  bool by_value_;
  std::string bytes_;
  ByteWriter out_;
  std::int32_t next_ = first_handle;
  std::unordered_map<const void*, std::int32_t> handles_;
  std::unordered_map<std::string_view, std::int32_t> strings_;
  std::vector<std::pair<const ClassDesc*, std::int32_t>> descs_;
};

}  // namespace

std::string write(const Value& root, Sharing sharing) { return Writer(sharing).stream(root); }

}  // namespace pilotlight::javaser
