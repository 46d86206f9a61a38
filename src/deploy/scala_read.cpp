#include "deploy/scala_read.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace pilotlight::deploy {

using javaser::ArrayNode;
using javaser::Block;
using javaser::ClassDesc;
using javaser::object_of;
using javaser::ObjectNode;
using javaser::Value;

namespace {

/// What one element costs of the budget, beside its text.
constexpr std::size_t element_cost = 32;
/// A chain of superclasses or of wrapped maps longer than this is no Spark's.
constexpr int chain_limit = 16;

constexpr std::string_view immutable = "scala.collection.immutable.";
constexpr std::string_view mutable_ = "scala.collection.mutable.";

std::string_view without(std::string_view prefix, std::string_view name) {
  return name.starts_with(prefix) ? name.substr(prefix.size()) : std::string_view{};
}

Error not_a(const Value& value, std::string_view what) {
  return fatal("is a " + std::string(class_of(value)) + ", not " + std::string(what));
}

const ArrayNode* array_of(const Value* value) {
  const auto* node = value ? std::get_if<const ArrayNode*>(value) : nullptr;
  return node ? *node : nullptr;
}

std::optional<std::int32_t> int_field(const ObjectNode& object, std::string_view field) {
  const Value* value = object.field(field);
  const auto* number = value ? std::get_if<std::int32_t>(value) : nullptr;
  return number ? std::optional(*number) : std::nullopt;
}

/// The n-th number of an annotation's first block, which is as long as `bytes` at least.
std::optional<std::int32_t> block_number(const ObjectNode& object, std::size_t bytes, std::size_t n) {
  const auto& contents = object.annotation();
  const auto* block = contents.empty() ? nullptr : std::get_if<Block>(&contents.front());
  if (!block || block->bytes.size() < bytes) return std::nullopt;
  return ByteReader(block->bytes.substr(4 * n)).i32();
}

/// `count` elements of an array from `start`, or an error when it has not so many.
Result<Values> slice(const ArrayNode* array, std::int64_t start, std::int64_t count, Decoding& decoding) {
  if (!array || start < 0 || count < 0 || start + count > static_cast<std::int64_t>(array->items.size()))
    return fatal("is a sequence whose size and array do not agree");
  if (!decoding.charge(element_cost * static_cast<std::size_t>(count))) return fatal("is too big");
  const auto first = array->items.begin() + start;
  return Values(first, first + count);
}

/// Annotation contents up to the object that ends a Scala collection of unknown size.
Result<Values> until(std::string_view end, const ObjectNode& object, std::size_t from, Decoding& decoding) {
  Values values;
  const auto& contents = object.annotation();
  for (std::size_t i = from; i < contents.size(); ++i) {
    if (class_of(contents[i]) == end) return values;
    if (!decoding.charge(element_cost)) return fatal("is too big");
    values.push_back(contents[i]);
  }
  return fatal("is a sequence without an end");
}

/// What follows the block with the size: `size` times `each` values.
Result<Values> sized(const ObjectNode& object, std::optional<std::int32_t> size, std::size_t each, Decoding& decoding) {
  const auto& contents = object.annotation();
  if (!size || *size < 0 || static_cast<std::size_t>(*size) * each > contents.size() - 1)
    return fatal("is a collection whose size and elements do not agree");
  const auto count = static_cast<std::size_t>(*size) * each;
  if (!decoding.charge(element_cost * count)) return fatal("is too big");
  return Values(contents.begin() + 1, contents.begin() + 1 + static_cast<std::ptrdiff_t>(count));
}

/// Scala 2.13's common proxy: the size, or -1 and an end mark; then the elements (spec §3.7).
Result<Values> read_default_proxy(const ObjectNode& object, Decoding& decoding) {
  const auto size = block_number(object, 4, 0);
  if (size == -1) return until("scala.collection.generic.SerializeEnd$", object, 1, decoding);
  return sized(object, size, 1, decoding);
}

/// 2.12's Vector: a tree of arrays of 32, `depth` levels high (spec §3.3).
Result<Values> read_vector(const ObjectNode& object, Decoding& decoding) {
  const auto depth = int_field(object, "depth");
  const auto start = int_field(object, "startIndex");
  const auto end = int_field(object, "endIndex");
  constexpr std::string_view displays[] = {"display0", "display1", "display2", "display3", "display4", "display5"};
  if (!depth || !start || !end || *depth < 0 || *depth > 6 || *start < 0 || *end < *start)
    return fatal("is a Vector whose indices do not agree");
  Values values;
  if (*start == *end) return values;
  if (*depth == 0) return fatal("is a Vector whose indices do not agree");
  const ArrayNode* top = array_of(object.field(displays[*depth - 1]));
  for (std::int32_t i = *start; i < *end; ++i) {
    const ArrayNode* node = top;
    for (int level = *depth - 1;; --level) {
      const auto slot = static_cast<std::size_t>((i >> (5 * level)) & 31);
      if (!node || slot >= node->items.size()) return fatal("is a Vector with a part missing");
      if (level == 0) {
        if (!decoding.charge(element_cost)) return fatal("is too big");
        values.push_back(node->items[slot]);
        break;
      }
      node = array_of(&node->items[slot]);
    }
  }
  return values;
}

/// 2.12's Stream, as far as it was evaluated; the rest is a closure that nobody but its JVM can run.
Result<Values> read_stream(const ObjectNode* cell, Decoding& decoding) {
  Values values;
  while (cell && cell->desc->name == "scala.collection.immutable.Stream$Cons") {
    const Value* head = cell->field("hd");
    const Value* rest = cell->field("tlVal");
    const Value* thunk = cell->field("tlGen");
    if (!head || !rest || (thunk && !is_null(*thunk))) return fatal("is a Stream that was not evaluated");
    if (!decoding.charge(element_cost)) return fatal("is too big");
    values.push_back(*head);
    cell = object_of(*rest);
  }
  if (!cell || class_of(cell) != "scala.collection.immutable.Stream$Empty$") return fatal("is a Stream without an end");
  return values;
}

/// Map1 … Map4 and Set1 … Set4: one field for each key, value or element; 2.13 puts the class before the field's name.
const Value* numbered(const ObjectNode& object, std::string_view what, int n) {
  const std::string suffix = std::string(what) + std::to_string(n);
  const auto& fields = object.desc->fields;
  if (fields.size() > object.fields.size()) return nullptr;
  const std::size_t own = object.fields.size() - fields.size();  // a superclass's values stand before
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (fields[i].name == suffix || fields[i].name.ends_with("$$" + suffix)) return &object.fields[own + i];
  return nullptr;
}

/// The 3 of "Map$Map3"; 0 when the name is not of this kind.
int small_size(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix) || name.size() != prefix.size() + 1) return 0;
  const char digit = name.back();
  return digit >= '1' && digit <= '4' ? digit - '0' : 0;
}

