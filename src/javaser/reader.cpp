#include "javaser/reader.hpp"

#include <algorithm>

#include "javaser/format.hpp"
#include "javaser/reading.hpp"

namespace pilotlight::javaser {

bool Reader::fail_at(std::string message, std::size_t offset) {
  if (!failure_) failure_ = malformed("the Java stream " + std::move(message), offset);
  return false;
}

bool Reader::fail_short(const char* what) { return fail(std::string("ends inside ") + what); }

bool Reader::charge(std::size_t bytes) {
  if (bytes <= limits_.memory - memory_) {
    memory_ += bytes;
    return true;
  }
  return fail("would take more than " + std::to_string(limits_.memory) + " bytes of memory");
}

bool Reader::add_handle(const void* node, Kind kind, std::size_t node_bytes) {
  if (handles_.size() >= limits_.handles)
    return fail("holds more than " + std::to_string(limits_.handles) + " objects, strings and classes");
  handles_.push_back({node, kind});
  return charge(node_bytes + sizeof(Handle));
}

bool Reader::read_root(Value& root) {
  if (in_.remaining() > limits_.bytes)
    return fail("is " + std::to_string(in_.remaining()) + " bytes long, allowed are " + std::to_string(limits_.bytes));
  if (in_.bytes(stream_header.size()) != stream_header)
    return fail_at("does not begin with AC ED 00 05: this is no Java serialization stream", 0);
  handles_.reserve(128);
  chain_.reserve(16);
  for (;;) {
    if (in_.at_end()) return fail("ends before its first object");
    if (in_.peek() != tc_reset) return read_value(root, 0);
    in_.u8();
  }
}

bool Reader::read_value(Value& out, std::size_t depth) {
  if (depth > limits_.depth) return fail("nests deeper than " + std::to_string(limits_.depth) + " levels");
  if (!need(1, "an object")) return false;
  switch (const std::uint8_t tag = in_.peek()) {
    case tc_null:
      in_.u8();
      out = Null{};
      return true;
    case tc_reference: in_.u8(); return read_reference(out);
    case tc_object: in_.u8(); return read_object(out, depth);
    case tc_array: in_.u8(); return read_array(out, depth);
    case tc_enum: in_.u8(); return read_enum(out, depth);
    case tc_class: in_.u8(); return read_class(out, depth);
    case tc_string:
    case tc_long_string: {
      const StringNode* node = nullptr;
      if (!read_string(node)) return false;
      out = node;
      return true;
    }
    case tc_class_desc:
    case tc_proxy_class_desc: {
      KnownClass known;
      if (!read_desc(known, depth)) return false;
      out = known.desc;
      return true;
    }
    case tc_block_data:
    case tc_block_data_long: return fail("has raw data where an object is due");
    case tc_end_block_data: return fail("has an end of block data where an object is due");
    case tc_reset: return fail("has a reset inside an object");
    case tc_exception: return fail("was given up by its writer, which met an exception");
    default: return fail("has the unknown tag " + std::to_string(tag) + " where an object is due");
  }
}

bool Reader::find_handle(const Handle*& out) {
  const std::size_t start = in_.offset();
  if (!need(4, "a back reference")) return false;
  const std::int64_t index = std::int64_t{in_.i32()} - first_handle;
  if (index < 0 || index >= static_cast<std::int64_t>(handles_.size()))
    return fail_at("refers back to something that it does not hold", start);
  out = &handles_[static_cast<std::size_t>(index)];
  if (!out->complete) return fail_at("uses a class descriptor inside that descriptor itself", start);
  return true;
}

bool Reader::read_reference(Value& out) {
  const Handle* found = nullptr;
  if (!find_handle(found)) return false;
  switch (found->kind) {
    case Kind::string: out = static_cast<const StringNode*>(found->node); break;
    case Kind::object: out = static_cast<const ObjectNode*>(found->node); break;
    case Kind::array: out = static_cast<const ArrayNode*>(found->node); break;
    case Kind::enum_constant: out = static_cast<const EnumNode*>(found->node); break;
    case Kind::class_object: out = static_cast<const ClassNode*>(found->node); break;
    case Kind::class_desc: out = static_cast<const ClassDesc*>(found->node); break;
  }
  return true;
}

/// A string in any of its forms, back reference included.
bool Reader::read_string(const StringNode*& out) {
  const std::size_t start = in_.offset();
  if (!need(1, "a string")) return false;
  std::size_t size = 0;
  switch (in_.u8()) {
    case tc_reference: {
      const Handle* found = nullptr;
      if (!find_handle(found)) return false;
      if (found->kind != Kind::string) return fail_at("refers to something that is no string where one is due", start);
      out = static_cast<const StringNode*>(found->node);
      return true;
    }
    case tc_string:
      if (!need(2, "the length of a string")) return false;
      size = in_.u16();
      break;
    case tc_long_string: {
      if (!need(8, "the length of a string")) return false;
      const std::int64_t length = in_.i64();
      if (length < 0) return fail_at("has a string of negative length", start);
      size = static_cast<std::size_t>(length);
      break;
    }
    default: return fail_at("has something else where a string is due", start);
  }
  if (size > limits_.string_bytes)
    return fail_at(
        "has a string of " + std::to_string(size) + " bytes, allowed are " + std::to_string(limits_.string_bytes),
        start);
  if (!need(size, "a string")) return false;
  const std::string_view bytes = in_.bytes(size);
  if (!is_modified_utf8(bytes)) return fail_at("has a string that is not modified UTF-8", start);
  out = graph_.string_borrowed(bytes);
  return add_handle(out, Kind::string, sizeof(StringNode));
}

bool Reader::read_array(Value& out, std::size_t depth) {
  const std::size_t start = in_.offset();
  KnownClass known;
  if (!read_desc(known, depth + 1)) return false;
  const ClassDesc* desc = known.desc;
  if (!desc || desc->proxy || desc->name.size() < 2 || desc->name[0] != '[')
    return fail_at("has an array whose class is none", start);
  const char type = desc->name[1];
  ArrayNode* node = graph_.array(desc);
  if (!add_handle(node, Kind::array, sizeof(ArrayNode))) return false;
  if (!need(4, "the size of an array")) return false;
  const std::size_t at_count = in_.offset();
  const std::int32_t count = in_.i32();
  if (count < 0) return fail_at("has an array of negative size", at_count);
  if (static_cast<std::size_t>(count) > limits_.array_items)
    return fail_at(
        "has an array of " + std::to_string(count) + " elements, allowed are " + std::to_string(limits_.array_items),
        at_count);
  out = node;
  return read_items(*node, type, static_cast<std::size_t>(count), depth);
}

bool Reader::read_items(ArrayNode& array, char type, std::size_t count, std::size_t depth) {
  const bool references = is_reference_type(type);
  const std::size_t item_bytes = references ? 1 : primitive_size(type);
  if (item_bytes == 0) return fail("has an array of an unknown element type");
  if (!need(count * item_bytes, "an array")) return false;
  if (type == 'B') {
    array.bytes = in_.bytes(count);
    return true;
  }
  if (!charge(count * sizeof(Value))) return false;
  array.items.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    Value& item = array.items.emplace_back();
    if (!references) {
      item = read_primitive(type);
    } else if (!read_value(item, depth + 1)) {
      return false;
    }
  }
  return true;
}

