#include "forge.hpp"

#include <set>

#include "base/bytes.hpp"

namespace pilotlight::deploy::test {

using javaser::ObjectNode;
using javaser::Value;

namespace {

struct TypeOf {
  char operator()(bool) const { return 'Z'; }
  char operator()(std::int32_t) const { return 'I'; }
  char operator()(std::int64_t) const { return 'J'; }
  char operator()(double) const { return 'D'; }
  char operator()(std::int8_t) const { return 'B'; }
  char operator()(std::int16_t) const { return 'S'; }
  char operator()(char16_t) const { return 'C'; }
  char operator()(float) const { return 'F'; }
  char operator()(const auto&) const { return 'L'; }
};

Value zero_of(char type) {
  switch (type) {
    case 'Z': return false;
    case 'I': return std::int32_t{0};
    case 'J': return std::int64_t{0};
    case 'D': return 0.0;
    default: return javaser::Null{};
  }
}

}  // namespace

ObjectNode* Forge::object(const std::string& class_name, const std::vector<ForgedField>& fields, std::int64_t suid,
                          std::uint8_t flags) {
  javaser::ClassDesc* desc = graph_.class_desc();
  desc->name = graph_.keep(class_name);
  desc->suid = suid;
  desc->flags = flags;
  ObjectNode* node = graph_.object(desc);
  for (const auto& field : fields) {
    const char type = std::visit(TypeOf{}, field.value);
    desc->fields.push_back(
        {type, graph_.keep(field.name), type == 'L' ? graph_.string("Ljava/lang/Object;") : nullptr});
    node->fields.push_back(field.value);
  }
  return node;
}

ObjectNode* Forge::annotated(const std::string& class_name, const std::vector<Value>& contents,
                             const std::vector<ForgedField>& fields) {
  ObjectNode* node = object(class_name, fields, 1, javaser::sc_serializable | javaser::sc_write_method);
  node->annotations.emplace_back();
  node->annotations.back().of = node->desc;
  for (const Value& value : contents) node->annotations.back().contents.push_back(value);
  return node;
}

ObjectNode* Forge::empty(Dialect dialect, Class id) {
  ObjectNode* node = graph_.object(Descriptors::of(dialect)[id]);
  std::vector<const javaser::ClassDesc*> chain;
  for (const auto* desc = node->desc; desc; desc = desc->super) chain.insert(chain.begin(), desc);
  for (const auto* desc : chain) {
    for (const auto& field : desc->fields) node->fields.push_back(zero_of(field.type));
    if ((desc->flags & javaser::sc_write_method) == 0) continue;
    node->annotations.emplace_back();
    node->annotations.back().of = desc;
  }
  return node;
}

ObjectNode* Forge::module(const std::string& class_name) {
  javaser::ClassDesc* desc = graph_.class_desc();
  desc->name = graph_.keep(class_name);
  desc->flags = 0;
  return object("scala.runtime.ModuleSerializationProxy", {{"moduleClass", graph_.class_object(desc)}});
}

Value Forge::ints(const std::vector<std::int32_t>& numbers, const std::string& more) {
  std::string bytes;
  ByteWriter writer(bytes);
  for (const auto number : numbers) writer.i32(number);
  return block(bytes + more);
}

javaser::ArrayNode* Forge::array(const std::vector<Value>& items, const std::string& class_name) {
  javaser::ClassDesc* desc = graph_.class_desc();
  desc->name = graph_.keep(class_name);
  javaser::ArrayNode* node = graph_.array(desc);
  for (const Value& item : items) node->items.push_back(item);
  return node;
}

std::string Forge::kill_executors(Value ids) {
  ObjectNode* message = empty(Dialect::spark_3_4, Class::kill_executors);
  set_field(message, "appId", text("app-1"));
  set_field(message, "executorIds", ids);
  return bytes_of(message);
}

bool set_field(ObjectNode* object, std::string_view field, Value value) {
  const Value* place = object->field(field);
  if (!place) return false;
  object->fields[static_cast<std::size_t>(place - object->fields.data())] = value;
  return true;
}

std::vector<ObjectNode*> objects_in(const Value& root) {
  std::vector<ObjectNode*> found;
  std::set<const void*> seen;
  std::vector<Value> pending{root};
  while (!pending.empty()) {
    const Value value = pending.back();
    pending.pop_back();
    if (const auto* array = std::get_if<const javaser::ArrayNode*>(&value)) {
      if (seen.insert(*array).second) pending.insert(pending.end(), (*array)->items.begin(), (*array)->items.end());
    }
    const auto* object = javaser::object_of(value);
    if (!object || !seen.insert(object).second) continue;
    found.push_back(const_cast<ObjectNode*>(object));  // made by a Graph that is not const
    pending.insert(pending.end(), object->fields.begin(), object->fields.end());
    for (const auto& annotation : object->annotations)
      pending.insert(pending.end(), annotation.contents.begin(), annotation.contents.end());
  }
  return found;
}

}  // namespace pilotlight::deploy::test
