#include "deploy/build.hpp"

#include <array>

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "deploy/raw.hpp"
#include "javaser/writer.hpp"

namespace pilotlight::deploy {

using javaser::ClassDesc;
using javaser::Null;
using javaser::ObjectNode;
using javaser::Value;

namespace {

/// A class and its superclasses, topmost first.
struct Chain {
  static constexpr std::size_t longest = 8;
  std::array<const ClassDesc*, longest> classes{};
  std::size_t size = 0;

  explicit Chain(const ClassDesc* desc) {
    for (const ClassDesc* one = desc; one; one = one->super) {
      PILOTLIGHT_ASSERT(size < longest);
      ++size;
    }
    std::size_t at = size;
    for (const ClassDesc* one = desc; one; one = one->super) classes[--at] = one;
  }
  [[nodiscard]] auto begin() const { return classes.begin(); }
  [[nodiscard]] auto end() const { return classes.begin() + static_cast<std::ptrdiff_t>(size); }
};

std::string size_bytes(std::size_t size) {
  std::string bytes;
  ByteWriter(bytes).i32(static_cast<std::int32_t>(size));
  return bytes;
}

}  // namespace

ObjectNode* Build::object(Class id, std::initializer_list<Named> fields) {
  ObjectNode* node = graph_.object(descriptors_[id]);
  node->fields.reserve(fields.size());
  for (const ClassDesc* desc : Chain(node->desc)) {
    for (const auto& field : desc->fields) {
      const Named* given = nullptr;
      for (const Named& named : fields)
        if (named.field == field.name) given = &named;
      PILOTLIGHT_ASSERT(given != nullptr);
      node->fields.push_back(given->value);
    }
    if ((desc->flags & javaser::sc_write_method) != 0) {
      node->annotations.emplace_back();
      node->annotations.back().of = desc;
    }
  }
  PILOTLIGHT_ASSERT(node->fields.size() == fields.size());
  return node;
}

Value Build::integer(std::int32_t number) { return object(Class::java_integer, {{"value", number}}); }

Value Build::boolean(bool value) { return object(Class::java_boolean, {{"value", value}}); }

Value Build::module(Class id) {
  // A Scala 2.13 JVM takes an object written the 2.12 way for a second instance, which matches nothing (spec §3.7).
  if (scala_of(dialect_) == Scala::v2_12) return object(id, {});
  return object(Class::module_proxy, {{"moduleClass", graph_.class_object(descriptors_[id])}});
}

Value Build::some(Value value) { return object(Class::some, {{"value", value}}); }

Value Build::option(const std::optional<std::string>& value) { return value ? some(text(*value)) : none(); }

Value Build::option(std::optional<std::int32_t> number) { return number ? some(integer(*number)) : none(); }

Value Build::sequence(const std::vector<Value>& elements) {
  ObjectNode* node = nullptr;
  if (scala_of(dialect_) == Scala::v2_12) {
    node = object(Class::list_proxy, {});
    auto& contents = node->annotations.back().contents;
    for (const Value& element : elements) contents.push_back(element);
    contents.push_back(object(Class::list_end, {}));
    return node;
  }
  node = object(Class::default_proxy,
                {{"factory", object(Class::iterable_factory, {{"factory", module(Class::list_module)}})}});
  auto& contents = node->annotations.back().contents;
  contents.push_back(javaser::Block{graph_.keep(size_bytes(elements.size()))});
  for (const Value& element : elements) contents.push_back(element);
  return node;
}

Value Build::texts(std::span<const std::string> elements) {
  std::vector<Value> values;
  values.reserve(elements.size());
  for (const std::string& element : elements) values.push_back(text(element));
  return sequence(values);
}

Value Build::map(const std::vector<std::pair<Value, Value>>& entries) {
  const bool flat = scala_of(dialect_) == Scala::v2_12;
  ObjectNode* node = flat ? object(Class::hash_map_proxy, {})
                          : object(Class::default_proxy,
                                   {{"factory", object(Class::map_factory, {{"factory", module(Class::map_module)}})}});
  auto& contents = node->annotations.back().contents;
  contents.push_back(javaser::Block{graph_.keep(size_bytes(entries.size()))});
  for (const auto& [key, value] : entries) {
    if (flat) {
      contents.push_back(key);
      contents.push_back(value);
    } else {
      contents.push_back(object(Class::tuple2, {{"_1", key}, {"_2", value}}));
    }
  }
  return node;
}

Value Build::string_array(std::span<const std::string> elements) {
  javaser::ArrayNode* node = graph_.array(descriptors_[Class::string_array]);
  for (const std::string& element : elements) node->items.push_back(text(element));
  return node;
}

Value Build::enumeration(Class of, std::uint8_t number) {
  const Value outer = module(of);
  return object(Class::enumeration_val, {{"$outer", outer},
                                         {"scala$Enumeration$$outerEnum", outer},
                                         {"i", static_cast<std::int32_t>(number)},
                                         {"name", Null{}}});
}

Value Build::bare(std::string_view name) {
  const auto id = class_by_name(name);
  if (id && name.ends_with('$')) return module(*id);
  ClassDesc* unknown = id ? nullptr : graph_.class_desc();
  if (unknown) unknown->name = graph_.keep(name);
  ObjectNode* node = graph_.object(id ? descriptors_[*id] : unknown);
  for (const auto& field : node->desc->fields)
    node->fields.push_back(field.type == 'L' || field.type == '[' ? Value(Null{}) : Value(std::int32_t{0}));
  return node;
}

Value Build::embed(const RawBytes& raw) {
  auto stream = read_raw(raw);
  PILOTLIGHT_ASSERT(stream.ok());
  return embedded_.emplace_back(std::move(stream).value()).root;
}

Value Build::with_field(const ObjectNode& original, std::string_view field, Value value) {
  ObjectNode* node = graph_.object(original.desc);
  for (const Value& kept : original.fields) node->fields.push_back(kept);
  const Value* replaced = original.field(field);
  PILOTLIGHT_ASSERT(replaced != nullptr);
  node->fields[static_cast<std::size_t>(replaced - original.fields.data())] = value;
  for (const auto& annotation : original.annotations) node->annotations.push_back(annotation);
  return node;
}

std::string Build::finish(const Value& root) const { return javaser::write(root, javaser::Sharing::by_value); }

}  // namespace pilotlight::deploy