Result<Entries> pairs_of(Result<Values> flat) {
  if (!flat.ok()) return std::move(flat).error();
  Entries entries;
  for (std::size_t i = 0; i + 1 < flat->size(); i += 2) entries.emplace_back((*flat)[i], (*flat)[i + 1]);
  return entries;
}

Result<Entries> tuples_of(Result<Values> tuples) {
  if (!tuples.ok()) return std::move(tuples).error();
  Entries entries;
  for (const Value& value : *tuples) {
    const ObjectNode* tuple = object_of(value);
    const Value* key = tuple && tuple->desc->name == "scala.Tuple2" ? tuple->field("_1") : nullptr;
    const Value* mapped = key ? tuple->field("_2") : nullptr;
    if (!mapped) return fatal("is a map with an entry that is no Tuple2");
    entries.emplace_back(*key, *mapped);
  }
  return entries;
}

}  // namespace

const ClassDesc* module_of(const Value& value) {
  const ObjectNode* object = object_of(value);
  if (!object || object->desc->name != "scala.runtime.ModuleSerializationProxy") return nullptr;
  const Value* module = object->field("moduleClass");
  const auto* node = module ? std::get_if<const javaser::ClassNode*>(module) : nullptr;
  return node && *node ? (*node)->desc : nullptr;
}

std::string_view class_of(const Value& value) {
  if (const ClassDesc* module = module_of(value)) return module->name;
  struct Name {
    std::string_view operator()(javaser::Null) const { return "null"; }
    std::string_view operator()(const javaser::StringNode*) const { return "java.lang.String"; }
    std::string_view operator()(const ObjectNode* node) const { return node->desc->name; }
    std::string_view operator()(const ArrayNode* node) const { return node->desc->name; }
    std::string_view operator()(const javaser::EnumNode* node) const { return node->desc->name; }
    std::string_view operator()(const javaser::ClassNode*) const { return "java.lang.Class"; }
    std::string_view operator()(const ClassDesc*) const { return "java.io.ObjectStreamClass"; }
    std::string_view operator()(const Block&) const { return "block of data"; }
    std::string_view operator()(bool) const { return "boolean"; }
    std::string_view operator()(std::int32_t) const { return "int"; }
    std::string_view operator()(std::int64_t) const { return "long"; }
    std::string_view operator()(double) const { return "double"; }
    std::string_view operator()(float) const { return "float"; }
    std::string_view operator()(char16_t) const { return "char"; }
    std::string_view operator()(std::int8_t) const { return "byte"; }
    std::string_view operator()(std::int16_t) const { return "short"; }
  };
  return std::visit(Name{}, value);
}

