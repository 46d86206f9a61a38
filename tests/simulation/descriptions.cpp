#include "simulation/descriptions.hpp"

#include <fstream>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>

#include "base/assert.hpp"
#include "deploy/codec.hpp"
#include "javaser/reader.hpp"
#include "javaser/writer.hpp"

namespace pilotlight::simulation {
namespace {

using javaser::Graph;
using javaser::ObjectNode;
using javaser::Value;

std::string golden(const std::string& name) {
  std::ifstream file(std::string(PILOTLIGHT_TESTS_DIR) + "/golden/3.5.6/" + name, std::ios::binary);
  PILOTLIGHT_ASSERT(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

template <typename Message>
Message decoded(const std::string& name) {
  auto result = deploy::decode_to_master(golden(name));
  auto* message = std::get_if<deploy::Decoded<deploy::ToMaster>>(&result);
  PILOTLIGHT_ASSERT(message != nullptr);
  return std::get<Message>(std::move(message->message));
}

/// A copy of the object in which one field of its own class has another value.
const ObjectNode* with_field(Graph& graph, const ObjectNode& object, std::string_view name, const Value& value) {
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
  PILOTLIGHT_ASSERT(!"the golden object has such a field");
  return nullptr;
}

/// The same Some(Integer) with another number.
const ObjectNode* with_number(Graph& graph, const ObjectNode& object, std::string_view name, std::int32_t number) {
  const ObjectNode* some = javaser::object_of(*object.field(name));
  const ObjectNode* integer = javaser::object_of(*some->field("value"));
  const auto* other = with_field(graph, *some, "value", Value{with_field(graph, *integer, "value", Value{number})});
  return with_field(graph, object, name, Value{other});
}

deploy::RawBytes written(const ObjectNode* object) {
  return std::make_shared<const std::string>(javaser::write(Value{object}, javaser::Sharing::by_identity));
}

}  // namespace

deploy::ApplicationDescription application(const std::string& name, std::int32_t max_cores, std::int32_t limit) {
  static const auto model = decoded<deploy::RegisterApplication>("RegisterApplication.bin").description;
  auto stream = javaser::read(*model.raw);
  PILOTLIGHT_ASSERT(stream.ok());
  Graph& graph = stream->graph;
  const auto* object = javaser::object_of(stream->root);
  object = with_field(graph, *object, "name", Value{graph.string(name)});
  object = with_number(graph, *object, "maxCores", max_cores);
  object = with_number(graph, *object, "initialExecutorLimit", limit);
  auto description = deploy::application_description_from_raw(written(object), model.dialect);
  PILOTLIGHT_ASSERT(description.ok());
  return *description;
}

deploy::DriverDescription driver(const std::string& job, bool supervise) {
  static const auto model = decoded<deploy::RequestSubmitDriver>("RequestSubmitDriver.bin").description;
  auto stream = javaser::read(*model.raw);
  PILOTLIGHT_ASSERT(stream.ok());
  Graph& graph = stream->graph;
  const auto* object = javaser::object_of(stream->root);
  object = with_field(graph, *object, "jarUrl", Value{graph.string(job)});
  object = with_field(graph, *object, "supervise", Value{supervise});
  object = with_field(graph, *object, "cores", Value{std::int32_t{1}});
  auto description = deploy::driver_description_from_raw(written(object));
  PILOTLIGHT_ASSERT(description.ok());
  return *description;
}

}  // namespace pilotlight::simulation
