#include "javaser/value.hpp"

#include <cstring>
#include <new>

#include "base/assert.hpp"
#include "base/bytes.hpp"

namespace pilotlight::javaser {

const Value* ObjectNode::field(std::string_view name) const {
  std::size_t end = fields.size();
  for (const ClassDesc* one = desc; one && one->fields.size() <= end; one = one->super) {
    const std::size_t begin = end - one->fields.size();
    for (std::size_t i = 0; i < one->fields.size(); ++i)
      if (one->fields[i].name == name) return &fields[begin + i];
    end = begin;
  }
  return nullptr;
}

const Values& ObjectNode::annotation() const {
  static const Values none;
  return !annotations.empty() && annotations.back().of == desc ? annotations.back().contents : none;
}

Graph::Graph() : Graph(std::size_t{1024}) {}

Graph::Graph(std::size_t expected_bytes)
    : arena_(std::make_unique<std::pmr::monotonic_buffer_resource>(expected_bytes)) {}

template <typename Node>
Node* Graph::make(Node node) {
  return ::new (arena_->allocate(sizeof(Node), alignof(Node))) Node(std::move(node));
}

std::string_view Graph::keep(std::string_view bytes) {
  if (bytes.empty()) return {};
  auto* copy = static_cast<char*>(arena_->allocate(bytes.size(), 1));
  std::memcpy(copy, bytes.data(), bytes.size());
  return {copy, bytes.size()};
}

StringNode* Graph::string_raw(std::string_view modified_utf8) { return string_borrowed(keep(modified_utf8)); }

StringNode* Graph::string_borrowed(std::string_view modified_utf8) { return make(StringNode{modified_utf8}); }

StringNode* Graph::string(std::string_view utf8) { return string_raw(to_modified_utf8(utf8)); }

ObjectNode* Graph::object(const ClassDesc* desc) {
  return make(ObjectNode{desc, Values(arena_.get()), std::pmr::vector<Annotation>(arena_.get())});
}

ArrayNode* Graph::array(const ClassDesc* desc) { return make(ArrayNode{desc, Values(arena_.get()), {}}); }

EnumNode* Graph::enum_constant(const ClassDesc* desc, std::string_view constant) {
  return enum_constant(desc, string(constant));
}

EnumNode* Graph::enum_constant(const ClassDesc* desc, const StringNode* constant) {
  return make(EnumNode{desc, constant});
}

ClassNode* Graph::class_object(const ClassDesc* desc) { return make(ClassNode{desc}); }

ClassDesc* Graph::class_desc() {
  auto* arena = arena_.get();
  return make(ClassDesc{.name = {},
                        .fields = std::pmr::vector<FieldDesc>(arena),
                        .annotation = Values(arena),
                        .interfaces = std::pmr::vector<std::string_view>(arena)});
}

std::string text_of(const Value& value) {
  const auto* node = std::get_if<const StringNode*>(&value);
  return node && *node ? from_modified_utf8((*node)->bytes) : std::string();
}

Value zero_of(char field_type) {
  switch (field_type) {
    case 'Z': return false;
    case 'B': return std::int8_t{0};
    case 'C': return char16_t{0};
    case 'S': return std::int16_t{0};
    case 'I': return std::int32_t{0};
    case 'J': return std::int64_t{0};
    case 'F': return 0.0F;
    case 'D': return 0.0;
    default: return Null{};
  }
}

}  // namespace pilotlight::javaser
