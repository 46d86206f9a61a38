#include "deploy/decoding.hpp"

#include <limits>

#include "deploy/dialect.hpp"
#include "deploy/scala_read.hpp"

namespace pilotlight::deploy {

using javaser::ClassDesc;
using javaser::object_of;
using javaser::ObjectNode;
using javaser::Value;

namespace {

constexpr DialectSet scala_2_12 = set_of(Dialect::spark_3_3) | set_of(Dialect::spark_3_4);
constexpr DialectSet scala_2_13 = any_dialect & static_cast<DialectSet>(~scala_2_12);
constexpr int superclass_limit = 16;

std::string is_not(const Value& value, std::string_view what) {
  return "is a " + std::string(class_of(value)) + ", not a " + std::string(what);
}

}  // namespace

void Decoding::see(const ClassDesc* desc) {
  for (int i = 0; desc && i < superclass_limit; ++i, desc = desc->super) see_one(*desc);
}

void Decoding::see_one(const ClassDesc& desc) {
  if (!desc.name.starts_with("org.apache.spark.")) return;
  const auto id = class_by_name(desc.name);
  if (!id) return;
  DialectSet fitting = dialects_with(*id, desc.suid);
  // A module may be named without its SUID, but only where modules are written by name (spec §3.7).
  if (fitting == 0 && desc.suid == 0 && desc.flags == 0) fitting = scala_2_13;
  if (*id == Class::rpc_endpoint_ref) evidence_.ref_suid = desc.suid;
  if (*id == Class::resource_profile) evidence_.profile_suid = desc.suid;
  if (fitting == 0) {
    if (!evidence_.unknown_class || *id == Class::rpc_endpoint_ref)
      evidence_.unknown_class = std::string(desc.name) + " " + std::to_string(desc.suid);
    return;
  }
  evidence_.dialects &= fitting;
  if (!evidence_.scala && (fitting & scala_2_13) == 0) evidence_.scala = Scala::v2_12;
  if (!evidence_.scala && (fitting & scala_2_12) == 0) evidence_.scala = Scala::v2_13;
}

void Decoding::fail(std::string message) {
  if (!error_) error_ = fatal(std::move(message));
}

bool Decoding::charge(std::size_t bytes) {
  if (bytes <= budget_) {
    budget_ -= bytes;
    return true;
  }
  budget_ = 0;
  fail("the message refers to the same parts so often that reading it would take too much memory");
  return false;
}

std::string Fields::path() const { return outer_ ? outer_->path() + "." + std::string(name_) : std::string(name_); }

void Fields::fail(std::string_view field, std::string_view problem) const {
  decoding_.fail(path() + "." + std::string(field) + " " + std::string(problem));
}

const Value* Fields::required(std::string_view field) const {
  if (!object_) return nullptr;
  const Value* value = object_->field(field);
  if (!value || is_null(*value)) {
    fail(field, value ? "is null" : "is missing");
    return nullptr;
  }
  return value;
}

std::string Fields::text(std::string_view field) const {
  const Value* value = required(field);
  return value ? text_in(field, *value) : std::string();
}

std::string Fields::text_or_empty(std::string_view field) const {
  const Value* value = object_ ? object_->field(field) : nullptr;
  return value && !is_null(*value) ? text_in(field, *value) : std::string();
}

std::string Fields::text_in(std::string_view field, const Value& value) const {
  const auto* node = std::get_if<const javaser::StringNode*>(&value);
  if (!node) {
    fail(field, is_null(value) ? "holds null" : is_not(value, "String"));
    return {};
  }
  if (!decoding_.charge((*node)->bytes.size())) return {};
  return javaser::text_of(value);
}

std::int32_t Fields::int32(std::string_view field) const {
  const Value* value = required(field);
  if (!value) return 0;
  if (const auto* number = std::get_if<std::int32_t>(value)) return *number;
  fail(field, is_not(*value, "int"));
  return 0;
}

std::int32_t Fields::int32_of_long(std::string_view field) const {
  const Value* value = required(field);
  if (!value) return 0;
  const auto* number = std::get_if<std::int64_t>(value);
  if (!number) {
    fail(field, is_not(*value, "long"));
    return 0;
  }
  if (*number < std::numeric_limits<std::int32_t>::min() || *number > std::numeric_limits<std::int32_t>::max()) {
    fail(field, "is " + std::to_string(*number) + ", more than an int holds");
    return 0;
  }
  return static_cast<std::int32_t>(*number);
}

bool Fields::flag(std::string_view field) const {
  const Value* value = required(field);
  if (!value) return false;
  if (const auto* boolean = std::get_if<bool>(value)) return *boolean;
  fail(field, is_not(*value, "boolean"));
  return false;
}

Fields Fields::object(std::string_view field, Class of) const {
  const Value* value = required(field);
  return value ? object_in(field, *value, of) : Fields(decoding_, nullptr, field, this);
}

Fields Fields::object_in(std::string_view field, const Value& value, Class of) const {
  const ObjectNode* node = object_of(value);
  if (node && is_a(node->desc, class_name(of))) {
    decoding_.see(node->desc);
    return Fields(decoding_, node, field, this);
  }
  fail(field, is_null(value) ? "holds null" : is_not(value, class_name(of)));
  return Fields(decoding_, nullptr, field, this);
}

std::optional<Value> Fields::option(std::string_view field) const {
  const Value* value = object_ ? object_->field(field) : nullptr;
  if (!value) return std::nullopt;
  const auto held = read_option(*value);
  if (held.ok()) return *held;
  fail(field, held.error().message);
  return std::nullopt;
}

std::optional<std::string> Fields::optional_text(std::string_view field) const {
  const auto held = option(field);
  return held ? std::optional(text_in(field, *held)) : std::nullopt;
}

std::optional<std::int32_t> Fields::optional_int32(std::string_view field) const {
  const auto held = option(field);
  return held ? std::optional(int32_in(field, *held)) : std::nullopt;
}

std::int32_t Fields::int32_in(std::string_view field, const Value& value) const {
  const ObjectNode* boxed = object_of(value);
  const Value* number = boxed && boxed->desc->name == "java.lang.Integer" ? boxed->field("value") : nullptr;
  const auto* held = number ? std::get_if<std::int32_t>(number) : nullptr;
  if (held) return *held;
  fail(field, is_null(value) ? "holds null" : is_not(value, "java.lang.Integer"));
  return 0;
}

std::vector<Value> Fields::sequence(std::string_view field) const {
  const Value* value = required(field);
  if (!value) return {};
  auto values = read_sequence(*value, decoding_);
  if (values.ok()) return std::move(values).value();
  fail(field, values.error().message);
  return {};
}

std::vector<std::string> Fields::texts(std::string_view field) const {
  std::vector<std::string> texts;
  for (const Value& value : sequence(field)) {
    if (decoding_.failed()) break;
    texts.push_back(text_in(field, value));
  }
  return texts;
}

std::vector<std::pair<Value, Value>> Fields::entries(std::string_view field) const {
  const Value* value = required(field);
  if (!value) return {};
  auto entries = read_map(*value, decoding_);
  if (entries.ok()) return std::move(entries).value();
  fail(field, entries.error().message);
  return {};
}

std::uint8_t Fields::enumeration(std::string_view field, Class of, std::uint8_t size) const {
  const Value* value = required(field);
  return value ? enumeration_in(field, *value, of, size) : std::uint8_t{0};
}

std::uint8_t Fields::enumeration_in(std::string_view field, const Value& value, Class of, std::uint8_t size) const {
  const ObjectNode* node = object_of(value);
  if (!node || !is_a(node->desc, class_name(Class::enumeration_val))) {
    fail(field, is_not(value, class_name(Class::enumeration_val)));
    return 0;
  }
  // A JVM writes the whole Enumeration with its first value, and this very value may be one of its parts; only the
  // number and the name of the Enumeration's class are needed (spec §3.4).
  const Value* outer = node->field("$outer");
  if (!outer || class_of(*outer) != class_name(of)) {
    fail(field, "is of the Enumeration " + std::string(outer ? class_of(*outer) : "null") + ", not " +
                    std::string(class_name(of)));
    return 0;
  }
  if (const ClassDesc* module = module_of(*outer)) {
    decoding_.see(module);
  } else if (const ObjectNode* whole = object_of(*outer)) {
    decoding_.see(whole->desc);
  }
  const Value* id = node->field("i");
  if (!id) id = node->field("scala$Enumeration$Val$$i");  // Scala 2.11's name
  const auto* number = id ? std::get_if<std::int32_t>(id) : nullptr;
  if (!number || *number < 0 || *number >= size) {
    fail(field, number ? "is the unknown value " + std::to_string(*number) : "has no number");
    return 0;
  }
  return static_cast<std::uint8_t>(*number);
}

}  // namespace pilotlight::deploy