bool is_a(const ClassDesc* desc, std::string_view class_name) {
  for (int i = 0; desc && i < chain_limit; ++i, desc = desc->super)
    if (desc->name == class_name) return true;
  return false;
}

Result<Values> read_sequence(const Value& value, Decoding& decoding) {
  const std::string_view name = class_of(value);
  const ObjectNode* object = object_of(value);
  if (name == "scala.collection.immutable.Nil$" || name == "scala.collection.immutable.Set$EmptySet$") return Values{};
  if (!object) return not_a(value, "a sequence");
  if (name == "scala.collection.generic.DefaultSerializationProxy") return read_default_proxy(*object, decoding);
  if (const auto rest = without(immutable, name); !rest.empty()) {
    if (rest == "List$SerializationProxy")
      return until("scala.collection.immutable.ListSerializeEnd$", *object, 0, decoding);
    if (rest == "HashSet$SerializationProxy") return sized(*object, block_number(*object, 4, 0), 1, decoding);
    if (rest == "Vector") return read_vector(*object, decoding);
    if (rest.starts_with("Stream$")) return read_stream(object, decoding);
    if (rest == "ArraySeq$ofRef") {
      const ArrayNode* array = array_of(object->field("unsafeArray"));
      return slice(array, 0, array ? static_cast<std::int64_t>(array->items.size()) : 0, decoding);
    }
    if (const int size = small_size(rest, "Set$Set")) {
      Values values;
      for (int n = 1; n <= size; ++n) {
        const Value* element = numbered(*object, "elem", n);
        if (!element) return fatal("is a Set with an element missing");
        values.push_back(*element);
      }
      return values;
    }
  }
  if (const auto rest = without(mutable_, name); !rest.empty()) {
    if (rest == "ArrayBuffer")
      return slice(array_of(object->field("array")), 0, int_field(*object, "size0").value_or(-1), decoding);
    if (rest == "ArraySeq")
      return slice(array_of(object->field("array")), 0, int_field(*object, "length").value_or(-1), decoding);
    if (rest == "ListBuffer") return until("scala.collection.immutable.ListSerializeEnd$", *object, 0, decoding);
    if (rest == "WrappedArray$ofRef" || rest == "ArraySeq$ofRef") {
      const ArrayNode* array = array_of(object->field("array"));
      return slice(array, 0, array ? static_cast<std::int64_t>(array->items.size()) : 0, decoding);
    }
  }
  return not_a(value, "a sequence that is known here");
}

Result<Entries> read_map(const Value& outer, Decoding& decoding) {
  Value value = outer;
  // A map with a default (2.13's sys.env) holds the map that counts; one inside the other is bounded, for it may be a
  // ring.
  for (int i = 0; i < chain_limit && class_of(value) == "scala.collection.immutable.Map$WithDefault"; ++i) {
    const ObjectNode* wrapper = object_of(value);
    const Value* underlying = wrapper ? wrapper->field("underlying") : nullptr;
    if (!underlying) return fatal("is a Map$WithDefault without a map");
    value = *underlying;
  }
  const std::string_view name = class_of(value);
  const ObjectNode* object = object_of(value);
  if (name == "scala.collection.immutable.Map$EmptyMap$") return Entries{};
  if (!object) return not_a(value, "a map");
  if (name == "scala.collection.generic.DefaultSerializationProxy")
    return tuples_of(read_default_proxy(*object, decoding));
  if (name == "scala.collection.immutable.HashMap$SerializationProxy")
    return pairs_of(sized(*object, block_number(*object, 4, 0), 2, decoding));
  if (name == "scala.collection.mutable.HashMap" || name == "scala.collection.mutable.LinkedHashMap")
    return pairs_of(sized(*object, block_number(*object, 13, 1), 2, decoding));
  if (const int size = small_size(without(immutable, name), "Map$Map")) {
    Entries entries;
    for (int n = 1; n <= size; ++n) {
      const Value* key = numbered(*object, "key", n);
      const Value* mapped = numbered(*object, "value", n);
      if (!key || !mapped) return fatal("is a Map with an entry missing");
      entries.emplace_back(*key, *mapped);
    }
    return entries;
  }
  return not_a(value, "a map that is known here");
}

Result<std::optional<Value>> read_option(const Value& value) {
  const std::string_view name = class_of(value);
  if (is_null(value) || name == "scala.None$") return std::optional<Value>{};
  const ObjectNode* object = object_of(value);
  if (!object || name != "scala.Some") return not_a(value, "an Option");
  const Value* held = object->field("value");
  if (!held) held = object->field("x");  // Scala 2.11's name
  if (!held) return fatal("is a Some without a value");
  return is_null(*held) ? std::optional<Value>{} : std::optional<Value>(*held);
}

}  // namespace pilotlight::deploy