bool Reader::read_enum(Value& out, std::size_t depth) {
  const std::size_t start = in_.offset();
  KnownClass known;
  if (!read_desc(known, depth + 1)) return false;
  const ClassDesc* desc = known.desc;
  if (!desc || (desc->flags & sc_enum) == 0) return fail_at("has an enum constant whose class is no enum", start);
  EnumNode* node = graph_.enum_constant(desc, nullptr);
  if (!add_handle(node, Kind::enum_constant, sizeof(EnumNode))) return false;
  out = node;
  return read_string(node->constant);
}

bool Reader::read_class(Value& out, std::size_t depth) {
  const std::size_t start = in_.offset();
  KnownClass known;
  if (!read_desc(known, depth + 1)) return false;
  const ClassDesc* desc = known.desc;
  if (!desc) return fail_at("has a class object without a class", start);
  const ClassNode* node = graph_.class_object(desc);
  out = node;
  return add_handle(node, Kind::class_object, sizeof(ClassNode));
}

Result<Stream> read(std::string_view stream, const Limits& limits) {
  if (stream.size() > limits.bytes)
    return malformed("the Java stream is " + std::to_string(stream.size()) + " bytes long, allowed are " +
                         std::to_string(limits.bytes),
                     0);
  // Nodes take about five times the room of their bytes; a big stream's arena grows by itself.
  constexpr std::size_t most = 64U << 10U;
  Stream result{Graph(std::min(stream.size() * 6 + 256, most) + stream.size()), Null{}};
  Reader reader(result.graph.keep(stream), limits, result.graph);
  if (!reader.read_root(result.root)) return reader.take_failure();
  return result;
}

}  // namespace pilotlight::javaser
