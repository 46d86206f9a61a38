#include "deploy/raw.hpp"
#include "deploy/read.hpp"
#include "deploy/scala_read.hpp"

namespace pilotlight::deploy {

using javaser::Value;

namespace {

constexpr std::int32_t native_method = -2;

std::string text_or(const javaser::ObjectNode& element, std::string_view field, std::string_view otherwise) {
  const Value* value = element.field(field);
  return value && !is_null(*value) ? javaser::text_of(*value) : std::string(otherwise);
}

/// As Java prints it, without module and class loader: "org.example.Main.run(Main.scala:7)".
std::string frame_text(const javaser::ObjectNode& element) {
  const Value* value = element.field("lineNumber");
  const auto* line = value ? std::get_if<std::int32_t>(value) : nullptr;
  std::string place = text_or(element, "fileName", "Unknown Source");
  if (line && *line == native_method) place = "Native Method";
  if (line && *line >= 0) place += ":" + std::to_string(*line);
  return text_or(element, "declaringClass", "?") + "." + text_or(element, "methodName", "?") + "(" + place + ")";
}

std::optional<Dialect> only_dialect(const Evidence& evidence) {
  if (evidence.unknown_class) return std::nullopt;
  for (const Dialect dialect : all_dialects)
    if (evidence.dialects == set_of(dialect)) return dialect;
  return std::nullopt;
}

}  // namespace

Exception read_exception(const Fields& from, std::string_view field, const Value& value) {
  Exception read;
  const Fields exception = from.object_in(field, value, Class::java_throwable);
  if (!exception.object()) return read;
  read.class_name = exception.object()->desc->name;
  read.message = exception.text_or_empty("detailMessage");
  const Value* trace = exception.object()->field("stackTrace");
  const auto* array = trace ? std::get_if<const javaser::ArrayNode*>(trace) : nullptr;
  if (array && *array) {
    for (const Value& item : (*array)->items) {
      const javaser::ObjectNode* element = javaser::object_of(item);
      if (!element) continue;
      read.frames.push_back(frame_text(*element));
      if (!from.decoding().charge(read.frames.back().size() + sizeof(std::string))) break;
    }
  }
  read.dialect = only_dialect(from.decoding().evidence());
  read.raw = raw_of(value, from, field);
  return read;
}

}  // namespace pilotlight::deploy
