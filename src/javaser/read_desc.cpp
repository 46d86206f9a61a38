#include "javaser/format.hpp"
#include "javaser/reading.hpp"

namespace pilotlight::javaser {

/// A class descriptor in any of its forms.
bool Reader::read_desc(KnownClass& out, std::size_t depth) {
  if (depth > limits_.depth) return fail("nests deeper than " + std::to_string(limits_.depth) + " levels");
  const std::size_t start = in_.offset();
  if (!need(1, "a class descriptor")) return false;
  switch (in_.u8()) {
    case tc_null: out = {}; return true;
    case tc_class_desc: return read_new_desc(out, depth);
    case tc_proxy_class_desc: return read_proxy_desc(out, depth);
    case tc_reference: {
      const Handle* found = nullptr;
      if (!find_handle(found)) return false;
      if (found->kind != Kind::class_desc)
        return fail_at("refers to something that is no class descriptor where one is due", start);
      out = {static_cast<const ClassDesc*>(found->node), found->ancestors};
      return true;
    }
    default: return fail_at("has something else where a class descriptor is due", start);
  }
}

bool Reader::read_new_desc(KnownClass& out, std::size_t depth) {
  ClassDesc* desc = graph_.class_desc();
  if (!read_name(desc->name, "a class name")) return false;
  if (!need(8 + 1 + 2, "a class descriptor")) return false;
  desc->suid = in_.i64();
  const std::size_t handle = handles_.size();
  if (!add_handle(desc, Kind::class_desc, sizeof(ClassDesc))) return false;
  handles_[handle].complete = false;
  desc->flags = in_.u8();
  if ((desc->flags & sc_serializable) != 0 && (desc->flags & sc_externalizable) != 0)
    return fail("calls the class " + std::string(desc->name) + " both serializable and externalizable");
  return read_field_descs(*desc) && finish_desc(*desc, handle, depth, out);
}

bool Reader::read_field_descs(ClassDesc& desc) {
  const std::size_t count = in_.u16();
  if (count > limits_.fields)
    return fail("has a class with " + std::to_string(count) + " fields, allowed are " + std::to_string(limits_.fields));
  constexpr std::size_t shortest_field = 3;
  if (!need(count * shortest_field, "the fields of a class descriptor")) return false;
  if (!charge(count * sizeof(FieldDesc))) return false;
  desc.fields.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    FieldDesc& field = desc.fields.emplace_back();
    if (!need(1, "a field of a class descriptor")) return false;
    field.type = static_cast<char>(in_.u8());
    const bool reference = is_reference_type(field.type);
    if (!reference && primitive_size(field.type) == 0) return fail("has a field of an unknown type");
    if (!read_name(field.name, "a field name")) return false;
    if (!reference) continue;
    if (!read_string(field.type_name)) return false;
    if (!field.type_name->bytes.starts_with(field.type)) return fail("has a field with two types that contradict");
  }
  return true;
}

bool Reader::read_proxy_desc(KnownClass& out, std::size_t depth) {
  ClassDesc* desc = graph_.class_desc();
  desc->proxy = true;
  const std::size_t handle = handles_.size();
  if (!add_handle(desc, Kind::class_desc, sizeof(ClassDesc))) return false;
  handles_[handle].complete = false;
  if (!need(4, "a proxy class descriptor")) return false;
  const std::int32_t count = in_.i32();
  if (count < 0 || static_cast<std::size_t>(count) > limits_.fields)
    return fail("has a proxy class with " + std::to_string(count) + " interfaces, allowed are " +
                std::to_string(limits_.fields));
  constexpr std::size_t shortest_name = 2;
  if (!need(static_cast<std::size_t>(count) * shortest_name, "a proxy class descriptor")) return false;
  if (!charge(static_cast<std::size_t>(count) * sizeof(std::string_view))) return false;
  desc->interfaces.reserve(static_cast<std::size_t>(count));
  for (std::int32_t i = 0; i < count; ++i)
    if (!read_name(desc->interfaces.emplace_back(), "the name of an interface")) return false;
  return finish_desc(*desc, handle, depth, out);
}

/// The common end of both kinds: class annotation, superclass.
bool Reader::finish_desc(ClassDesc& desc, std::size_t handle, std::size_t depth, KnownClass& out) {
  if (!read_annotation(desc.annotation, depth)) return false;
  const std::size_t start = in_.offset();
  KnownClass super;
  if (!read_desc(super, depth + 1)) return false;
  desc.super = super.desc;
  out = {&desc, super.desc ? super.ancestors + 1 : 0};
  // Back references make long chains of classes out of flat streams.
  if (out.ancestors > limits_.depth)
    return fail_at("has a class with more than " + std::to_string(limits_.depth) + " superclasses", start);
  handles_[handle].ancestors = static_cast<std::uint32_t>(out.ancestors);
  handles_[handle].complete = true;
  return true;
}

/// Class and field names are compared and shown, so they must be well-formed.
bool Reader::read_name(std::string_view& out, const char* what) {
  if (!need(2, what)) return false;
  const std::size_t size = in_.u16();
  const std::size_t start = in_.offset();
  if (!need(size, what)) return false;
  out = in_.bytes(size);
  if (is_modified_utf8(out)) return true;
  return fail_at(std::string("has ") + what + " that is not modified UTF-8", start);
}

}  // namespace pilotlight::javaser
