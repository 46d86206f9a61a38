#include <algorithm>
#include <bit>

#include "javaser/format.hpp"
#include "javaser/reading.hpp"

namespace pilotlight::javaser {

bool Reader::read_object(Value& out, std::size_t depth) {
  const std::size_t start = in_.offset();
  KnownClass known;
  if (!read_desc(known, depth + 1)) return false;
  const ClassDesc* desc = known.desc;
  if (!desc) return fail_at("has an object without a class", start);
  if ((desc->flags & (sc_serializable | sc_externalizable)) == 0 || (desc->flags & sc_enum) != 0)
    return fail_at("has an object of the class " + std::string(desc->name) + ", which has no objects in a stream",
                   start);
  ObjectNode* node = graph_.object(desc);
  if (!add_handle(node, Kind::object, sizeof(ObjectNode))) return false;
  out = node;

  const std::size_t first_class = chain_.size();
  std::size_t fields = 0;
  std::size_t annotations = 0;
  for (const ClassDesc* one = desc; one; one = one->super) {
    chain_.push_back(one);
    fields += one->fields.size();
    if ((one->flags & sc_write_method) != 0 || is_externalizable(*one)) ++annotations;
  }
  std::reverse(chain_.begin() + static_cast<std::ptrdiff_t>(first_class), chain_.end());
  if (!charge(fields * sizeof(Value) + annotations * sizeof(Annotation))) return false;
  node->fields.reserve(fields);
  node->annotations.reserve(annotations);
  if (!read_class_data(*node, first_class, depth)) return false;
  chain_.resize(first_class);
  return true;
}

/// `chain_` from `first_class` on are the object's classes.
bool Reader::read_class_data(ObjectNode& object, std::size_t first_class, std::size_t depth) {
  const bool external = is_externalizable(*object.desc);
  for (std::size_t i = first_class, end = chain_.size(); i < end; ++i) {
    const ClassDesc& one = *chain_[i];  // chain_ may grow meanwhile, but comes back
    if (external || hides_its_fields(one)) {
      for (const FieldDesc& field : one.fields) object.fields.push_back(zero_of(field.type));
    } else if (is_externalizable(one)) {
      return fail("has an object of a class that is serializable only, below the externalizable class " +
                  std::string(one.name));
    } else if (!read_fields(object, one, depth)) {
      return false;
    }
    const bool annotated = external ? &one == object.desc : (one.flags & sc_write_method) != 0;
    if (!annotated) continue;
    if (external && (one.flags & sc_block_data) == 0)
      return fail("has an object of the externalizable class " + std::string(one.name) +
                  " in the old form, whose end only that class can tell");
    Annotation& annotation = object.annotations.emplace_back();
    annotation.of = &one;
    if (!read_annotation(annotation.contents, depth)) return false;
  }
  return true;
}

bool Reader::read_fields(ObjectNode& object, const ClassDesc& of, std::size_t depth) {
  for (const FieldDesc& field : of.fields) {
    Value& value = object.fields.emplace_back();
    if (is_reference_type(field.type)) {
      if (!read_value(value, depth + 1)) return false;
      continue;
    }
    if (!need(primitive_size(field.type), "the fields of an object")) return false;
    value = read_primitive(field.type);
  }
  return true;
}

/// The caller has seen to it that there are enough bytes.
Value Reader::read_primitive(char type) {
  switch (type) {
    case 'Z': return in_.u8() != 0;
    case 'B': return static_cast<std::int8_t>(in_.u8());
    case 'C': return static_cast<char16_t>(in_.u16());
    case 'S': return static_cast<std::int16_t>(in_.u16());
    case 'I': return in_.i32();
    case 'J': return in_.i64();
    case 'F': return std::bit_cast<float>(in_.i32());
    default: return std::bit_cast<double>(in_.i64());
  }
}

/// Objects and raw data up to TC_ENDBLOCKDATA.
bool Reader::read_annotation(Values& out, std::size_t depth) {
  const std::size_t start = pending_.size();
  for (;;) {
    if (!need(1, "what a class wrote for itself")) return false;
    const std::uint8_t tag = in_.peek();
    if (tag == tc_end_block_data) break;
    Value value;
    if (tag == tc_block_data || tag == tc_block_data_long) {
      in_.u8();
      if (!read_block(value, tag == tc_block_data_long)) return false;
    } else if (!read_value(value, depth + 1)) {
      return false;
    }
    if (!charge(sizeof(Value))) return false;
    pending_.push_back(value);
  }
  in_.u8();
  const auto first = pending_.begin() + static_cast<std::ptrdiff_t>(start);
  out.assign(first, pending_.end());
  pending_.resize(start);
  return true;
}

bool Reader::read_block(Value& out, bool is_long) {
  if (!need(is_long ? 4 : 1, "the length of raw data")) return false;
  const std::int64_t size = is_long ? std::int64_t{in_.i32()} : std::int64_t{in_.u8()};
  if (size < 0) return fail("has raw data of negative length");
  if (!need(static_cast<std::size_t>(size), "raw data")) return false;
  out = Block{in_.bytes(static_cast<std::size_t>(size))};
  return true;
}

}  // namespace pilotlight::javaser
