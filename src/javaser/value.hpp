// A generic graph of what a Java serialization stream holds: objects, strings, arrays, enum constants, classes.
//
// Built by read() (javaser/reader.hpp) or by hand, written by write() (javaser/writer.hpp). A Graph owns every
// node made in it, in one arena; values and node pointers are borrowed from it and die with it. A value may point
// into another graph (to embed a peer's sub-graph in a message of ours) as long as that graph outlives the use.
// Graphs may hold cycles (enumerations and exceptions do). Not thread-safe; lives wherever its caller does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <string>
#include <string_view>
#include <utility>
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

/// Values of a node; those of a node made by a Graph take their memory from its arena.
using Values = std::pmr::vector<Value>;

/// A java.lang.String. `bytes` are modified UTF-8 exactly as on the wire, so that an echo changes nothing (they
/// may be malformed when a peer sent them so; text_of() never is).
struct StringNode {
  std::string_view bytes;
};

struct FieldDesc {
  char type = 'L';  ///< B C D F I J S Z, L (object) or [ (array)
  std::string_view name;
  const StringNode* type_name = nullptr;  ///< JVM type, e.g. Ljava/lang/String; — only for L and [
};

/// Descriptor flags (ObjectStreamConstants).
inline constexpr std::uint8_t sc_write_method = 0x01;
inline constexpr std::uint8_t sc_serializable = 0x02;
inline constexpr std::uint8_t sc_externalizable = 0x04;
inline constexpr std::uint8_t sc_block_data = 0x08;
inline constexpr std::uint8_t sc_enum = 0x10;

/// A class descriptor as written in the stream (spec §3.1). May stand outside of any graph (dialect tables).
struct ClassDesc {
  std::string_view name;  ///< org.apache.spark.…, or [Ljava.lang.String; for arrays
  std::int64_t suid = 0;
  std::uint8_t flags = sc_serializable;
  std::pmr::vector<FieldDesc> fields = {};  ///< in wire order
  const ClassDesc* super = nullptr;
  Values annotation = {};                              ///< class annotation, normally empty
  bool proxy = false;                                  ///< TC_PROXYCLASSDESC: name, suid and fields mean nothing
  std::pmr::vector<std::string_view> interfaces = {};  ///< of a proxy
  /// Written in full each time it is met, never as a back reference; read() never sets it. A superclass that is to
  /// be written again as well needs its own mark.
  bool unshared = false;
};

/// What a class with a writeObject method wrote after its fields, up to TC_ENDBLOCKDATA.
struct Annotation {
  using allocator_type = std::pmr::polymorphic_allocator<>;

  const ClassDesc* of = nullptr;  ///< the class of the chain that wrote it
  Values contents;

  Annotation() = default;
  Annotation(const Annotation&) = default;
  Annotation(Annotation&&) noexcept = default;
  Annotation& operator=(const Annotation&) = default;
  Annotation& operator=(Annotation&&) = default;
  ~Annotation() = default;
  // What the vector of a node in an arena calls, so that the contents lie in that arena too.
  explicit Annotation(const allocator_type& memory) : contents(memory) {}
  Annotation(const Annotation& other, const allocator_type& memory) : of(other.of), contents(other.contents, memory) {}
  Annotation(Annotation&& other, const allocator_type& memory)
      : of(other.of), contents(std::move(other.contents), memory) {}
};

/// An object: field values of the whole chain, topmost serializable superclass first, each class in wire order.
/// scala.collection.mutable.ListBuffer (2.12) declares fields but writes none, nor do externalizable objects: their
/// `fields` are all Null/zero. What an externalizable class wrote is the annotation of the object's own class.
struct ObjectNode {
  const ClassDesc* desc = nullptr;
  Values fields;
  std::pmr::vector<Annotation> annotations;  ///< topmost first; only classes with sc_write_method

  /// The value of a field by name (the most derived class wins); nullptr when the stream has no such field.
  [[nodiscard]] const Value* field(std::string_view name) const;
  /// The annotation written by the object's own (most derived) class; empty when there is none.
  [[nodiscard]] const Values& annotation() const;
};

struct ArrayNode {
  const ClassDesc* desc = nullptr;  ///< name "[I", "[Ljava.lang.String;" …
  Values items;                     ///< for any element type but byte
  std::string_view bytes;           ///< for [B
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
/// A graph that was moved from may only be destroyed or assigned to.
class Graph {
 public:
  Graph();
  /// `expected_bytes`: how much memory its nodes are going to need, roughly.
  explicit Graph(std::size_t expected_bytes);
  Graph(Graph&&) = default;
  Graph& operator=(Graph&&) = default;

  /// Keeps a copy of the bytes; the view lives as long as the graph.
  std::string_view keep(std::string_view bytes);
  StringNode* string_raw(std::string_view modified_utf8);       ///< keeps a copy
  StringNode* string_borrowed(std::string_view modified_utf8);  ///< copies nothing: the bytes must outlive the graph
  StringNode* string(std::string_view utf8);                    ///< converts, keeps a copy
  ObjectNode* object(const ClassDesc* desc);
  ArrayNode* array(const ClassDesc* desc);
  EnumNode* enum_constant(const ClassDesc* desc, std::string_view constant);  ///< keeps a copy
  EnumNode* enum_constant(const ClassDesc* desc, const StringNode* constant);
  ClassNode* class_object(const ClassDesc* desc);
  ClassDesc* class_desc();

 private:
  // Nodes are never destroyed one by one: all they own is arena memory.
  template <typename Node>
  Node* make(Node node);

  std::unique_ptr<std::pmr::monotonic_buffer_resource> arena_;
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

/// The zero of a field type: Null for L and [, else 0 of the type that Value has for it.
Value zero_of(char field_type);

}  // namespace pilotlight::javaser
