#include "javaser/value.hpp"

#include "base/bytes.hpp"

namespace pilotlight::javaser {

const Value* ObjectNode::field(std::string_view name) const {
  // Fields of the most derived class stand last, so the chain is walked from its end.
  std::size_t end = fields.size();
  for (const ClassDesc* at = desc; at != nullptr; at = at->super) {
    if (end < at->fields.size()) return nullptr;
    const std::size_t begin = end - at->fields.size();
    for (std::size_t i = 0; i < at->fields.size(); ++i)
      if (at->fields[i].name == name) return &fields[begin + i];
    end = begin;
  }
  return nullptr;
}

const std::vector<Value>& ObjectNode::annotation() const {
  static const std::vector<Value> none;
  if (annotations.empty() || annotations.back().of != desc) return none;
  return annotations.back().contents;
}

std::string_view Graph::keep(std::string_view bytes) { return bytes_.emplace_back(bytes); }
StringNode* Graph::string_raw(std::string_view modified_utf8) { return &strings_.emplace_back(StringNode{keep(modified_utf8)}); }
StringNode* Graph::string(std::string_view utf8) { return string_raw(to_modified_utf8(utf8)); }
ObjectNode* Graph::object(const ClassDesc* desc) {
  auto& node = objects_.emplace_back();
  node.desc = desc;
  return &node;
}
ArrayNode* Graph::array(const ClassDesc* desc) {
  auto& node = arrays_.emplace_back();
  node.desc = desc;
  return &node;
}
EnumNode* Graph::enum_constant(const ClassDesc* desc, std::string_view constant) {
  return &enums_.emplace_back(EnumNode{desc, string(constant)});
}
ClassNode* Graph::class_object(const ClassDesc* desc) { return &classes_.emplace_back(ClassNode{desc}); }
ClassDesc* Graph::class_desc() { return &descs_.emplace_back(); }

std::string text_of(const Value& value) {
  const auto* node = std::get_if<const StringNode*>(&value);
  return node ? from_modified_utf8((*node)->bytes) : std::string();
}

}  // namespace pilotlight::javaser
