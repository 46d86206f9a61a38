// A generic graph of what a Java serialization stream holds: objects, strings, arrays, enum constants, classes.
//
// Built by read() (javaser/reader.hpp) or by hand, written by write() (javaser/writer.hpp). A Graph owns every
// node made in it; values and node pointers are borrowed from it and die with it. A value may point into another
// graph (to embed a peer's sub-graph in a message of ours) as long as that graph outlives the use. Graphs may
// hold cycles (enumerations and exceptions do). Not thread-safe; lives wherever its caller does.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace pilotlight::javaser {

struct StringNode;
struct ObjectNode;
struct ArrayNode;
struct EnumNode;
struct ClassNode;
struct ClassDesc;

/// Raw bytes between objects inside a class's annotation (TC_BLOCKDATA).
struct Block {
  std::string_view bytes;
};

struct Null {};

/// One value. Primitive alternatives stand for the JVM field types Z B C S I J F D.
using Value = std::variant<Null, bool, std::int8_t, char16_t, std::int16_t, std::int32_t, std::int64_t, float, double,
                           const StringNode*, const ObjectNode*, const ArrayNode*, const EnumNode*, const ClassNode*,
                           const ClassDesc*, Block>;

/// A java.lang.String. `bytes` are modified UTF-8 exactly as on the wire, so that an echo changes nothing.
struct StringNode {
  std::string_view bytes;
};

struct FieldDesc {
  char type = 'L';                   ///< B C D F I J S Z, L (object) or [ (array)
  std::string_view name;
  const StringNode* type_name = nullptr;  ///< JVM type, e.g. Ljava/lang/String; — only for L and [
};

/// Descriptor flags (ObjectStreamConstants).
inline constexpr std::uint8_t sc_write_method = 0x01;
inline constexpr std::uint8_t sc_serializable = 0x02;
inline constexpr std::uint8_t sc_externalizable = 0x04;
inline constexpr std::uint8_t sc_block_data = 0x08;
inline constexpr std::uint8_t sc_enum = 0x10;

/// A class descriptor as written in the stream (spec §3.1).
struct ClassDesc {
  std::string_view name;             ///< org.apache.spark.…, or [Ljava.lang.String; for arrays
  std::int64_t suid = 0;
  std::uint8_t flags = sc_serializable;
  std::vector<FieldDesc> fields;     ///< in wire order
  const ClassDesc* super = nullptr;
  std::vector<Value> annotation;     ///< class annotation, normally empty
  bool proxy = false;                ///< TC_PROXYCLASSDESC: name, suid and fields mean nothing
  std::vector<std::string_view> interfaces;  ///< of a proxy
  bool unshared = false;             ///< write(by_value) repeats it even where an equal descriptor was written
};

/// What a class with a writeObject method wrote after its fields, up to TC_ENDBLOCKDATA.
struct Annotation {
  const ClassDesc* of = nullptr;     ///< the class of the chain that wrote it
  std::vector<Value> contents;
};

/// An object: field values of the whole chain, topmost serializable superclass first, each class in wire order.
/// scala.collection.mutable.ListBuffer (2.12) declares fields but writes none: its `fields` are all Null/zero.
struct ObjectNode {
  const ClassDesc* desc = nullptr;
  std::vector<Value> fields;
  std::vector<Annotation> annotations;  ///< topmost first; only classes with sc_write_method

  /// The value of a field by name (the most derived class wins); nullptr when the stream has no such field.
  [[nodiscard]] const Value* field(std::string_view name) const;
  /// The annotation written by the object's own (most derived) class; empty when there is none.
  [[nodiscard]] const std::vector<Value>& annotation() const;
};

struct ArrayNode {
  const ClassDesc* desc = nullptr;   ///< name "[I", "[Ljava.lang.String;" …
  std::vector<Value> items;          ///< for any element type but byte
  std::string_view bytes;            ///< for [B
};

struct EnumNode {
  const ClassDesc* desc = nullptr;
  const StringNode* constant = nullptr;
};

/// A java.lang.Class object (TC_CLASS).
struct ClassNode {
  const ClassDesc* desc = nullptr;
};

/// Owns nodes and the bytes they view. Pointers stay valid until the Graph is destroyed; moving a Graph keeps them.
class Graph {
 public:
  Graph() = default;
  Graph(Graph&&) = default;
  Graph& operator=(Graph&&) = default;

  /// Keeps a copy of the bytes; the view lives as long as the graph.
  std::string_view keep(std::string_view bytes);
  StringNode* string_raw(std::string_view modified_utf8);   ///< keeps a copy
  StringNode* string(std::string_view utf8);                ///< converts, keeps a copy
  ObjectNode* object(const ClassDesc* desc);
  ArrayNode* array(const ClassDesc* desc);
  EnumNode* enum_constant(const ClassDesc* desc, std::string_view constant);
  ClassNode* class_object(const ClassDesc* desc);
  ClassDesc* class_desc();

 private:
  std::deque<std::string> bytes_;
  std::deque<StringNode> strings_;
  std::deque<ObjectNode> objects_;
  std::deque<ArrayNode> arrays_;
  std::deque<EnumNode> enums_;
  std::deque<ClassNode> classes_;
  std::deque<ClassDesc> descs_;
};

/// A graph with its root: what one stream holds.
struct Stream {
  Graph graph;
  Value root;
};

/// UTF-8 text of a string value; empty for anything else.
std::string text_of(const Value& value);
inline const ObjectNode* object_of(const Value& value) {
  const auto* node = std::get_if<const ObjectNode*>(&value);
  return node ? *node : nullptr;
}

}  // namespace pilotlight::javaser
