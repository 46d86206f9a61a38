// The state of one read(), shared by reader.cpp (values), read_object.cpp and read_desc.cpp. Private to javaser.
//
// Recursive descent over the grammar of spec §3.1. Lives on the stack of read(), on the caller's thread. Members
// return false after a failure; the first one is kept and says what and where.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "javaser/reader.hpp"
#include "javaser/value.hpp"

namespace pilotlight::javaser {

enum class Kind : std::uint8_t { string, object, array, enum_constant, class_object, class_desc };

/// What a TC_REFERENCE may name.
struct Handle {
  const void* node = nullptr;
  Kind kind = Kind::object;
  bool complete = true;         ///< of a class descriptor: all of it has been read
  std::uint32_t ancestors = 0;  ///< of a class descriptor: how many superclasses
};

/// A class descriptor that has been read; no descriptor at all for TC_NULL.
struct KnownClass {
  const ClassDesc* desc = nullptr;
  std::size_t ancestors = 0;  ///< how many superclasses
};

class Reader {
 public:
  Reader(std::string_view stream, const Limits& limits, Graph& graph) : in_(stream), limits_(limits), graph_(graph) {}

  bool read_root(Value& root);
  Error take_failure() { return std::move(*failure_); }

 private:
  // values
  bool read_value(Value& out, std::size_t depth);
  bool read_reference(Value& out);
  bool read_string(const StringNode*& out);
  bool read_array(Value& out, std::size_t depth);
  bool read_items(ArrayNode& array, char type, std::size_t count, std::size_t depth);
  bool read_enum(Value& out, std::size_t depth);
  bool read_class(Value& out, std::size_t depth);
  // objects
  bool read_object(Value& out, std::size_t depth);
  bool read_class_data(ObjectNode& object, std::size_t first_class, std::size_t depth);
  bool read_fields(ObjectNode& object, const ClassDesc& of, std::size_t depth);
  bool read_annotation(Values& out, std::size_t depth);
  bool read_block(Value& out, bool is_long);
  Value read_primitive(char type);
  // class descriptors
  bool read_desc(KnownClass& out, std::size_t depth);
  bool read_new_desc(KnownClass& out, std::size_t depth);
  bool read_proxy_desc(KnownClass& out, std::size_t depth);
  bool read_field_descs(ClassDesc& desc);
  bool finish_desc(ClassDesc& desc, std::size_t handle, std::size_t depth, KnownClass& out);
  bool read_name(std::string_view& out, const char* what);
  // bookkeeping
  bool add_handle(const void* node, Kind kind, std::size_t node_bytes);
  bool find_handle(const Handle*& out);
  bool charge(std::size_t bytes);
  bool need(std::size_t bytes, const char* what) { return bytes <= in_.remaining() || fail_short(what); }
  bool fail_short(const char* what);
  bool fail(std::string message) { return fail_at(std::move(message), in_.offset()); }
  bool fail_at(std::string message, std::size_t offset);

  ByteReader in_;
  const Limits& limits_;
  Graph& graph_;
  std::vector<Handle> handles_;
  std::vector<const ClassDesc*> chain_;  ///< stack: the classes of the objects being read, each topmost first
  Values pending_;                       ///< stack: contents of annotations whose end has not been seen
  std::size_t memory_ = 0;
  std::optional<Error> failure_;
};

}  // namespace pilotlight::javaser
