#include "load/application_template.hpp"

#include <memory>
#include <string_view>
#include <utility>
#include <variant>

#include "javaser/reader.hpp"
#include "javaser/writer.hpp"
#include "load/golden_applications.hpp"

namespace pilotlight::load {
namespace {

using javaser::Graph;
using javaser::ObjectNode;
using javaser::Value;

/// A copy of the object in which one field of its own class has another value; null when there is no such field.
ObjectNode* with_field(Graph& graph, const ObjectNode& object, std::string_view name, const Value& value) {
  const auto& fields = object.desc->fields;
  const std::size_t inherited = object.fields.size() - fields.size();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name != name) continue;
    ObjectNode* copy = graph.object(object.desc);
    copy->fields = object.fields;
    copy->annotations = object.annotations;
    copy->fields[inherited + i] = value;
    return copy;
  }
  return nullptr;
}

/// The same Some(Integer) with another number.
const ObjectNode* with_number(Graph& graph, const Value* option, std::int32_t number) {
  const ObjectNode* some = option ? javaser::object_of(*option) : nullptr;
  const Value* held = some ? some->field("value") : nullptr;  // 2.12 and 2.13: Some.value, Integer.value
  const ObjectNode* integer = held ? javaser::object_of(*held) : nullptr;
  if (integer == nullptr) return nullptr;
  const ObjectNode* other = with_field(graph, *integer, "value", Value{number});
  return other == nullptr ? nullptr : with_field(graph, *some, "value", Value{other});
}

Error template_broken(std::string_view what) {
  return fatal("the compiled-in application template has no " + std::string(what) +
               "; was tests/golden changed? Build again after correcting it");
}

}  // namespace

Result<deploy::ApplicationDescription> make_application_description(
    deploy::Dialect dialect, const std::string& name, std::optional<std::int32_t> initial_executor_limit) {
  const auto decoded = deploy::decode_to_master(golden_register_application(dialect));
  if (const auto* failure = std::get_if<deploy::DecodeError>(&decoded)) return failure->error;
  const auto* registration =
      std::get_if<deploy::RegisterApplication>(&std::get<deploy::Decoded<deploy::ToMaster>>(decoded).message);
  if (registration == nullptr) return template_broken("RegisterApplication");

  auto stream = javaser::read(*registration->description.raw);
  if (!stream) return stream.error();
  const ObjectNode* description = javaser::object_of(stream->root);
  if (description == nullptr) return template_broken("object");
  Graph& graph = stream->graph;
  description = with_field(graph, *description, "name", Value{graph.string(name)});
  if (description == nullptr) return template_broken("name");
  if (initial_executor_limit) {
    const auto* limit = with_number(graph, description->field("initialExecutorLimit"), *initial_executor_limit);
    if (limit == nullptr) return template_broken("initialExecutorLimit");
    description = with_field(graph, *description, "initialExecutorLimit", Value{limit});
  }
  auto raw = std::make_shared<const std::string>(javaser::write(Value{description}, javaser::Sharing::by_identity));
  return deploy::application_description_from_raw(std::move(raw), dialect);
}

}  // namespace pilotlight::load
