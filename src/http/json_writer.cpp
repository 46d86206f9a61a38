#include "http/json_writer.hpp"

#include <cstdio>

#include <utility>

#include "base/assert.hpp"
#include "http/text.hpp"

namespace pilotlight::http {

void JsonWriter::before_value() {
  if (levels_.empty() || !levels_.back().is_array) return;
  out_.append(levels_.back().empty ? " " : ", ");
  levels_.back().empty = false;
}

void JsonWriter::new_line() {
  out_.push_back('\n');
  out_.append(2 * open_objects_, ' ');
}

void JsonWriter::begin_object() {
  before_value();
  out_.push_back('{');
  levels_.push_back({false, true});
  ++open_objects_;
}

void JsonWriter::end_object() {
  PILOTLIGHT_ASSERT(!levels_.empty() && !levels_.back().is_array);
  const bool empty = levels_.back().empty;
  levels_.pop_back();
  --open_objects_;
  if (empty)
    out_.push_back(' ');
  else
    new_line();
  out_.push_back('}');
}

void JsonWriter::begin_array() {
  before_value();
  out_.push_back('[');
  levels_.push_back({true, true});
}

void JsonWriter::end_array() {
  PILOTLIGHT_ASSERT(!levels_.empty() && levels_.back().is_array);
  levels_.pop_back();
  out_.append(" ]");
}

void JsonWriter::key(std::string_view name) {
  PILOTLIGHT_ASSERT(!levels_.empty() && !levels_.back().is_array);
  if (!levels_.back().empty) out_.push_back(',');
  levels_.back().empty = false;
  new_line();
  append_json_quoted(out_, name);
  out_.append(" : ");
}

void JsonWriter::text(std::string_view value) {
  before_value();
  append_json_quoted(out_, value);
}

void JsonWriter::number(std::int64_t value) {
  before_value();
  out_.append(std::to_string(value));
}

void JsonWriter::boolean(bool value) {
  before_value();
  out_.append(value ? "true" : "false");
}

void JsonWriter::null() {
  before_value();
  out_.append("null");
}

void JsonWriter::fraction(double value) {
  before_value();
  char text[64];
  out_.append(text, static_cast<std::size_t>(std::snprintf(text, sizeof text, "%.3f", value)));
}

std::string JsonWriter::take() {
  PILOTLIGHT_ASSERT(levels_.empty());
  return std::move(out_);
}

}  // namespace pilotlight::http
