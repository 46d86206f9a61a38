// Hand-made streams for the tests: objects of any class with any fields, and changes to streams that were read.
#pragma once

#include <string>
#include <vector>

#include "deploy/dialect.hpp"
#include "javaser/reader.hpp"
#include "javaser/value.hpp"
#include "javaser/writer.hpp"

namespace pilotlight::deploy::test {

struct ForgedField {
  std::string name;
  javaser::Value value;
};

/// Makes nodes; they die with it.
class Forge {
 public:
  /// An object of a class that holds just these fields (types are taken from the values).
  javaser::ObjectNode* object(const std::string& class_name, const std::vector<ForgedField>& fields = {},
                              std::int64_t suid = 1, std::uint8_t flags = javaser::sc_serializable);
  /// The same with an annotation.
  javaser::ObjectNode* annotated(const std::string& class_name, const std::vector<javaser::Value>& contents,
                                 const std::vector<ForgedField>& fields = {});
  /// An object of a class of the dialect, its fields zero, false and null.
  javaser::ObjectNode* empty(Dialect dialect, Class id);
  /// Scala 2.13's way to write an object.
  javaser::ObjectNode* module(const std::string& class_name);
  javaser::Value text(const std::string& utf8) { return graph_.string(utf8); }
  javaser::Value block(const std::string& bytes) { return javaser::Block{graph_.keep(bytes)}; }
  /// Big-endian ints as a block.
  javaser::Value ints(const std::vector<std::int32_t>& numbers, const std::string& more = "");
  javaser::ArrayNode* array(const std::vector<javaser::Value>& items,
                            const std::string& class_name = "[Ljava.lang.Object;");
  javaser::Graph& graph() { return graph_; }

  /// KillExecutors of Spark 3.5 with this value as its ids.
  std::string kill_executors(javaser::Value ids);

 private:
  javaser::Graph graph_;
};

inline std::string bytes_of(const javaser::Value& root) { return javaser::write(root, javaser::Sharing::by_identity); }

/// Sets the field of an object to a value; false when it has no such field.
bool set_field(javaser::ObjectNode* object, std::string_view field, javaser::Value value);
/// Every object of the graph once, from the root on.
std::vector<javaser::ObjectNode*> objects_in(const javaser::Value& root);

}  // namespace pilotlight::deploy::test
